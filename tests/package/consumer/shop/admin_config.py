"""What a project imports, used as it is meant, and five mistakes that a type checker must see."""

from typing import Any, assert_type

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conjure import (
    ActionReport,
    AdminConfig,
    Denial,
    Download,
    action,
    display,
    exceptions,
    register,
    register_widget,
    registry,
    run_aggregate,
)


class Order(Model):
    class Meta:
        app_label = "shop"


@register(Order)
class OrderConfig(AdminConfig):
    list_display = ["id", "age"]
    actions = ["refund", "send"]

    @display(description=_("Age in days"))
    def age(self, obj: Order) -> int:
        return len(str(obj))

    @action(label=_("Refund"), confirm=_("Really?"), destructive=True, permission=None)
    def refund(self, request: HttpRequest, queryset: "QuerySet[Order]") -> ActionReport:
        return ActionReport()

    @action(label="Send", permission=None)
    def send(self, request: HttpRequest, queryset: "QuerySet[Order]") -> Download:
        return Download(filename="orders.txt", content_type="text/plain", chunks=[b"orders"])


@register_widget("orders", permission="shop.view_order")
def orders(request: HttpRequest) -> dict[str, Any]:
    groups = run_aggregate(request, "shop.Order", group_by=["id"], measures={"orders": "count"})
    return {"groups": groups}


def may_enter(request: HttpRequest) -> bool | Denial:
    if request.user.is_anonymous:
        raise exceptions.ForbiddenError
    return Denial(detail="Not today.")


assert_type(Order in registry, bool)

action(label=3)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
register("shop.Order")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
Download(filename=1, content_type="text/plain", chunks=[])  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
run_aggregate("shop.Order")  # type: ignore[call-arg,arg-type] # pyright: ignore[reportCallIssue]
register_widget(3)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
