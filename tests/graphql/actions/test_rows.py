"""The rows that an action runs on: named or filtered, and never hidden ones."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Api
from tests.graphql.actions.conftest import Run, keys, statuses
from tests.testapp.factories import Shop
from tests.testapp.models import Event, Note, Order


def test_ids_may_be_strings_and_missing_ones_are_passed_over(run: Run, admin: User, shop: Shop) -> None:
    first, second, _ = keys(shop.orders)
    assert run(admin, "Order/cancel", ids=[str(first), second, second, 10**9])[1] == {
        "message": "Cancel the orders: 2 of 3 orders."
    }
    assert statuses()[:2] == ["cancelled", "cancelled"]
    assert run(admin, "Order/count_rows", ids=[10**9]) == (200, {"count": 0, "numbers": []})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": None},
        {"ids": "34"},
        {"ids": {"5": 1}},
        {"ids": [True]},
        {"ids": [1.5]},
        {"ids": [None]},
        {"ids": [[1]]},
        {"ids": ["one"]},
        {"ids": [10**23]},
        {"ids": ["1\x00"]},
        {"ids": list(range(10_001))},
    ],
)
def test_ids_that_name_no_rows_are_400(run: Run, admin: User, shop: Shop, body: dict[str, Any]) -> None:
    status, answer = run(admin, "Order/cancel", **body)
    assert status == 400
    assert list(answer) in (["ids"], ["detail"])
    assert "cancelled" not in statuses()
    assert not AdminAuditLog.objects.exists()


@pytest.mark.parametrize("body", ["5", "[1]", '"x"', "null", "{", '{"ids": [1], "ids": [2]}'])
def test_a_body_that_is_no_object_is_400(api: Api, admin: User, shop: Shop, body: str) -> None:
    url = "/conjure/r/testapp.order/action/cancel/"
    assert api(admin).post(url, body, content_type="application/json").status_code == 400


def test_a_form_may_name_the_rows_too(api: Api, admin: User, shop: Shop) -> None:
    answer = api(admin).post("/conjure/r/testapp.order/action/count_rows/", {"ids": [shop.orders[1].pk]})
    assert answer.json() == {"count": 1, "numbers": [shop.orders[1].number]}


def test_the_whole_filtered_set_is_filtered_again_on_the_server(run: Run, admin: User, shop: Shop) -> None:
    params = {"status": shop.orders[0].status, "search": "", "page": "7", "page_size": "x", "ordering": "nope"}
    wanted = Order.objects.filter(status=shop.orders[0].status)
    status, body = run(admin, "Order/count_rows", all_filtered=True, params=params)
    assert (status, body["numbers"]) == (200, sorted(wanted.values_list("number", flat=True)))
    assert run(admin, "Order/count_rows", all_filtered=True, params={})[1]["count"] == 3
    assert run(admin, "Order/count_rows", all_filtered=True, params={"search": "A-2"})[1]["numbers"] == ["A-2"]
    assert run(admin, "Order/count_rows", all_filtered=True, params={"search": "none"})[1]["count"] == 0


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"statuz": "paid"}, "statuz"),
        ({"_": "1"}, "_"),
        ({"status__regex": "p"}, "status__regex"),
        ({"secret_note": "x"}, "secret_note"),
        ({"secret_note__icontains": "x"}, "secret_note__icontains"),
        ({"customer__api_token": "x"}, "customer__api_token"),
        ({"total__gte": "many"}, "total__gte"),
        ({"status": ["paid"]}, "status"),
        ({"total": {"a": 1}}, "total"),
        ({"search": 5}, "search"),
        ({"search": ["x"]}, "search"),
        ({"search": "x" * 60_000}, "search"),
        ("status=paid", "params"),
        ([], "params"),
    ],
)
def test_a_parameter_that_is_not_understood_is_400(run: Run, admin: User, shop: Shop, params: Any, name: str) -> None:
    status, body = run(admin, "Order/cancel", all_filtered=True, params=params)
    assert (status, list(body)) == (400, [name])
    assert "cancelled" not in statuses()


@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_all_filtered_is_a_boolean(run: Run, admin: User, shop: Shop, value: Any) -> None:
    assert run(admin, "Order/cancel", all_filtered=value)[0] == 400
    assert "cancelled" not in statuses()


def test_named_rows_and_a_filter_at_once_are_400(run: Run, admin: User, shop: Shop) -> None:
    first = shop.orders[0].pk
    assert run(admin, "Order/cancel", ids=[first], all_filtered=True, params={})[0] == 400
    assert run(admin, "Order/cancel", params={"status": "paid"})[0] == 400
    assert "cancelled" not in statuses()


def test_hidden_rows_are_as_if_absent(run: Run, viewer: User, shop: Shop) -> None:
    hidden = Note.objects.create(title="Somebody else's", owner=shop.users[0])
    visible = Note.objects.create(title="Everybody's", is_public=True)
    assert run(viewer, "Note/publish", ids=[hidden.pk, visible.pk]) == (200, {"published": 1})
    run(viewer, "Note/publish", all_filtered=True, params={})
    hidden.refresh_from_db()
    assert not hidden.is_public


def test_an_action_goes_on_with_its_rows_when_it_changes_what_they_were_found_by(
    run: Run, viewer: User, shop: Shop
) -> None:
    Note.objects.all().delete()
    Note.objects.create(title="a", is_public=True)
    Note.objects.create(title="b", is_public=True)
    expected = {"hidden": 2, "titles": ["a", "b"]}
    assert run(viewer, "Note/hide", all_filtered=True, params={"is_public": "true"}) == (200, expected)


def test_ten_thousand_rows_are_named_in_the_log(run: Run, admin: User, shop: Shop) -> None:
    Event.objects.bulk_create(
        [Event(name=f"e{number}", happened_at=shop.events[0].happened_at) for number in range(10_000)], batch_size=1000
    )
    pks = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert run(admin, "Event/summarise", all_filtered=True, params={})[1] == {"message": f"{len(pks)} events"}
    assert sorted(AdminAuditLog.objects.get().diff["pks"][1]) == pks
    assert run(admin, "Event/escalate", ids=pks[-10_000:])[0] == 200
    assert Event.objects.filter(level=Event.Level.ERROR).count() >= 10_000


def test_a_filter_that_leaves_too_many_rows_is_400(run: Run, admin: User, shop: Shop, settings: Any) -> None:
    settings.CONJURE = {"ACTION_MAX_ROWS": 2}
    assert run(admin, "Order/cancel", all_filtered=True, params={})[0] == 400
    assert "cancelled" not in statuses()
