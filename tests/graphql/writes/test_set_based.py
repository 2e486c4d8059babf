"""Bulk updates by one statement: only where that is the same as saving each row, hidden and denied rows included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from conjure.exceptions import ForbiddenError
from conjure.models import AdminAuditLog
from tests.conftest import Configure
from tests.graphql.writes.conftest import Open, refused
from tests.testapp.admin_config import TagConfig
from tests.testapp.models import Category, Customer, Note, Order, Tag

pytestmark = pytest.mark.django_db


def statements(call: Callable[[], Any], table: str) -> int:
    """How many UPDATE statements of a table a call takes."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return sum(query["sql"].startswith("UPDATE") and table in query["sql"] for query in queries)


@pytest.fixture
def tags() -> list[int]:
    return [Tag.objects.create(name=f"tag {number}", slug=f"t{number}").pk for number in range(3)]


def test_a_check_of_each_row_is_asked_for_each_row(
    admin: User, writer: Open, tags: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def has_change_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        asked.append(obj and obj.pk)
        return obj is None or obj.slug != "t2"

    monkeypatch.setattr(TagConfig, "has_change_permission", has_change_permission)
    client = writer(admin, "testapp.Tag")
    # With rows that may be changed it is one statement: so it is this way that asks.
    assert statements(lambda: client.bulk_update(tags[:2], name="changed"), "testapp_tag") == 1
    assert set(tags[:2]) <= set(asked)
    AdminAuditLog.objects.all().delete()
    with pytest.raises(ForbiddenError):
        client.bulk_update(tags, name="denied")
    assert not Tag.objects.filter(name="denied").exists()
    assert not AdminAuditLog.objects.exists()


@pytest.mark.parametrize("signal", [pre_save, post_save], ids=["pre_save", "post_save"])
def test_receivers_are_told_of_each_row(admin: User, writer: Open, tags: list[int], signal: Any) -> None:
    told: list[Any] = []

    def receive(sender: Any, instance: Any, **_: Any) -> None:
        told.append(instance.pk)

    client = writer(admin, "testapp.Tag")
    assert statements(lambda: client.bulk_update(tags, name="first"), "testapp_tag") == 1
    signal.connect(receive, sender=Tag)
    try:
        client.bulk_update(tags, name="second")
    finally:
        signal.disconnect(receive, sender=Tag)
    assert sorted(told) == tags


def test_fields_that_one_row_may_not_have_written_are_refused(
    admin: User, writer: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Tag.objects.create(name="x", slug=slug).pk for slug in ("one", "two")]
    for hook in ("get_readonly_fields", "get_exclude"):
        with monkeypatch.context() as patch:
            patch.setattr(
                TagConfig, hook, lambda self, request, obj=None: ["name"] if obj and obj.slug == "two" else []
            )
            errors = refused(writer(admin, "testapp.Tag").bulk_update, rows, name=hook)
        assert list(errors) == ["data"]
        assert not Tag.objects.filter(name=hook).exists()


def test_foreign_keys_point_to_rows_that_are_there_and_visible(clerk: User, admin: User, writer: Open) -> None:
    categories = [Category.objects.create(name=f"c{number}").pk for number in range(2)]
    client = writer(admin, "testapp.Category")
    parent = Category.objects.create(name="parent").pk
    assert statements(lambda: client.bulk_update(categories, parent=parent), "testapp_category") == 1
    assert list(refused(client.bulk_update, categories, parent=10**6)) == ["parent"]
    assert Category.objects.filter(parent=parent).count() == 2


def test_values_are_validated_as_those_of_one_row(admin: User, writer: Open, tags: list[int]) -> None:
    client = writer(admin, "testapp.Tag")
    assert list(refused(client.bulk_update, tags, name="x" * 41)) == ["name"]
    assert list(refused(client.bulk_update, tags, name="")) == ["name"]
    assert list(refused(client.bulk_update, tags, slug="the-same")) == ["slug"]


def test_the_log_tells_nothing_of_a_stamp_that_is_excluded(admin: User, writer: Open, configure: Configure) -> None:
    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    orders = [Order.objects.create(number=f"N{n}", customer=customer, ordered_on="2024-01-01").pk for n in range(2)]
    configure(Order, exclude=("updated_at",))
    client = writer(admin, "testapp.Order")
    assert statements(lambda: client.bulk_update(orders, comment="new"), "testapp_order") == 1
    assert [list(diff) for diff in AdminAuditLog.objects.values_list("diff", flat=True)] == [["comment"]] * 2


def test_hidden_rows_are_left_alone(viewer: User, grant: Any, writer: Open) -> None:
    clerk = grant("change_note", "view_note")
    own = [Note.objects.create(title=f"own {number}", owner=clerk).pk for number in range(2)]
    hidden = Note.objects.create(title="hidden", owner=viewer)
    assert writer(clerk, "testapp.Note").bulk_update([*own, hidden.pk], text="new") == 2
    hidden.refresh_from_db()
    assert hidden.text == ""
