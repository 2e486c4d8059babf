"""Any Python value written as JSON, for values that no field of a model describes."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence, Set, ValuesView
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.utils.duration import duration_string
from django.utils.functional import Promise

from conjure.values.keys import pk_json

_AS_THEY_ARE = {str, int, bool, type(None)}
_COLLECTIONS = (Set, Sequence, ValuesView, QuerySet)
# Python refuses to write integers that are not much longer than this.
_PLAIN_INTEGER_BITS = 4_096
_MAX_DECIMAL_PLACES = 1_000


@dataclass(frozen=True, kw_only=True)
class JSONWriter:
    """Writes dates, times, decimals, durations and UUIDs as text, rows as their keys and collections as lists.

    The attributes are what callers differ in. Those that say what becomes of a value that JSON cannot hold may raise.
    ``is_secret`` tells which members of an object are masked, ``takes_any_iterable`` whether generators and the like
    count as collections.
    """

    write_datetime: Callable[[datetime.datetime], str]
    write_file: Callable[[File[Any]], Any]
    write_bytes: Callable[[bytes | bytearray | memoryview], Any]
    write_infinite: Callable[[float | decimal.Decimal], Any]
    write_too_deep: Callable[[], Any]
    max_depth: int
    write_text: Callable[[str], str] = str
    write_unknown: Callable[[Any], Any] | None = None
    is_secret: Callable[[str], bool] | None = None
    mask: str = ""
    takes_any_iterable: bool = False

    def write(self, value: Any, depth: int = 0) -> Any:
        """Write one value, which lies so many levels deep in the whole."""
        if type(value) in _AS_THEY_ARE:
            return self._write_plain(value)
        if isinstance(value, enum.Enum):
            return self.write(value.value, depth)
        if isinstance(value, str | int):
            return self._write_plain(str(value) if isinstance(value, str) else int(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else self.write_infinite(value)
        return self._write_object(value, depth)

    def write_member(self, name: str, value: Any, depth: int = 0) -> Any:
        """Write the value that an object has under a name."""
        if value is not None and self.is_secret is not None and self.is_secret(name):
            return self.mask
        return self.write(value, depth)

    def _write_plain(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.write_text(value)
        if isinstance(value, int) and value.bit_length() > _PLAIN_INTEGER_BITS:
            return f"<integer of {value.bit_length()} bits>"
        return value

    def _write_object(self, value: Any, depth: int) -> Any:
        match value:
            case datetime.datetime():
                return self.write_datetime(value)
            case datetime.date() | datetime.time():
                return value.isoformat()
            case datetime.timedelta():
                return duration_string(value)
            case decimal.Decimal():
                return self._write_decimal(value)
            case uuid.UUID():
                return str(value)
            case bytes() | bytearray() | memoryview():
                return self.write_bytes(value)
            case Model():
                return self.write(pk_json(value.pk))
            case File():
                return self.write_file(value)
            case Promise():
                return self.write_text(str(value))
        return self._write_collection(value, depth)

    def _write_decimal(self, value: decimal.Decimal) -> Any:
        value = decimal.Decimal(str(value))  # A lazy object only looks like one.
        if not value.is_finite():
            return self.write_infinite(value)
        return f"{value:f}" if abs(value.adjusted()) <= _MAX_DECIMAL_PLACES else str(value)

    def _write_collection(self, value: Any, depth: int) -> Any:
        is_collection = isinstance(value, _COLLECTIONS) or (self.takes_any_iterable and isinstance(value, Iterable))
        if not isinstance(value, Mapping) and not is_collection:
            return self._write_unknown(value)
        if depth >= self.max_depth:
            return self.write_too_deep()
        if isinstance(value, Mapping):
            return {str(self.write(key)): self.write_member(str(key), item, depth + 1) for key, item in value.items()}
        items = sorted(value, key=str) if isinstance(value, Set) else value
        return [self.write(item, depth + 1) for item in items]

    def _write_unknown(self, value: Any) -> Any:
        if self.write_unknown is not None:
            return self.write_unknown(value)
        try:
            return self.write_text(str(value))
        except Exception:  # noqa: BLE001 - the project's own __str__ may raise anything, and must not cost the write
            return f"<{type(value).__name__}>"
