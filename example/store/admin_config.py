"""How the store is administered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from conjure import ActionReport, AdminConfig, action, register
from store import widgets  # noqa: F401 - importing registers the widgets
from store.models import Country, Customer, Employee, Invoice, InvoiceLine, Refund, Voucher
from store.refunds import RefundNotPossible, refund_invoice


@register(Country)
class CountryConfig(AdminConfig):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]


@register(Employee)
class EmployeeConfig(AdminConfig):
    list_display = ["id", "last_name", "first_name", "title", "reports_to", "hire_date", "email"]
    search_fields = ["last_name", "first_name", "email", "title"]
    list_filter = ["title", "reports_to", "country"]
    # An excluded field is nowhere: not in rows, not in filters, not in the schema.
    exclude = ["birth_date"]
    readonly_fields = ["hire_date"]
    inlines = [(Employee, "reports_to"), (Customer, "support_rep")]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """The hire date is said once, when somebody is hired."""
        return self.readonly_fields if obj is not None else ()


@register(Customer)
class CustomerConfig(AdminConfig):
    list_display = ["id", "last_name", "first_name", "company", "country", "email", "support_rep"]
    search_fields = ["last_name", "first_name", "company", "email", "country__name"]
    list_filter = ["country", "support_rep", "support_rep__reports_to", "invoices__status"]
    autocomplete_search_fields = ["last_name", "first_name", "email"]
    inlines = [(Invoice, "customer"), (Voucher, "customer")]


@dataclass
class RefundForm:
    """The form of the action ``refund``: a reason must be given."""

    reason: str
    pay_out_now: bool = False


@register(Invoice)
class InvoiceConfig(AdminConfig):
    list_display = ["id", "invoice_date", "customer", "billing_country", "status", "total"]
    search_fields = ["customer__last_name", "customer__first_name", "customer__email", "billing_city"]
    list_filter = ["status", "billing_country", "customer", "customer__support_rep", "lines__track__genre"]
    ordering = ["-invoice_date"]
    # The total follows from the lines.
    readonly_fields = ["total"]
    inlines = [(InvoiceLine, "invoice")]
    actions = ["mark_paid", "refund", "export"]

    @action(label="Mark as paid")
    def mark_paid(self, request: HttpRequest, queryset: QuerySet[Invoice]) -> dict[str, Any]:
        """Settle what is open or overdue; asks ``change_invoice``."""
        unpaid = queryset.filter(status__in=[Invoice.Status.OPEN, Invoice.Status.OVERDUE])
        count = unpaid.update(status=Invoice.Status.PAID)
        return {"message": f"{count} invoices were marked as paid."}

    @action(
        label="Refund",
        destructive=True,
        permission="refund_invoice",
        confirm="Give the customers of these invoices their money back?",
        input=RefundForm,
    )
    def refund(self, request: HttpRequest, queryset: QuerySet[Invoice], input: RefundForm) -> ActionReport:  # noqa: A002 - conjure's name
        """Refund paid invoices; asks a permission of its own. What cannot be refunded is reported row by row."""
        report = ActionReport(RefundNotPossible)
        # Locked in one order, and without the joined tables, which PostgreSQL could not lock.
        for invoice in queryset.select_related(None).select_for_update().order_by("pk"):
            with report.attempt(invoice):
                refund_invoice(invoice, reason=input.reason, by=request.user, pay_out_now=input.pay_out_now)
        report.message = f"{report.succeeded} invoices were refunded."
        return report


@register(InvoiceLine)
class InvoiceLineConfig(AdminConfig):
    list_display = ["id", "invoice", "track", "unit_price", "quantity"]
    search_fields = ["track__name", "invoice__customer__last_name"]
    list_filter = ["invoice", "track", "track__genre", "invoice__status"]

    def save_model(self, request: HttpRequest, obj: Any, form: None, change: bool) -> None:
        """Keep the invoice's total in step, as ``ModelAdmin.save_model`` would."""
        super().save_model(request, obj, form, change)
        obj.invoice.update_total()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Keep the invoice's total in step."""
        super().delete_model(request, obj)
        obj.invoice.update_total()


@register(Refund)
class RefundConfig(AdminConfig):
    # Read-only for everybody, superusers included. Actions run nevertheless.
    is_readonly = True
    list_display = ["id", "invoice", "amount", "reason", "created_at", "paid_out_at"]
    search_fields = ["reason", "invoice__customer__last_name"]
    list_filter = ["created_at", "paid_out_at", "invoice__customer"]
    actions = ["pay_out"]

    @action(label="Pay out", permission="pay_out_refund", confirm="Mark these refunds as paid out?")
    def pay_out(self, request: HttpRequest, queryset: QuerySet[Refund]) -> dict[str, Any]:
        """Note that the money has left."""
        count = queryset.filter(paid_out_at=None).update(paid_out_at=timezone.now())
        return {"message": f"{count} refunds were paid out."}


@register(Voucher)
class VoucherConfig(AdminConfig):
    list_display = ["id", "code", "customer", "percent", "valid_from", "valid_until", "is_active"]
    search_fields = ["code", "customer__last_name"]
    list_filter = ["is_active", "customer", "valid_until"]
    ordering = ["-valid_until", "code"]
    actions = ["deactivate", "export", "delete_selected"]

    @action(label="Deactivate", destructive=True)
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> dict[str, Any]:
        """Stop vouchers from being used."""
        return {"message": f"{queryset.update(is_active=False)} vouchers were deactivated."}
