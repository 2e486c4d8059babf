"""Widgets: the project's own and the built-in ones, who may see them and what happens when one fails."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conjure import register_widget
from conjure.exceptions import NotFoundError
from conjure.models import AdminAuditLog
from conjure.widgets import _widgets
from tests.audit.table import without_audit_table
from tests.conftest import Api, Gql
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Event, Note, Order


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


def log(**values: Any) -> AdminAuditLog:
    defaults = {"model_label": "testapp.Order", "object_pk": "1", "object_repr": "Order A-1", "action": "update"}
    return AdminAuditLog.objects.create(**{**defaults, **values})


# The project's own.


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


# The latest writes.


@pytest.mark.parametrize("name", ["recent-audit", "recent-activity"])
def test_recent_writes_are_the_newest_ten(api: Api, admin: User, name: str) -> None:
    now = timezone.now()
    for number in range(12):
        log(object_pk=str(number), created_at=now - datetime.timedelta(minutes=number), actor=admin, actor_name="admin")
    status, body = ask(api, admin, name)
    assert (status, list(body)) == (200, ["rows"])
    assert [row["object_pk"] for row in body["rows"]] == [str(number) for number in range(10)]
    assert body["rows"][0] == {
        "id": AdminAuditLog.objects.get(object_pk="0").pk,
        "actor": "admin",
        "action": "update",
        "action_display": "Update",
        "model_label": "testapp.Order",
        "object_pk": "0",
        "object_repr": "Order A-1",
        "created_at": now.isoformat().replace("+00:00", "Z"),
    }


def test_recent_writes_are_those_of_what_the_user_may_see(api: Api, viewer: User, clerk: User, admin: User) -> None:
    shop = make_shop()
    public, hidden = Note.objects.create(title="public", is_public=True), Note.objects.create(title="hidden")
    log(model_label="testapp.Note", object_pk=str(public.pk), object_repr="public")
    log(model_label="testapp.Note", object_pk=str(hidden.pk), object_repr="hidden")
    log(model_label="auth.User", object_pk=str(shop.users[0].pk), object_repr="alice")
    log()

    def seen(user: User) -> list[str]:
        return sorted(row["object_repr"] for row in ask(api, user, "recent-audit")[1]["rows"])

    assert seen(admin) == ["Order A-1", "alice", "hidden", "public"]
    assert seen(viewer) == ["Order A-1", "public"]
    assert seen(clerk) == []
    clerk.user_permissions.add(Permission.objects.get(content_type__app_label="testapp", codename="view_order"))
    assert seen(User.objects.get(pk=clerk.pk)) == ["Order A-1"]


# The writes of each day.


def test_the_trend_has_thirty_days_and_those_without_writes_as_zero(api: Api, admin: User, viewer: User) -> None:
    today = timezone.localdate()
    noon = datetime.datetime.combine(today, datetime.time(12), tzinfo=datetime.UTC)
    for age in (0, 0, 3, 29, 30, 31):
        log(created_at=noon - datetime.timedelta(days=age))
    log(model_label="auth.User", created_at=noon)
    status, body = ask(api, admin, "trend")
    points = {point["date"]: point["count"] for point in body["points"]}
    assert (status, len(body["points"]), len(points)) == (200, 30, 30)
    assert list(points) == sorted(points)
    assert {date: count for date, count in points.items() if count} == {
        today.isoformat(): 3,
        (today - datetime.timedelta(days=3)).isoformat(): 1,
        (today - datetime.timedelta(days=29)).isoformat(): 1,
    }
    assert ask(api, viewer, "trend")[1]["points"][-1] == {"date": today.isoformat(), "count": 2}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
def test_days_begin_at_midnight_in_the_current_time_zone(api: Api, admin: User, settings: Any, zone: str) -> None:
    settings.TIME_ZONE = zone
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    log(created_at=midnight)
    log(created_at=midnight - datetime.timedelta(microseconds=1))
    points = ask(api, admin, "trend")[1]["points"]
    assert [point["count"] for point in points[-2:]] == [1, 1]
    assert points[-1]["date"] == midnight.date().isoformat()


def test_the_trend_takes_one_query_however_many_days_and_models(api: Api, admin: User, viewer: User) -> None:
    for user in (admin, viewer):
        client = api(user)
        client.get("/conjure/widgets/trend/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/conjure/widgets/trend/")
        about_the_log = [query for query in queries if "conjure_audit_log" in query["sql"]]
        assert len(about_the_log) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_audit_table_its_widgets_say_so(api: Api, admin: User) -> None:
    client = api(admin)
    with without_audit_table():
        answers = {
            name: client.get(f"/conjure/widgets/{name}/").json()
            for name in ("recent-audit", "recent-activity", "trend")
        }
        counts = client.get("/conjure/widgets/model-counts/")
    assert answers == {
        "recent-audit": {"rows": [], "unavailable": True},
        "recent-activity": {"rows": [], "unavailable": True},
        "trend": {"points": [], "unavailable": True},
    }
    assert counts.status_code == 200
    assert "conjure.AdminAuditLog" not in [card["key"] for card in counts.json()["cards"]]


# The largest models.


@pytest.mark.parametrize("name", ["model-counts", "stats"])
def test_model_counts_are_the_eight_largest_that_the_user_may_view(
    api: Api, clerk: User, media_root: Any, name: str
) -> None:
    make_shop()
    Event.objects.bulk_create([Event(name="e", happened_at=timezone.now()) for _ in range(50)])
    clerk.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="testapp", codename__in=["view_event", "view_order", "change_tag", "add_product"]
        )
    )
    assert ask(api, clerk, name) == (
        200,
        {
            "cards": [
                {"key": "testapp.Event", "label": "events", "value": 53},
                {"key": "testapp.Tag", "label": "tags", "value": 3},
                {"key": "testapp.Order", "label": "orders", "value": 3},
            ]
        },
    )


def test_model_counts_count_what_the_user_may_see(api: Api, clerk: User) -> None:
    Note.objects.create(title="hidden")
    Note.objects.create(title="own", owner=clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="view_note"))
    assert ask(api, clerk, "model-counts")[1]["cards"][0]["value"] == 1


def test_model_counts_of_every_shape_of_model_are_those_of_their_lists(api: Api, admin: User, media_root: Any) -> None:
    make_everything()
    client = api(admin)
    with CaptureQueriesContext(connection) as queries:
        cards = client.get("/conjure/widgets/model-counts/").json()["cards"]
    assert len(cards) == 8
    assert [card["value"] for card in cards] == sorted((card["value"] for card in cards), reverse=True)
    for card in cards:
        assert client.get(f"/conjure/r/{card['key']}/?page_size=1").json()["count"] == card["value"]
    # Fifty models a query; those whose rows are annotated or made distinct by their managers one by one.
    assert len(queries) < 40
