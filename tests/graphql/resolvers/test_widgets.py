"""Widgets of a project: who may see them, and what happens when one fails."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError

from conjure import register_widget
from conjure.exceptions import NotFoundError
from conjure.widgets import _widgets
from tests.conftest import Api, Gql
from tests.testapp.factories import make_shop
from tests.testapp.models import Order


@pytest.fixture
def own_widgets() -> Iterator[None]:
    """Widgets that a test registers are gone after it."""
    before = dict(_widgets)
    yield
    _widgets.clear()
    _widgets.update(before)


def ask(api: Api, user: User | None, name: str) -> tuple[int, Any]:
    answer = api(user).get(f"/conjure/widgets/{name}/")
    return answer.status_code, answer.json()


def test_a_widget_is_what_its_function_gives(api: Api, gql: Gql, clerk: User) -> None:
    make_shop()
    expected = {"orders": 3, "at": "2024-02-29"}
    assert ask(api, clerk, "order-stats") == (200, expected)
    assert gql(clerk, 'query { conjureWidget(name: "order-stats") }')["data"] == {"conjureWidget": expected}


def test_an_unknown_widget_is_404(api: Api, gql: Gql, clerk: User) -> None:
    assert ask(api, clerk, "nope") == (404, {"detail": "There is no such widget."})
    error = gql(clerk, 'query { conjureWidget(name: "nope") }')["errors"][0]
    assert error["extensions"] == {"code": "NOT_FOUND"}


def test_widgets_are_for_staff(api: Api, outsider: User) -> None:
    for name in ("order-stats", "recent-audit", "stats", "nope"):
        assert ask(api, None, name)[0] == 401
        assert ask(api, outsider, name)[0] == 403


def test_a_widget_may_ask_a_permission(api: Api, viewer: User, clerk: User) -> None:
    assert ask(api, viewer, "restricted-stats")[0] == 200
    assert ask(api, clerk, "restricted-stats")[0] == 403


def test_a_widget_that_fails_is_masked_and_named_in_the_log(
    api: Api, gql: Gql, admin: User, caplog: pytest.LogCaptureFixture
) -> None:
    status, body = ask(api, admin, "broken-stats")
    assert (status, body["detail"]) == (500, "Something went wrong.")
    assert "The widget 'broken-stats' failed" in caplog.text
    answer = gql(admin, 'query { conjureWidget(name: "broken-stats") me }')
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(answer)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PermissionDenied("Not now."), 403),
        (ValidationError("Not so."), 400),
        (NotFoundError("Not there."), 404),
        (Order.DoesNotExist("A row of the server's."), 500),
        (KeyError("a"), 500),
    ],
)
def test_what_a_widget_raises_on_purpose_has_its_status(
    api: Api, admin: User, own_widgets: None, error: Exception, status: int
) -> None:
    @register_widget("raises")
    def raises(request: Any) -> dict[str, Any]:
        raise error

    assert ask(api, admin, "raises")[0] == status


def test_a_widget_may_give_rows_querysets_and_whatever_json_has_no_word_for(
    api: Api, admin: User, own_widgets: None
) -> None:
    shop = make_shop()

    @register_widget("odd")
    def odd(request: Any) -> dict[str, Any]:
        return {
            "status": Order.Status.PAID,
            "numbers": Order.objects.order_by("number").values_list("number", flat=True),
            "customer": shop.customers[0],
            "total": shop.products[0].price,
            "nan": float("nan"),
            1: {"since": datetime.timedelta(hours=25)},
            "noon": datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC),
            "label": Order._meta.verbose_name,
        }

    assert ask(api, admin, "odd") == (
        200,
        {
            "status": "paid",
            "numbers": ["A-1", "A-2", "A-3"],
            "customer": str(shop.customers[0].pk),
            "total": "19.90",
            "nan": None,
            "1": {"since": "1 01:00:00"},
            "noon": "2024-02-29T12:00:00Z",
            "label": "order",
        },
    )


def test_a_widget_of_the_project_takes_the_place_of_a_built_in_one(api: Api, clerk: User, own_widgets: None) -> None:
    @register_widget("stats")
    def stats(request: Any) -> dict[str, Any]:
        return {"mine": True}

    assert ask(api, clerk, "stats") == (200, {"mine": True})
    assert list(ask(api, clerk, "model-counts")[1]) == ["cards"]
