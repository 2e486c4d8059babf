"""Messages about a config: which one it is, what is wrong, and a hint."""

from __future__ import annotations

from django.core import checks
from django.core.checks import CheckMessage

from conjure.options import AdminConfig
from conjure.registry import model_key


def report_error(config: AdminConfig, text: str, hint: str | None, number: str) -> CheckMessage:
    """An error of this config; the text continues "In the config of shop.Order, "."""
    return checks.Error(_introduce(config, text), hint=hint, obj=type(config), id=number)


def report_warning(config: AdminConfig, text: str, hint: str | None, number: str) -> CheckMessage:
    """A warning about this config; the text continues "In the config of shop.Order, "."""
    return checks.Warning(_introduce(config, text), hint=hint, obj=type(config), id=number)


def _introduce(config: AdminConfig, text: str) -> str:
    return f"In the config of {model_key(config.model)}, {text}"
