"""The table of who may do what: of each permission, of a group's members, of a user."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpRequest

from conjure import AdminConfig, registry
from conjure.graphql.access.answers import answers_for
from conjure.graphql.access.overview import table_of_group, table_of_permissions, table_of_user
from conjure.graphql.access.stand_ins import StandIn, request_of
from conjure.graphql.access.table import AccessTable
from conjure.graphql.context import Context
from conjure.graphql.permissions import RIGHTS
from conjure.graphql.rules import right_codename
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from tests.conftest import Configure
from tests.testapp.models.shop import Note, Order, Tag
from tests.thoroughness import sampled


def spec_of(model: Any) -> ModelSpec:
    spec = get_specs().for_model(model)
    assert spec is not None
    return spec


def allowed(table: AccessTable, model: str, what: str) -> list[str]:
    return list(table.sections[f"testapp.{model}"][what].allowed)


def rules(table: AccessTable, model: str, what: str) -> list[str]:
    return list(table.sections[f"testapp.{model}"][what].rules)


# What each permission opens. It needs no database.


def test_a_permission_opens_what_it_is_for() -> None:
    table = table_of_permissions()
    assert allowed(table, "Tag", "view") == ["superuser", "testapp.change_tag", "testapp.view_tag"]
    for right in ("add", "change", "delete"):
        assert allowed(table, "Tag", right) == ["superuser", f"testapp.{right}_tag"]
        assert rules(table, "Tag", right) == [f"testapp.{right}_tag"]
    assert allowed(table, "Tag", "read name") == ["superuser", "view"]
    assert allowed(table, "Tag", "change name") == ["change", "superuser"]
    assert (allowed(table, "Tag", "change id"), rules(table, "Tag", "change id")) == ([], [])


def test_actions_and_widgets_say_what_they_ask() -> None:
    table = table_of_permissions()
    assert allowed(table, "Order", "action refund") == ["superuser", "testapp.refund_order"]
    assert allowed(table, "Order", "action mark_paid") == ["superuser", "testapp.change_order"]
    assert allowed(table, "Order", "action count_rows") == ["staff", "superuser"]
    assert allowed(table, "Product", "action export") == ["superuser", "view and testapp.export_product"]
    assert allowed(table, "Event", "action delete_selected") == []
    assert allowed(table, "Event", "action escalate") == ["superuser", "testapp.change_event"]
    assert table.sections["widgets"]["restricted-stats"].allowed == ("superuser", "testapp.view_order")
    assert table.sections["widgets"]["order-stats"].allowed == ("staff", "superuser")


def test_what_is_closed_names_what_closes_it() -> None:
    table = table_of_permissions()
    assert (allowed(table, "Event", "add"), rules(table, "Event", "add")) == ([], ["EventConfig.is_readonly"])
    for verb in ("read", "add", "change"):
        assert allowed(table, "Customer", f"{verb} api_token") == []
        assert rules(table, "Customer", f"{verb} api_token") == ["CustomerConfig.exclude"]
    assert allowed(table, "Order", "change discount") == []
    assert rules(table, "Order", "change discount") == ["OrderConfig.readonly_fields"]
    assert allowed(table, "Shipment", "read cost") == ["superuser"]
    assert rules(table, "Shipment", "read cost") == ["ShipmentConfig.get_exclude"]
    assert allowed(table, "Customer", "change tier") == ["superuser"]
    assert rules(table, "Customer", "change tier") == ["CustomerConfig.get_readonly_fields"]
    assert allowed(table, "Note", "every row") == []
    assert rules(table, "Note", "every row") == ["NoteConfig.get_queryset"]
    assert rules(table, "Note", "change") == ["NoteConfig.has_change_permission"]


def test_a_check_that_fails_is_said_to_fail() -> None:
    deletion = table_of_permissions().sections["testapp.Vault"]["delete"]
    assert (deletion.allowed, deletion.fails) == ((), True)
    assert deletion.rules == ("VaultConfig.has_delete_permission",)


def test_a_hook_for_fields_that_fails_closes_them(configure: Configure) -> None:
    def fail(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        raise RuntimeError("broken")

    configure(Tag, get_exclude=fail)
    entry = table_of_permissions().sections["testapp.Tag"]["read name"]
    assert (entry.allowed, entry.fails) == ((), True)


def test_permissions_that_only_hooks_know_are_found(configure: Configure) -> None:
    class Hooks:
        def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            user: Any = request.user
            return user.has_perm("testapp.approve") and user.has_perms(["testapp.purge"])

        def has_add_permission(self, request: HttpRequest) -> bool:
            return request.user.has_perm("testapp.invent")

        def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
            return () if request.user.has_perm("testapp.see_slugs") else ("slug",)

    members = {name: member for name, member in vars(Hooks).items() if not name.startswith("__")}
    configure(Tag, **members)
    table = table_of_permissions()
    assert allowed(table, "Tag", "add") == ["superuser", "testapp.invent"]
    assert allowed(table, "Tag", "delete") == ["superuser"]
    assert allowed(table, "Tag", "read slug") == ["superuser", "view and testapp.see_slugs"]
    assert allowed(table, "Tag", "read name") == ["superuser", "view"]


def test_a_superuser_whom_a_hook_denies_is_denied_in_the_table(configure: Configure) -> None:
    configure(Tag, has_delete_permission=lambda self, request, obj=None: False)
    assert allowed(table_of_permissions(), "Tag", "delete") == []


def test_children_of_narrowed_rows_name_the_hook_of_their_parent(configure: Configure) -> None:
    configure(Order, get_queryset=lambda self, request: Order.objects.none())
    table = table_of_permissions()
    assert rules(table, "OrderItem", "every row") == ["OrderConfig.get_queryset"]
    assert allowed(table, "OrderItem", "every row") == []


def test_only_superusers_are_shown_to_set_privileges(configure: Configure) -> None:
    configure(Tag)
    for model in (User, Permission):
        registry.register(model, AdminConfig)
    sections = table_of_permissions().sections
    entry = sections["auth.User"]["change is_staff"]
    assert (entry.allowed, entry.rules) == (("superuser",), ("is_superuser",))
    assert sections["auth.User"]["change password"].allowed == ("change", "superuser")
    assert sections["auth.User"]["read password"].allowed == ()
    assert sections["auth.Permission"]["add"].allowed == ("superuser",)


# Stand-ins are as good as stored users.


@pytest.mark.django_db
@pytest.mark.parametrize("right", [None, *RIGHTS])
def test_a_stand_in_is_answered_as_a_stored_user_with_the_same_permission(clerk: User, right: str | None) -> None:
    for spec in sampled(list(get_specs())):
        codenames = [] if right is None else [right_codename(right, spec.model)]
        clerk.user_permissions.set(
            Permission.objects.filter(
                content_type__app_label=spec.app_label, codename__in=[name.partition(".")[2] for name in codenames]
            )
        )
        if right is not None and not clerk.user_permissions.exists():
            continue  # Proxies and others without permissions of their own.
        stored = answers_for(Context(request_of(User.objects.get(pk=clerk.pk))), spec)
        assert answers_for(Context(StandIn(codenames).request()), spec) == stored, spec.key


@pytest.mark.django_db
def test_a_stand_in_for_superusers_is_answered_as_a_stored_one(admin: User) -> None:
    for spec in sampled(list(get_specs()), 1):
        stored = answers_for(Context(request_of(admin)), spec)
        assert answers_for(Context(StandIn(is_superuser=True).request()), spec) == stored, spec.key


# Groups and users.


@pytest.mark.django_db
def test_a_group_opens_what_its_permissions_open(configure: Configure) -> None:
    group = Group.objects.create(name="tagging")
    group.permissions.set(Permission.objects.filter(codename__in=["view_tag", "delete_tag"]))

    def is_tagging(self: AdminConfig, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.groups.filter(name="tagging").exists()) and not user.notes.exists()

    configure(Note, has_view_permission=is_tagging)
    before = User.objects.count()
    table = table_of_group(group)
    assert User.objects.count() == before
    assert table.of == "group tagging"
    assert allowed(table, "Tag", "delete") == ["group tagging"]
    assert allowed(table, "Tag", "change") == []
    assert allowed(table, "Note", "read title") == ["group tagging"]
    assert allowed(table_of_group(Group.objects.create(name="other")), "Note", "read title") == []


@pytest.mark.django_db
def test_a_user_is_asked_about_as_they_are(clerk: User, admin: User) -> None:
    clerk.user_permissions.set(Permission.objects.filter(codename="change_tag"))
    table = table_of_user(User.objects.get(pk=clerk.pk), "clerk")
    assert allowed(table, "Tag", "view") == allowed(table, "Tag", "change name") == ["user clerk"]
    assert allowed(table, "Tag", "add") == allowed(table, "Order", "view") == []
    assert allowed(table_of_user(admin, "admin"), "Shipment", "read cost") == ["user admin"]


@pytest.mark.django_db
def test_who_is_not_staff_may_do_nothing(outsider: User, admin: User) -> None:
    admin.is_active = False
    for user in (outsider, admin):
        for _, what, entry in table_of_user(user, "x").entries():
            assert (entry.allowed, entry.rules) == ((), ("is_staff",)), what
