"""Nobody gives what they do not have, by any way of writing; passwords are written as hashes or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User

from conjure import AdminConfig, registry
from conjure.exceptions import ForbiddenError
from conjure.models import AdminAuditLog
from tests.conftest import Configure, connected_models, restored_registry, unregister_all_but
from tests.graphql.writes.conftest import Grant, Open, Writer, refused

pytestmark = pytest.mark.django_db
EVERYTHING = [f"{right}_{model}" for right in ("add", "change", "delete", "view") for model in ("user", "group")]


@pytest.fixture(autouse=True, scope="module")
def _accounts() -> Iterator[None]:
    """Django's accounts, registered as projects do it."""
    with restored_registry():
        unregister_all_but(*connected_models(User))
        for model in (User, Group, Permission, User.groups.through):
            registry.register(model, type(f"{model.__name__}Config", (AdminConfig,), {}))
        yield


@pytest.fixture
def clerk_of_accounts(grant: Grant) -> User:
    return grant(*EVERYTHING, app_label="auth")


@pytest.fixture
def target() -> User:
    return User.objects.create_user("target", password="target's password")


PRIVILEGES = {
    "is_superuser": lambda: True,
    "is_staff": lambda: True,
    "groups": lambda: [Group.objects.get_or_create(name="g")[0].pk],
    "user_permissions": lambda: [Permission.objects.all()[0].pk],
}


@pytest.mark.parametrize("name", PRIVILEGES)
@pytest.mark.parametrize("way", ["update", "create", "bulk", "operations"])
def test_privileges_are_set_by_superusers_alone(
    name: str, way: str, clerk_of_accounts: User, admin: User, target: User, writer: Open
) -> None:
    value = PRIVILEGES[name]()
    others = User.objects.create_user("other")
    ways: dict[str, Callable[[Writer], Any]] = {
        "update": lambda client: client.update(target.pk, {name: value}),
        "create": lambda client: client.create(username="new", **{name: value}),
        "bulk": lambda client: client.bulk_update([target.pk, others.pk], **{name: value}),
        "operations": lambda client: client.apply({"op": "update", "pk": target.pk, "values": {name: value}}),
    }
    count = User.objects.count()
    with pytest.raises(ForbiddenError):
        ways[way](writer(clerk_of_accounts, "auth.User"))
    target.refresh_from_db()
    assert (target.is_superuser, target.is_staff) == (False, False)
    assert (target.groups.count(), target.user_permissions.count()) == (0, 0)
    assert User.objects.count() == count
    assert not AdminAuditLog.objects.exists()
    ways[way](writer(admin, "auth.User"))


def test_a_superuser_is_changed_and_deleted_by_superusers_alone(
    clerk_of_accounts: User, admin: User, target: User, writer: Open
) -> None:
    client = writer(clerk_of_accounts, "auth.User")
    for call in (
        lambda: client.update(admin.pk, email="x@example.com"),
        lambda: client.update(admin.pk, password="a new password 1"),
        lambda: client.bulk_update([admin.pk, target.pk], email="x@example.com"),
        lambda: client.delete(admin.pk),
        lambda: client.bulk_delete([admin.pk, target.pk]),
        lambda: client.apply({"op": "delete", "pk": admin.pk}),
    ):
        with pytest.raises(ForbiddenError):
            call()
    admin.refresh_from_db()
    assert admin.email == "admin@example.com"
    assert admin.check_password("admin")


def test_others_may_be_changed_and_privileges_sent_back_as_they_are(
    clerk_of_accounts: User, target: User, writer: Open
) -> None:
    client = writer(clerk_of_accounts, "auth.User")
    row = client.get(target.pk)
    assert client.update(target.pk, {**row, "email": "t@example.com"})["email"] == "t@example.com"
    row = client.create(username="new", is_staff=False, is_superuser=False, groups=[])
    assert not User.objects.get(pk=row["id"]).has_usable_password()


def test_a_group_gets_no_permission_that_its_writer_lacks(clerk_of_accounts: User, writer: Open) -> None:
    held = Permission.objects.get(codename="change_user", content_type__app_label="auth")
    lacked = Permission.objects.get(codename="delete_order", content_type__app_label="testapp")
    client = writer(clerk_of_accounts, "auth.Group")
    row = client.create(name="g", permissions=[held.pk])
    for call in (
        lambda: client.update(row["id"], permissions=[held.pk, lacked.pk]),
        lambda: client.create(name="h", permissions=[lacked.pk]),
        lambda: client.bulk_update([row["id"]], permissions=[lacked.pk]),
    ):
        with pytest.raises(ForbiddenError):
            call()
    group = Group.objects.get()
    assert list(group.permissions.all()) == [held]
    group.permissions.add(lacked)
    assert client.update(row["id"], name="renamed", permissions=[held.pk, lacked.pk])["name"] == "renamed"
    assert client.update(row["id"], permissions=[])["permissions"] == []


def test_links_and_permissions_themselves_are_for_superusers(grant: Grant, admin: User, writer: Open) -> None:
    clerk = grant("change_permission", app_label="auth")
    permission = Permission.objects.all()[0]
    with pytest.raises(ForbiddenError):
        writer(clerk, "auth.Permission").update(permission.pk, codename="other")
    # Names are not unique, so that one statement could change those of many.
    several = [found.pk for found in Permission.objects.all()[:2]]
    with pytest.raises(ForbiddenError):
        writer(clerk, "auth.Permission").bulk_update(several, name="other")
    assert not Permission.objects.filter(name="other").exists()
    group = Group.objects.create(name="g")
    through = Permission.objects.create(codename="add_user_groups", name="x", content_type=permission.content_type)
    clerk.user_permissions.add(through)
    with pytest.raises(ForbiddenError):
        writer(User.objects.get(pk=clerk.pk), "auth.User_groups").create(user=clerk.pk, group=group.pk)
    assert not clerk.groups.exists()
    assert writer(admin, "auth.User_groups").create(user=clerk.pk, group=group.pk)["user"] == clerk.pk


# Passwords.


def test_a_password_is_stored_as_a_hash_and_given_to_nobody(admin: User, target: User, writer: Open) -> None:
    client = writer(admin, "auth.User")
    row = client.update(target.pk, password="a new password 1", email="t@example.com")
    assert "password" not in row
    target.refresh_from_db()
    assert target.check_password("a new password 1")
    diff = AdminAuditLog.objects.get().diff
    assert diff["password"] == ["•••", "•••"]
    row = client.create(username="new", password="another password 2")
    assert User.objects.get(pk=row["id"]).check_password("another password 2")
    assert "another password" not in str(list(AdminAuditLog.objects.values()))


def test_a_password_left_empty_stays(admin: User, target: User, writer: Open) -> None:
    for empty in (None, ""):
        writer(admin, "auth.User").update(target.pk, password=empty)
    target.refresh_from_db()
    assert target.check_password("target's password")
    assert not AdminAuditLog.objects.exists()


def test_validators_judge_a_password(admin: User, target: User, writer: Open, settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    ]
    client = writer(admin, "auth.User")
    for wrong in ("short", "target12", 12345678, ["x"], "x" * 5_000, "nul\x00nul\x00nul", {"a": 1}):
        assert list(refused(client.update, target.pk, password=wrong)) == ["password"], wrong
    assert list(refused(client.create, username="longername", password="longername")) == ["password"]


def test_many_passwords_are_not_set_at_once(admin: User, target: User, writer: Open) -> None:
    assert list(refused(writer(admin, "auth.User").bulk_update, [target.pk], password="a new password 1")) == ["data"]


def test_a_config_that_excludes_the_password_keeps_it(
    admin: User, target: User, writer: Open, configure: Configure
) -> None:
    configure(User, exclude=("password",))
    writer(admin, "auth.User").update(target.pk, password="a new password 1")
    target.refresh_from_db()
    assert target.check_password("target's password")
