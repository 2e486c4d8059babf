"""A client that says how many rows it means gets them, or nothing is done."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.factories import Shop
from tests.testapp.models import Order, Product

pytestmark = pytest.mark.django_db
URL = "/conjure/r/testapp.Order/action/%s/"
PAID = Order.Status.PAID


def post(api: Api, user: User, action: str, **body: Any) -> Any:
    return api(user).post(URL % action, body, content_type="application/json")


def targets(kind: str) -> dict[str, Any]:
    """All three orders, named or by a filter."""
    if kind == "named":
        return {"ids": list(Order.objects.values_list("pk", flat=True))}
    return {"all_filtered": True, "params": {}}


@pytest.mark.parametrize("kind", ["named", "filtered"])
@pytest.mark.parametrize("action", ["mark_paid", "cancel"])
def test_another_number_of_rows_is_409_and_nothing_is_done(
    shop: Shop, admin: User, api: Api, kind: str, action: str
) -> None:
    before = list(Order.objects.order_by("pk").values())
    logged = AdminAuditLog.objects.count()
    answer = post(api, admin, action, **targets(kind), expected_count=2)
    assert (answer.status_code, answer.json()["count"]) == (409, 3)
    assert "there are 3" in answer.json()["detail"]
    assert list(Order.objects.order_by("pk").values()) == before
    assert AdminAuditLog.objects.count() == logged
    assert post(api, admin, action, **targets(kind), expected_count=3).status_code == 200
    assert list(Order.objects.order_by("pk").values()) != before


@pytest.mark.parametrize("form", [{"format": "csv", "columns": "name"}, None], ids=["export", "delete_selected"])
def test_built_in_actions_too(shop: Shop, admin: User, api: Api, form: dict[str, str] | None) -> None:
    url = "/conjure/r/testapp.Product/action/" + ("export/" if form else "delete_selected/")
    number = Product.objects.count()
    Order.objects.all().delete()
    body = {"all_filtered": True, "params": {}, **({"input": form} if form else {})}
    for count, status in ((number + 1, 409), (number, 200)):
        assert Product.objects.count() == number
        answer = api(admin).post(url, {**body, "expected_count": count}, content_type="application/json")
        assert answer.status_code == status, answer


@pytest.mark.parametrize("count", [True, -1, "x", 1.5, 2**31, [3], "9" * 40])
def test_what_is_no_number_of_rows_is_refused(shop: Shop, admin: User, api: Api, count: Any) -> None:
    answer = post(api, admin, "mark_paid", **targets("filtered"), expected_count=count)
    assert (answer.status_code, list(answer.json())) == (400, ["expected_count"])
    assert Order.objects.filter(status=PAID).count() != 3


def test_forms_say_it_as_text(shop: Shop, admin: User, api: Api) -> None:
    ids = list(Order.objects.values_list("pk", flat=True))
    assert api(admin).post(URL % "mark_paid", {"ids": ids, "expected_count": "2"}).status_code == 409
    assert api(admin).post(URL % "mark_paid", {"ids": ids, "expected_count": "3"}).status_code == 200


def test_graphql_has_a_code_for_it(shop: Shop, admin: User, gql: Gql) -> None:
    document = "mutation ($n: Int) { runTestappOrderAction(action: %s, allFiltered: true, expectedCount: $n) }"
    document = document % '"mark_paid"'
    [error] = gql(admin, document, n=5)["errors"]
    assert error["extensions"] == {"code": "COUNT_CHANGED", "count": 3}
    assert "errors" not in gql(admin, document, n=3)
