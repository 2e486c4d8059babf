"""Fields as packages make them, which cannot read everything that their columns hold."""

from __future__ import annotations

from typing import Any

from django.db import models

SEAL = "sealed:"


class SealedField(models.CharField):
    """A text that has a seal in the column; without it, it cannot be read."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is not None and not value.startswith(SEAL):
            raise ValueError("The seal is broken.")
        return value and value.removeprefix(SEAL)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else f"{SEAL}{value}"
