"""A row that ``has_view_permission(request, obj)`` denies is denied wherever one row is meant."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest

from tests.conftest import Api, Configure, Gql
from tests.graphql.orders import permission
from tests.testapp.admin_config import OrderConfig, ProductConfig
from tests.testapp.factories import create
from tests.testapp.models import Category, Citizen, Customer, Order, Passport, Product, Shipment

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def orders(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """An open order and a denied one, of one customer, with a shipment each."""

    def has_view_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.comment != "denied"

    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    made = ({"number": c, "customer": customer, "ordered_on": "2024-01-01", "comment": c} for c in ("open", "denied"))
    orders = create(Order, *made)
    for order in orders:
        Shipment.objects.create(order=order, carrier=order.comment)
    monkeypatch.setattr(OrderConfig, "has_view_permission", has_view_permission)
    return orders


def test_lists_go_by_get_queryset_alone(admin: User, api: Api, orders: list[Order]) -> None:
    assert api(admin).get("/conjure/r/testapp.Order/").json()["count"] == 2


def test_a_denied_row_is_an_error_where_a_foreign_key_leads_to_it(admin: User, gql: Gql, orders: list[Order]) -> None:
    answer = gql(admin, "{ testappShipments(ordering: [{id: ASC}]) { results { carrier order { number comment } } } }")
    shown, denied = answer["data"]["testappShipments"]["results"]
    assert shown == {"carrier": "open", "order": {"number": "open", "comment": "open"}}
    assert denied == {"carrier": "denied", "order": None}
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["path"] == ["testappShipments", "results", 1, "order"]


def test_no_row_is_asked_for_where_nothing_denies_rows(
    admin: User, gql: Gql, orders: list[Order], monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    query = "{ testappShipments { results { carrier order { number } } } }"
    asked = []
    check = OrderConfig.has_view_permission
    monkeypatch.setattr(OrderConfig, "has_view_permission", lambda *args: asked.append(args) or check(*args))
    gql(admin, query)
    with django_assert_max_num_queries(4):
        assert "errors" in gql(admin, query)
    assert len(asked) == 2 * 3
    monkeypatch.delattr(OrderConfig, "has_view_permission")
    monkeypatch.setattr("conjure.options.AdminConfig.has_view_permission", lambda *args: pytest.fail("asked"))
    assert "errors" not in gql(admin, query)


def test_a_denied_row_is_not_written(admin: User, api: Api, gql: Gql, orders: list[Order]) -> None:
    client, url, pk = api(admin), "/conjure/r/testapp.Order/", orders[1].pk
    before = list(Order.objects.values())
    bulk = [
        {"action": "update", "ids": [orders[0].pk, pk], "data": {"total": "5.00"}},
        {"action": "delete", "ids": [orders[0].pk, pk]},
        {"operations": [{"op": "update", "pk": pk, "data": {"total": "5.00"}}]},
    ]
    answers = [
        client.patch(f"{url}{pk}/", {"total": "5.00"}, content_type=JSON),
        client.delete(f"{url}{pk}/"),
        *(client.post(f"{url}bulk/", body, content_type=JSON) for body in bulk),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert all("denied" not in answer.content.decode() for answer in answers)
    assert list(Order.objects.values()) == before


def test_a_denied_row_tells_no_version(admin: User, api: Api, orders: list[Order]) -> None:
    url = f"/conjure/r/testapp.Order/{orders[1].pk}/"
    for tag in ("*", '"guess"'):
        answer = api(admin).patch(url, {}, content_type=JSON, headers={"If-Match": tag})
        assert answer.status_code == 403


@pytest.mark.parametrize("action", ["mark_paid", "count_rows", "refund"])
def test_no_action_runs_on_a_denied_row(admin: User, api: Api, orders: list[Order], action: str) -> None:
    url = f"/conjure/r/testapp.Order/action/{action}/"
    shown, denied = ([order.pk for order in found] for found in (orders[:1], orders))
    assert api(admin).post(url, {"ids": denied}, content_type=JSON).status_code == 403
    assert not Order.objects.filter(status="paid").exists()
    assert api(admin).post(url, {"ids": shown}, content_type=JSON).status_code == 200


def test_a_denied_row_is_not_exported_by_its_key(admin: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    category = Category.objects.create(name="c")
    create(Product, *({"sku": s, "name": s, "category": category, "price": 1} for s in ("a", "denied")))
    monkeypatch.setattr(
        ProductConfig, "has_view_permission", lambda self, request, obj=None: obj is None or obj.pk != "denied"
    )
    for action in ("export", "delete_selected"):
        answer = api(admin).post(
            f"/conjure/r/testapp.Product/action/{action}/", {"ids": ["a", "denied"]}, content_type=JSON
        )
        assert answer.status_code == 403, action
    assert Product.objects.count() == 2


def test_a_denied_row_cannot_be_pointed_at(admin: User, api: Api, orders: list[Order]) -> None:
    client, url = api(admin), "/conjure/r/testapp.Shipment/"
    for order, status in zip(orders, (201, 400), strict=True):
        answer = client.post(url, {"order": order.pk, "carrier": "x"}, content_type=JSON)
        assert answer.status_code == status, answer.content
    assert list(answer.json()) == ["order"]
    shipment = orders[0].shipments.first()
    assert shipment is not None
    for body in ({"order": orders[1].pk}, {"order_id": orders[1].pk}):
        client.patch(f"{url}{shipment.pk}/", body, content_type=JSON)
    client.post(
        f"{url}bulk/", {"action": "update", "ids": [shipment.pk], "data": {"order": orders[1].pk}}, content_type=JSON
    )
    assert orders[1].shipments.count() == 1


def test_a_denied_row_does_not_go_along_in_a_cascade(admin: User, api: Api, orders: list[Order]) -> None:
    url = f"/conjure/r/testapp.Customer/{orders[0].customer_id}/"
    assert api(admin).delete(url).status_code == 403
    assert Order.objects.count() == 2


def test_a_right_to_one_action_is_enough_for_it(
    clerk: User, api: Api, orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may view no order at all is not denied this one."""
    clerk.user_permissions.add(permission("change_order"))
    monkeypatch.setattr(OrderConfig, "has_view_permission", lambda self, request, obj=None: False)
    url = "/conjure/r/testapp.Order/action/mark_paid/"
    assert api(clerk).post(url, {"ids": [orders[1].pk]}, content_type=JSON).status_code == 200


def test_the_other_side_of_a_one_to_one_field_is_one_row_too(admin: User, gql: Gql, configure: Configure) -> None:
    for name in ("shown", "denied"):
        Passport.objects.create(citizen=Citizen.objects.create(name=name), number=name)
    configure(Passport, has_view_permission=lambda self, request, obj=None: not obj or obj.number != "denied")
    answer = gql(admin, "{ testappCitizens(ordering: [{id: ASC}]) { results { name passport { number } } } }")
    assert [row["passport"] for row in answer["data"]["testappCitizens"]["results"]] == [{"number": "shown"}, None]
    assert [error["path"] for error in answer["errors"]] == [["testappCitizens", "results", 1, "passport"]]
