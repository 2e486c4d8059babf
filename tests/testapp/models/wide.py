"""A model of 200 fields."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.testapp.models.field_types import build_model


def build_field(number: int) -> models.Field[Any, Any]:
    """The kinds take turns; all are small, so that a row fits into a page of MariaDB."""
    kinds: list[models.Field[Any, Any]] = [
        models.IntegerField(default=number),
        models.CharField(max_length=10, blank=True, default=f"v{number}"),
        models.BooleanField(default=bool(number % 2)),
        models.FloatField(null=True, blank=True),
        models.SmallIntegerField(choices=[(0, "Zero"), (1, "One")], default=0),
        models.DecimalField(max_digits=6, decimal_places=2, default=0),
        models.DateField(null=True, blank=True),
    ]
    if number % 40 == 0:
        return models.ForeignKey("testapp.Tag", models.SET_NULL, null=True, blank=True, related_name="+")
    return kinds[number % len(kinds)]


# 199 and the primary key.
Wide: Any = build_model(
    "Wide",
    "A model of 200 fields.",
    {"__module__": __name__, **{f"field_{number:03}": build_field(number) for number in range(1, 200)}},
)
