"""Asking for the orders of the test project's shop."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission


def numbers(answer: dict[str, Any]) -> list[str]:
    """The numbers of the orders in an answer."""
    assert "errors" not in answer, answer["errors"]
    return [row["number"] for row in answer["data"]["testappOrders"]["results"]]


def ask(arguments: str) -> str:
    return "{ testappOrders(%s) { totalCount results { number } } }" % arguments


def permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="testapp", codename=codename)


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])
