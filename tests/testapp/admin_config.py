"""What the test project says about its shop; every other model is registered with what is inferred."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conjure import ActionReport, AdminConfig, action, register, register_widget, registry
from tests.testapp.models.shop import (
    Attachment,
    Category,
    Coupon,
    Customer,
    Event,
    Folder,
    Note,
    Order,
    OrderItem,
    Product,
    Review,
    Shipment,
    Tag,
    Vault,
)


@register(Category)
class CategoryConfig(AdminConfig):
    list_display = ("id", "name", "parent", "position")
    search_fields = ("name",)
    list_filter = ("parent",)


@register(Tag)
class TagConfig(AdminConfig):
    search_fields = ("name", "slug")


@register(Customer)
class CustomerConfig(AdminConfig):
    """What may be written depends on the row and on the user."""

    list_display = ("name", "email", "tier", "is_active")
    search_fields = ("name", "email")
    list_filter = ("tier", "is_active")
    autocomplete_search_fields = ("name", "email")
    exclude = ("api_token",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        readonly = ["joined_at"]
        if obj is not None and obj.tier == Customer.Tier.GOLD:
            readonly.append("credit")
        if not request.user.is_superuser:
            readonly.append("tier")
        return tuple(readonly)


class SoldOut(Exception):
    """The product cannot be had."""


@dataclass
class PriceInput:
    """What the ``reprice`` action asks for."""

    price: Decimal


@register(Product)
class ProductConfig(AdminConfig):
    list_display = ("sku", "name", "category", "price", "is_available")
    search_fields = ("sku", "name", "category__name")
    list_filter = ("category", "is_available", "tags")
    ordering = ("name",)
    actions = ("reprice", "export", "delete_selected")

    @action(label="Reprice", permission="reprice_product", input=PriceInput)
    def reprice(self, request: HttpRequest, queryset: QuerySet[Product], input: PriceInput) -> ActionReport:  # noqa: A002
        """Sets a price, and reports the products for which it cannot be."""
        report = ActionReport(SoldOut)
        for product in queryset.order_by("pk"):
            with report.attempt(product):
                product.price = input.price
                product.save()
                if product.stock < 0:
                    raise SoldOut("Nothing is left.")
                product.full_clean()
        return report


@register(Coupon)
class CouponConfig(AdminConfig):
    search_fields = ("code",)


@dataclass
class ShipInput:
    """What the ``ship`` action asks for."""

    carrier: str
    parcels: int = 1
    express: bool = False
    send_on: datetime.date | None = None


@register(Order)
class OrderConfig(AdminConfig):
    """Actions of every kind."""

    list_display = ("number", "customer", "status", "total", "ordered_on")
    search_fields = ("number", "customer__name", "comment")
    list_filter = ("status", "priority", "assigned_to", "customer__tier")
    readonly_fields = ("discount",)
    exclude = ("secret_note",)
    inlines = ((OrderItem, "order"), (Attachment, "order"))
    list_select_related = ("customer",)
    actions = ("mark_paid", "cancel", "count_rows", "refund", "ship", "refuse", "explode")

    def mark_paid(self, request: HttpRequest, queryset: QuerySet[Order]) -> dict[str, Any]:
        changed = queryset.update(status=Order.Status.PAID, paid_at=timezone.now())
        return {"message": f"{changed} paid", "changed": changed}

    mark_paid.label = "Mark as paid"

    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        queryset.update(status=Order.Status.CANCELLED)

    cancel.label = "Cancel the orders"
    cancel.destructive = True

    @action(label="Count", permission=None)
    def count_rows(self, request: HttpRequest, queryset: QuerySet[Order]) -> dict[str, Any]:
        return {"count": queryset.count(), "numbers": sorted(queryset.values_list("number", flat=True))}

    @action(label="Refund", destructive=True, permission="refund_order", confirm="Give the money back?")
    def refund(self, request: HttpRequest, queryset: QuerySet[Order]) -> dict[str, Any]:
        return {"refunded": queryset.update(total=0)}

    @action(label="Ship", input=ShipInput)
    def ship(self, request: HttpRequest, queryset: QuerySet[Order], input: ShipInput) -> dict[str, Any]:  # noqa: A002
        for order in queryset:
            for _ in range(input.parcels):
                Shipment.objects.create(order=order, carrier=input.carrier)
        queryset.update(status=Order.Status.SHIPPED)
        return {"message": f"Shipped with {input.carrier}", "express": input.express}

    @action(label="Refuse")
    def refuse(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        queryset.update(comment="must be rolled back")
        raise ValidationError("These orders cannot be refused.")

    @action(label="Explode")
    def explode(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        queryset.update(comment="must be rolled back")
        raise RuntimeError("A secret of the server's.")


@register(OrderItem)
class OrderItemConfig(AdminConfig):
    list_filter = ("order", "product__category")


@register(Event)
class EventConfig(AdminConfig):
    """Read-only, but with actions."""

    is_readonly = True
    search_fields = ("name",)
    list_filter = ("level",)
    actions = ("summarise", "escalate", "export", "delete_selected")

    def escalate(self, request: HttpRequest, queryset: QuerySet[Event]) -> str:
        queryset.update(level=Event.Level.ERROR)
        return "Escalated."

    @action(label="Summarise", permission=None)
    def summarise(self, request: HttpRequest, queryset: QuerySet[Event]) -> dict[str, Any]:
        return {"message": f"{queryset.count()} events"}


@register(Attachment)
class AttachmentConfig(AdminConfig):
    search_fields = ("title",)
    actions = ("export",)


@register(Review)
class ReviewConfig(AdminConfig):
    """Hooks that leave a trace."""

    search_fields = ("text",)
    actions = ("delete_selected",)

    def save_model(self, request: HttpRequest, obj: Review, form: None, change: bool) -> None:
        obj.moderated_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        Event.objects.create(name=f"review {obj.pk} deleted", happened_at=timezone.now())
        super().delete_model(request, obj)


@register(Shipment)
class ShipmentConfig(AdminConfig):
    """What may be seen depends on the user."""

    search_fields = ("carrier", "order__number")
    actions = ("export",)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("cost",)


@register(Note)
class NoteConfig(AdminConfig):
    """A user sees public notes and their own, and changes only their own; superusers do everything."""

    search_fields = ("title", "text")
    list_filter = ("is_public", "owner")
    actions = ("publish", "retitle", "hide", "export", "delete_selected")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(Q(is_public=True) | Q(owner=request.user.pk))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        user = request.user
        return obj is None or user.is_superuser or obj.owner_id == user.pk

    def save_model(self, request: HttpRequest, obj: Note, form: None, change: bool) -> None:
        if not change and obj.owner_id is None:
            obj.owner_id = request.user.pk
        super().save_model(request, obj, form, change)

    @action(label="Publish", permission=None)
    def publish(self, request: HttpRequest, queryset: QuerySet[Note]) -> dict[str, Any]:
        return {"published": queryset.update(is_public=True)}

    def retitle(self, request: HttpRequest, queryset: QuerySet[Note]) -> None:
        """Asks the change permission, of each row too."""
        queryset.update(title="retitled")

    @action(permission=None)
    def hide(self, request: HttpRequest, queryset: QuerySet[Note]) -> dict[str, Any]:
        """Takes the rows out of the user's sight and works on with them."""
        queryset.update(is_public=False, owner=None)
        return {"hidden": queryset.count(), "titles": [note.title for note in queryset.order_by("title")]}


@register(Folder)
class FolderConfig(AdminConfig):
    search_fields = ("name", "notes__title")
    list_filter = ("cover", "notes")


@register(Vault)
class VaultConfig(AdminConfig):
    """A permission check that raises, and one that depends on the row."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_locked)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        raise RuntimeError("This check always fails.")


@register_widget("order-stats")
def order_stats(request: HttpRequest) -> dict[str, Any]:
    """The number of orders."""
    return {"orders": Order.objects.count(), "at": datetime.date(2024, 2, 29)}


@register_widget("restricted-stats", permission="testapp.view_order")
def restricted_stats(request: HttpRequest) -> dict[str, Any]:
    """The number of orders, for those who may see orders."""
    return {"orders": Order.objects.count()}


@register_widget("broken-stats")
def broken_stats(request: HttpRequest) -> dict[str, Any]:
    """Always fails."""
    raise RuntimeError("A secret of the server's.")


# The odd shapes: every other model of the app, proxies included.
for model in apps.get_app_config("testapp").get_models():
    if model not in registry:
        register(model)(AdminConfig)
