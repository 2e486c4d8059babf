"""Refunding an invoice: the one rule of the store that is more than a form."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from store.models import Invoice, Refund


class RefundNotPossible(Exception):  # noqa: N818 - it names the condition
    """The invoice is in no state to be refunded."""


def refund_invoice(invoice: Invoice, *, reason: str, by: Any, pay_out_now: bool = False) -> Refund:
    """Give back what a paid invoice cost. Raise RefundNotPossible for one that is not paid.

    ``by`` is the user who decides it. Call it in a transaction, with the invoice locked.
    """
    if invoice.status != Invoice.Status.PAID:
        raise RefundNotPossible(f"{invoice} is {invoice.get_status_display().lower()}, not paid.")
    now = timezone.now()
    refund = Refund(
        invoice=invoice,
        amount=invoice.total,
        reason=reason,
        refunded_by=by,
        created_at=now,
        paid_out_at=now if pay_out_now else None,
    )
    refund.full_clean()
    refund.save()
    invoice.status = Invoice.Status.REFUNDED
    invoice.save(update_fields=["status"])
    return refund
