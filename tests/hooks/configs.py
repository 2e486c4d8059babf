"""Configs of which every hook can raise, and actions that fail in many ways."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from conjure import AdminConfig
from tests.hooks.models import Owner
from tests.hooks.raising import meet


class OwnerConfig(AdminConfig):
    """Owners can be exported."""

    search_fields = ("name",)
    actions = ("export", "delete_selected")


class ItemConfig(AdminConfig):
    """Items can be searched by their code."""

    search_fields = ("name", "code")
    list_filter = ("kind", "owner", "owner__name")
    actions = ("export", "delete_selected")


class VisitConfig(AdminConfig):
    """Every hook of a config."""

    search_fields = ("name",)
    actions = ("export", "delete_selected", "mark", "duplicate", "swallow")

    def get_queryset(self, request: Any) -> Any:
        meet("get_queryset")
        return super().get_queryset(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        meet("has_view_permission", obj)
        return super().has_view_permission(request, obj)

    def has_add_permission(self, request: Any) -> bool:
        meet("has_add_permission")
        return super().has_add_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        meet("has_change_permission", obj)
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        meet("has_delete_permission", obj)
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        meet("get_readonly_fields", obj)
        return super().get_readonly_fields(request, obj)

    def get_exclude(self, request: Any, obj: Any = None) -> Any:
        meet("get_exclude", obj)
        return super().get_exclude(request, obj)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        meet("save_model", obj)
        super().save_model(request, obj, form, change)
        meet("save_model that has saved", obj)

    def delete_model(self, request: Any, obj: Any) -> None:
        meet("delete_model", obj)
        super().delete_model(request, obj)
        meet("delete_model that has deleted", obj)

    def mark(self, request: Any, queryset: Any) -> dict[str, Any]:
        """Write, then raise, or leave it to what is called on commit."""
        count = queryset.update(amount=7)
        meet("handler", list(queryset))
        transaction.on_commit(lambda: meet("on_commit"))
        return {"marked": count}

    def duplicate(self, request: Any, queryset: Any) -> dict[str, Any]:
        """Break a constraint."""
        queryset.update(amount=7)
        Owner.objects.create(name="good one")
        return {}

    def swallow(self, request: Any, queryset: Any) -> dict[str, Any]:
        """Break a constraint, and go on as if nothing had happened."""
        queryset.update(amount=7)
        try:
            Owner.objects.create(name="good one")
        except IntegrityError:
            pass
        return {"swallowed": True}
