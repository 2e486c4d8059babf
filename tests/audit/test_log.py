"""The audit log: what a write leaves in it, and who may read that."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection, router, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from conjure import registry
from conjure.audit.log import AuditEntry, audit_database, write_audit
from conjure.exceptions import NotMigratedError
from conjure.models import AdminAuditLog, AuditAction
from conjure.registry import model_key
from tests.audit.table import without_audit_table
from tests.testapp.models import Category, Note, Tag, UUIDKey

pytestmark = pytest.mark.django_db


def entry(**changes: Any) -> AuditEntry:
    values = {"model_label": "testapp.Tag", "object_pk": "1", "object_repr": "new", "action": "create", "diff": {}}
    return AuditEntry(**{**values, **changes})


def entry_of(obj: Any, action: str, diff: dict[str, Any]) -> AuditEntry:
    return entry(
        model_label=model_key(type(obj)), object_pk=str(obj.pk), object_repr=str(obj), action=action, diff=diff
    )


def write(user: Any, *entries: AuditEntry, ip: str | None = None) -> None:
    write_audit(user, ip, entries, using="default")


def read_as(user: User) -> set[str]:
    """The objects whose entries the user sees."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    config = registry.get("conjure.AdminAuditLog")
    assert config is not None
    return set(config.get_queryset(request).values_list("object_repr", flat=True))


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


# What is written.


def test_an_entry_says_who_did_what_to_which_object_from_where(admin: User) -> None:
    tag = Tag.objects.create(name="new", slug="new")
    write(admin, entry_of(tag, AuditAction.CREATE, {"name": [None, "new"]}), ip="192.0.2.7")
    row = AdminAuditLog.objects.get()
    assert (row.actor, row.actor_name, row.ip) == (admin, "admin", "192.0.2.7")
    assert (row.model_label, row.object_pk, row.object_repr) == ("testapp.Tag", str(tag.pk), "new")
    assert (row.action, row.get_action_display(), row.diff) == ("create", "Create", {"name": [None, "new"]})


def test_a_custom_action_is_displayed_by_its_key_in_words() -> None:
    assert AdminAuditLog(action="action:mark_as_paid").get_action_display() == "Mark as paid"
    assert AdminAuditLog(action="bulk_update").get_action_display() == "Bulk update"
    assert AdminAuditLog(action="unheard of").get_action_display() == "unheard of"


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_a_write_by_nobody_known_is_logged_without_an_actor(user: Any) -> None:
    write(user, entry())
    row = AdminAuditLog.objects.get()
    assert (row.actor, row.actor_name) == (None, "")


def test_a_stand_in_for_a_user_is_logged_by_name_alone() -> None:
    class TokenUser:
        is_authenticated = True
        pk = 7

        def __str__(self) -> str:
            return "service"

    write(TokenUser(), entry())
    row = AdminAuditLog.objects.get()
    assert (row.actor_id, row.actor_name) == (None, "service")


def test_the_actors_name_stays_when_the_account_goes(clerk: User) -> None:
    write(clerk, entry())
    clerk.delete()
    row = AdminAuditLog.objects.get()
    assert (row.actor_id, row.actor_name) == (None, "clerk")


@pytest.mark.parametrize("action", ["delete", "bulk_delete", "action:forget_me"])
def test_whoever_deletes_their_own_account_leaves_only_a_name(clerk: User, action: str) -> None:
    gone = User.objects.get(pk=clerk.pk)
    clerk.delete()
    write(gone, entry(action=action))
    row = AdminAuditLog.objects.get()
    assert (row.actor_id, row.actor_name) == (None, "clerk")


def test_texts_that_no_database_takes_never_cost_the_entry(admin: User) -> None:
    bad = "\x00\ud800" + "x" * 70_000
    write(admin, entry(object_pk=bad, object_repr=bad, action=f"action:{bad}", diff={bad: [bad, {bad: [bad]}]}))
    row = AdminAuditLog.objects.get()
    assert (len(row.object_pk), len(row.object_repr), len(row.action)) == (255, 200, 100)
    assert row.object_repr.startswith("\ufffd\ufffdxxx")


def test_a_run_of_an_action_is_one_entry_that_names_every_pk(admin: User) -> None:
    pks = [uuid.UUID(int=number) for number in range(10_000)]
    write(admin, AuditEntry.for_action(UUIDKey, "merge", pks))
    row = AdminAuditLog.objects.get()
    assert (row.action, row.object_repr) == ("action:merge", "10000 uuid keys")
    assert row.diff == {"pks": [None, [str(pk) for pk in pks]]}


def test_a_run_of_an_action_on_one_object_is_found_by_its_pk(admin: User) -> None:
    write(admin, AuditEntry.for_action(Category, "hide", [7]))
    row = AdminAuditLog.objects.get()
    assert (row.object_pk, row.object_repr) == ("7", "1 category")


def test_nothing_is_written_where_the_setting_is_off(admin: User, settings: Any) -> None:
    settings.CONJURE = {"AUDIT": False}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        write(admin, entry())
    assert (len(queries), AdminAuditLog.objects.count()) == (0, 0)


def test_no_entries_are_no_queries(admin: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        write(admin)
    assert len(queries) == 0


def test_one_entry_is_one_query(admin: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        write(admin, entry(action="update"))
    assert len(queries) == 1


def test_entries_are_taken_a_batch_at_a_time(admin: User) -> None:
    written: list[int] = []

    def entries() -> Any:
        for number in range(1_200):
            if number % 500 == 0:
                written.append(AdminAuditLog.objects.count())
            yield entry(object_pk=str(number))

    write_audit(admin, None, entries(), using="default")
    assert (written, AdminAuditLog.objects.count()) == ([0, 500, 1000], 1_200)


def test_a_batch_of_long_values_fits_into_a_statement(admin: User) -> None:
    long = "ü" * 400_000
    write(admin, *[entry(diff={"text": [long, {"nested": [long]}]}) for _ in range(8)])
    assert AdminAuditLog.objects.count() == 8


def test_newest_first_and_of_one_moment_the_last_written_first(admin: User) -> None:
    write(admin, entry(object_repr="first"), entry(object_repr="second"))
    write(admin, entry(object_repr="third"))
    assert [row.object_repr for row in AdminAuditLog.objects.all()] == ["third", "second", "first"]


@pytest.mark.django_db(transaction=True)
def test_an_insert_that_fails_takes_the_write_with_it(admin: User) -> None:
    def create() -> None:
        with transaction.atomic():
            Tag.objects.create(name="new", slug="new")
            write(admin, entry())

    with without_audit_table(), pytest.raises(NotMigratedError):
        create()
    assert Tag.objects.count() == 0


# Where it is written.


class OnlyDefault:
    """A router that keeps conjure's table off every other database."""

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


class ElsewhereToo:
    """A router that would have the log in a database of its own, but lets its table be everywhere."""

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "log"


def test_the_log_follows_the_write_where_its_table_is_there(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.ElsewhereToo"]
    assert router.db_for_write(AdminAuditLog) == "log"
    assert audit_database("default") == "default"


def test_the_log_goes_where_the_router_says_when_its_table_is_not_there(settings: Any) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.OnlyDefault"]
    assert audit_database("archive") == "default"


# Who may read it.


def test_the_log_is_registered_read_only() -> None:
    config = registry.get("conjure.AdminAuditLog")
    assert config is not None
    assert config.is_readonly
    assert AdminAuditLog._meta.db_table == "conjure_audit_log"


def test_a_superuser_sees_every_entry_even_of_models_that_are_gone(admin: User) -> None:
    write(admin, entry(object_repr="tag"), entry(object_repr="gone", model_label="old.Model"))
    assert read_as(admin) == {"tag", "gone"}


def test_others_see_entries_only_of_models_that_they_may_view(admin: User, clerk: User) -> None:
    write(
        admin,
        entry(object_repr="tag"),
        entry(object_repr="category", model_label="testapp.Category"),
        entry(object_repr="gone", model_label="old.Model"),
    )
    assert read_as(clerk) == set()
    grant(clerk, "view_category")
    assert read_as(clerk) == {"category"}


def test_an_inactive_superuser_sees_no_entry(admin: User) -> None:
    write(admin, entry())
    User.objects.update(is_active=False)
    assert read_as(admin) == set()


def test_entries_of_rows_that_are_hidden_by_scope_are_hidden_too(admin: User, viewer: User) -> None:
    public, private = (Note.objects.create(title=title, is_public=title == "public") for title in ("public", "private"))
    write(admin, *[entry_of(note, "create", {}) for note in (public, private)])
    assert read_as(viewer) == {"public"}


def test_entries_that_tell_of_a_field_hidden_from_the_user_are_hidden_too(admin: User, viewer: User) -> None:
    write(
        admin,
        entry(object_repr="dearer", model_label="testapp.Shipment", action="update", diff={"cost": [1, 2]}),
        entry(object_repr="moved", model_label="testapp.Shipment", action="update", diff={"carrier": ["a", "b"]}),
    )
    assert read_as(viewer) == {"moved"}
    assert read_as(admin) == {"dearer", "moved"}


def fail(*args: Any) -> bool:
    raise RuntimeError("no")


async def consent(*args: Any) -> bool:
    return True


@pytest.mark.parametrize("check", [fail, consent])
def test_a_permission_check_that_fails_hides_the_entries(
    admin: User, viewer: User, monkeypatch: pytest.MonkeyPatch, check: Any
) -> None:
    write(admin, entry(object_repr="tag"), entry(object_repr="category", model_label="testapp.Category"))
    monkeypatch.setattr(type(registry.get("testapp.Tag")), "has_view_permission", check)
    assert read_as(viewer) == {"category"}


@pytest.mark.parametrize("key", [5, "a-b", uuid.UUID("6ba7b810-9dad-41d1-80b4-00c04fd430c8")])
def test_scoped_rows_are_found_by_the_text_of_any_key(
    key: Any, admin: User, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.testapp.models import IntegerKey, StringKey

    model = {int: IntegerKey, str: StringKey, uuid.UUID: UUIDKey}[type(key)]
    seen = model._default_manager.create(pk=key, name="seen")
    config = registry.for_model(model)
    scoped = type("Scoped", (type(config),), {"get_queryset": lambda self, request: model.objects.filter(name="seen")})
    monkeypatch.setattr(config, "__class__", scoped)
    write(admin, entry_of(seen, "create", {}), entry(model_label=f"testapp.{model.__name__}"))
    assert read_as(viewer) == {str(seen)}


def test_the_user_model_is_the_projects_own() -> None:
    assert AdminAuditLog._meta.get_field("actor").related_model is get_user_model()
