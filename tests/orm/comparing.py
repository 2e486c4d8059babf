"""What fast reads are compared by: models, joins, and all that instances hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps

from conjure.orm.fast_reads import Join
from tests.testapp.models import Customer, Product

MODELS = [
    model
    for app in ("testapp", "otherapp", "pgapp")
    if apps.is_installed(f"tests.{app}")
    for model in apps.get_app_config(app).get_models()
]
CUSTOMERS = Join("customer_id", Customer, "id", frozenset({"name", "email"}))
PRODUCTS = Join("product_id", Product, "sku", frozenset({"name"}))


def _comparable(value: Any) -> Any:
    """The value itself, or what it shows of itself where two alike are not equal."""
    return repr(value) if type(value).__eq__ is object.__eq__ else value


def contents(rows: Any) -> list[Any]:
    """All that instances hold, the state that Django keeps of them and the time zones of their values included."""
    found = []
    for row in rows:
        values = {name: _comparable(value) for name, value in vars(row).items() if name != "_state"}
        zones = {f"{name} zone": value.tzinfo for name, value in values.items() if isinstance(value, datetime)}
        # Django makes the dict of cached relations when somebody looks for one, foreign keys among them.
        state = {"fields_cache": row._state.fields_cache} | vars(row._state)
        found.append((type(row), values, zones, type(row._state), state))
    return found
