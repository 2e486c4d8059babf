"""The built-in widgets: the latest writes, the writes of each day, and the largest models."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conjure.models import AdminAuditLog
from tests.audit.table import without_audit_table
from tests.conftest import Api
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Event, Note


def ask(api: Api, user: User | None, name: str) -> tuple[int, Any]:
    answer = api(user).get(f"/conjure/widgets/{name}/")
    return answer.status_code, answer.json()


def log(**values: Any) -> AdminAuditLog:
    defaults = {"model_label": "testapp.Order", "object_pk": "1", "object_repr": "Order A-1", "action": "update"}
    return AdminAuditLog.objects.create(**{**defaults, **values})


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
    clerk.user_permissions.add(Permission.objects.get(content_type__app_label="testapp", codename="view_note"))
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
