"""Items can be stamped, too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from conjure import AdminConfig, action, register
from tests.load.models import Item, Shelf


@register(Shelf)
class ShelfConfig(AdminConfig):
    search_fields = ("name",)


@register(Item)
class ItemConfig(AdminConfig):
    search_fields = ("name", "text")
    list_filter = ("shelf",)
    actions = ("count_rows", "export", "delete_selected")

    @action(label="Count rows", permission="change")
    def count_rows(self, request: HttpRequest, queryset: Any) -> dict[str, Any]:
        """Reads only, and leaves its entry in the log."""
        return {"count": queryset.count()}
