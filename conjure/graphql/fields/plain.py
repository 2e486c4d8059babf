"""What a project's own functions return, as JSON can hold it: written as the values of rows are."""

from __future__ import annotations

import datetime
import enum
import math
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import models
from django.utils.duration import duration_string
from django.utils.functional import Promise

from conjure.graphql.fields.files import file_url
from conjure.graphql.fields.readers import read_datetime
from conjure.values.keys import pk_text

_MAX_DEPTH = 50


def to_plain(value: Any, depth: int = 0) -> Any:
    """The value with dates, decimals and the like as strings, rows as their pks and any collection as a list.

    Not a number and the infinities are null, which JSON cannot say otherwise; anything unknown is its ``str()``.
    Raise TypeError for bytes, and for what is nested more than 50 levels deep.
    """
    if value is None or type(value) in (str, bool, int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, enum.Enum):
        return to_plain(value.value, depth)
    if isinstance(value, str | int):
        return str(value) if isinstance(value, str) else int(value)
    if isinstance(value, Mapping):
        _check_depth(depth)
        return {str(to_plain(key)): to_plain(item, depth + 1) for key, item in value.items()}
    return _scalar_to_plain(value, depth)


def _scalar_to_plain(value: Any, depth: int) -> Any:
    match value:
        case datetime.datetime():
            return read_datetime(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return duration_string(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else None
        case uuid.UUID() | Promise():
            return str(value)
        case models.Model():
            return value.pk if isinstance(value.pk, int) else pk_text(value.pk)
        case File():
            field = getattr(value, "field", None)
            return value.name if field is None else file_url(field, value)
        case bytes() | bytearray() | memoryview():
            raise TypeError("Bytes have no place in JSON.")
        case Iterable():
            _check_depth(depth)
            return [to_plain(item, depth + 1) for item in value]
    return str(value)


def _check_depth(depth: int) -> None:
    if depth >= _MAX_DEPTH:
        raise TypeError("Nested too deeply.")
