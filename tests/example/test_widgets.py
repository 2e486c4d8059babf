"""The example's widget gives what the ORM gives."""

from __future__ import annotations

from tests.example.conftest import Demo


def test_revenue_by_month_is_the_sum_of_the_paid_invoices(demo: Demo) -> None:
    result = demo.evaluate(
        """
from django.contrib.auth import get_user_model
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.test import RequestFactory
from store.models import Invoice
from store.widgets import revenue_by_month
request = RequestFactory().get("/")
request.user = get_user_model().objects.get(username="admin")
months = Invoice.objects.filter(status="paid").annotate(month=TruncMonth("invoice_date")).values("month")
months = months.annotate(revenue=Sum("total"), invoices=Count("pk")).order_by("month")
expected = [
    {"month": f"{m['month']:%Y-%m}", "revenue": f"{m['revenue']:.2f}", "invoices": m["invoices"]} for m in months
]
result = [revenue_by_month(request)["points"], expected]
"""
    )
    assert result[0] == result[1]
    assert len(result[0]) > 12
