"""Data for a dashboard: each widget is a function of the request that gives JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest

from conjure import register_widget
from store.models import Invoice


@register_widget("revenue-by-month", permission="store.view_invoice")
def revenue_by_month(request: HttpRequest) -> dict[str, Any]:
    """What paid invoices brought in: ``{"points": [{"month": "2011-11", "revenue": "23.76", "invoices": 6}]}``."""
    months = (
        Invoice.objects.filter(status=Invoice.Status.PAID)
        .annotate(month=TruncMonth("invoice_date"))
        .values("month")
        .annotate(revenue=Sum("total"), invoices=Count("pk"))
        .order_by("month")
    )
    return {
        "points": [
            {"month": f"{row['month']:%Y-%m}", "revenue": f"{row['revenue']:.2f}", "invoices": row["invoices"]}
            for row in months
        ]
    }
