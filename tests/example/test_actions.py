"""The example's actions, as its own users run them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.example.conftest import Demo

AS_USER = """
from django.test import Client
from django.contrib.auth import get_user_model
from store.models import Invoice, Refund
def client(name):
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.get(username=name))
    return client
def post(user, url, body):
    answer = client(user).post(f"/conjure/{url}", body, content_type="application/json")
    return [answer.status_code, answer.json()]
"""


def run(demo: Demo, code: str) -> Any:
    return demo.evaluate(f"{AS_USER}\n{code}")


def test_the_cashier_refunds_and_does_nothing_else(demo: Demo) -> None:
    code = """
from django.db import transaction
with transaction.atomic():
    paid = Invoice.objects.filter(status="paid").order_by("pk").first()
    open_ = Invoice.objects.filter(status="open").order_by("pk").first()
    before = Refund.objects.count()
    refund = "r/store.Invoice/action/refund/"
    done = post("cashier", refund, {"ids": [paid.pk, open_.pk], "input": {"reason": "Scratched"}})
    result = {
        "done": done,
        "open": open_.pk,
        "status": Invoice.objects.get(pk=paid.pk).status,
        "refunds": Refund.objects.count() - before,
        "no reason": post("cashier", refund, {"ids": [paid.pk]}),
        "all": post("cashier", refund, {"all_filtered": True, "params": {}, "input": {"reason": "x"}})[0],
        "mark_paid": post("cashier", "r/store.Invoice/action/mark_paid/", {"ids": [paid.pk]})[0],
        "export": post("cashier", "r/store.Invoice/action/export/", {"ids": [paid.pk]})[0],
        "list": client("cashier").get("/conjure/r/store.Invoice/").status_code,
        "schema": client("cashier").get("/conjure/schema/").json(),
    }
    transaction.set_rollback(True)
"""
    found = run(demo, code)
    status, body = found["done"]
    assert (status, body["message"], body["succeeded"]) == (200, "1 invoices were refunded.", 1)
    assert [(failure["pk"], failure["message"][-10:]) for failure in body["failures"]] == [
        (found["open"], " not paid.")
    ]
    assert (found["status"], found["refunds"]) == ("refunded", 1)
    assert found["no reason"] == [400, {"reason": ["This field is required."]}]
    assert [found[name] for name in ("all", "mark_paid", "export", "list")] == [403] * 4
    assert found["schema"] == {"models": []}


def test_the_clerk_exports_invoices(demo: Demo) -> None:
    code = """
answer = client("clerk").post(
    "/conjure/r/store.Invoice/action/export/",
    {"all_filtered": True, "params": {"status": "paid"}},
    content_type="application/json",
)
lines = b"".join(answer.streaming_content).decode().splitlines()
result = [answer.status_code, lines[0], len(lines) - 1 - Invoice.objects.filter(status="paid").count()]
"""
    header = "id,invoice_date,customer,customer_label,billing_country,billing_country_label,status,status_display,total"
    assert run(demo, code) == [200, header, 0]


@pytest.mark.parametrize("name", ["stats", "recent-audit", "trend", "revenue-by-month"])
def test_the_dashboard_of_the_demo_answers(demo: Demo, name: str) -> None:
    code = f"answer = client('viewer').get('/conjure/widgets/{name}/'); result = [answer.status_code, answer.json()]"
    status, body = run(demo, code)
    assert status == 200
    assert isinstance(body, dict)
