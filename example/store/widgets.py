"""Data for a dashboard: each widget is a function of the request that gives JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from conjure import register_widget


@register_widget("revenue-by-month", permission="store.view_invoice")
def revenue_by_month(request: HttpRequest) -> dict[str, Any]:
    """What paid invoices brought in: ``{"points": [{"month": "2011-11", "revenue": "23.76", "invoices": 6}]}``."""
    # Imported where it is used: widgets are registered at start-up, which need not wait for GraphQL.
    from conjure import run_aggregate

    months = run_aggregate(
        request,
        "store.Invoice",
        group_by=["invoice_date:month"],
        measures={"revenue": "sum:total", "invoices": "count"},
        parameters={"status": "paid"},
    )
    return {
        "points": [
            {"month": f"{month['invoice_date']:%Y-%m}", "revenue": str(month["revenue"]), "invoices": month["invoices"]}
            for month in months
        ]
    }
