"""The bounds of numbers: what the column of a field holds, and what its validators leave of that."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections, models
from django.db.backends.base.operations import BaseDatabaseOperations

from conjure.specs.fields import resolve_value_field
from conjure.values.numbers import MAX_INT64, MIN_INT64

Number = int | float | Decimal

# The ranges that Django documents as safe on every database; SQLite itself has none.
_COLUMN_RANGES = BaseDatabaseOperations.integer_field_ranges
# The comparisons that can hold for all numbers of a column, and whether with a number below or above its range.
_HOLD_BEYOND = {"gt": "below", "gte": "below", "lt": "above", "lte": "above"}


def integer_range(field: models.Field[Any, Any]) -> tuple[int, int]:
    """The whole numbers that a field's column holds on every database."""
    lowest, highest = _COLUMN_RANGES.get(field.get_internal_type(), (MIN_INT64, MAX_INT64))
    return int(lowest), int(highest)


def holds_for_all(field: models.Field[Any, Any], lookup: str, operand: Any, using: str) -> bool:
    """Whether a comparison holds for every number that the column can have in a database.

    Django leaves such a comparison out of the query, and finds the rows without a number as well.
    """
    value_field = resolve_value_field(field)
    where = _HOLD_BEYOND.get(lookup)
    if where is None or not isinstance(value_field, models.IntegerField) or not isinstance(operand, int):
        return False
    ranges: Any = connections[using].ops
    lowest, highest = ranges.integer_field_range(value_field.get_internal_type())
    if where == "below":
        return lowest is not None and operand < lowest
    return highest is not None and operand > highest


def number_bounds(field: models.Field[Any, Any]) -> tuple[Number | None, Number | None]:
    """The smallest and the largest number that may be stored: what the validators allow, within the column's range."""
    column = _column_bounds(field)
    if column is None:
        return None, None
    lowest, highest = column
    lows = [low for low in _limits(field, MinValueValidator) if lowest is None or low > lowest]
    highs = [high for high in _limits(field, MaxValueValidator) if highest is None or high < highest]
    return max(lows, default=lowest), min(highs, default=highest)


def _column_bounds(field: Any) -> tuple[Number | None, Number | None] | None:
    """The range of the column; None where it is not one of numbers."""
    if isinstance(field, models.IntegerField):
        return integer_range(field)
    if isinstance(field, models.FloatField):
        return None, None
    if isinstance(field, models.DecimalField):
        column: Any = field  # A project's subclass may have neither.
        if column.max_digits is None or column.decimal_places is None:
            return None, None
        largest = Decimal(10**column.max_digits - 1).scaleb(-column.decimal_places)
        return -largest, largest
    return None


def _limits(field: Any, kind: type[Any]) -> Iterator[Number]:
    """The limits of the field's validators of a kind; those that cannot be told are asked when a value is sent."""
    found = (_limit_of(validator) for validator in field.validators if type(validator) is kind)
    return (limit for limit in found if limit is not None)


def _limit_of(validator: Any) -> Number | None:
    """The limit where it is a number that a double can hold."""
    limit = validator.limit_value
    try:
        limit = limit() if callable(limit) else limit
        return limit if isinstance(limit, Number) and math.isfinite(float(limit)) else None
    except Exception:  # noqa: BLE001 - the project's callable, or a number that is too large
        return None
