"""How a column's Python values are shown as JSON, one by one or a column at a time."""

from __future__ import annotations

import base64
import datetime
import enum
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any

import orjson
from django.db import models
from django.utils import timezone

from conjure.caches import cached
from conjure.specs.origins import is_django_code

Reader = Callable[[Any], Any]
"""Takes a column's Python value, never None, and gives it JSON-ready, as DRF's ModelSerializer would."""


class ColumnReader:
    """A reader that can read the values of many rows at once, for much less than one by one."""

    def __call__(self, value: Any) -> str:
        """Read one value, never None."""
        raise NotImplementedError

    def read_all(self, values: Sequence[Any]) -> Sequence[str | None]:
        """Read values, None among them or not."""
        return [None if value is None else self(value) for value in values]


class DateTimeReader(ColumnReader):
    """ISO 8601 in the current time zone, ``Z`` for UTC; naive values as they are."""

    def __call__(self, value: datetime.datetime) -> str:
        return _render(value, timezone.get_current_timezone())

    def read_all(self, values: Sequence[Any]) -> Sequence[str | None]:
        """Read times; those in UTC all at once, where the current time zone has the same offset on all their days."""
        if set(map(type, values)) != {datetime.datetime} or {value.tzinfo for value in values} != {datetime.UTC}:
            return super().read_all(values)
        days = _offsets_by_day(timezone.get_current_timezone())
        found = {days[day] for day in {value.date() for value in values}}
        offset = found.pop()
        if found or offset is None:
            return super().read_all(values)
        ahead, written = offset
        text = _write_all([value + ahead for value in values] if ahead else values)
        return text.replace("+00:00", written).split(_SEPARATOR)


_SEPARATOR = '","'


def _write_all(values: Sequence[Any]) -> str:
    """Dates or times in ISO 8601, with a separator between them; orjson writes them as ``isoformat`` does."""
    return orjson.dumps(values).decode("ascii")[2:-2]


def _render(value: datetime.datetime, current: datetime.tzinfo) -> str:
    if value.tzinfo is not None and value.tzinfo is not current:
        try:
            value = value.astimezone(current)
        except OverflowError:
            pass  # The first and last hours of the calendar have no time in some zones: served as stored.
    text = value.isoformat()
    return f"{text[:-6]}Z" if text[-6:] == "+00:00" else text


_MAX_DAYS = 20_000


class _OffsetsByDay(dict[datetime.date, tuple[datetime.timedelta, str] | None]):
    """For each day in UTC what a time zone is ahead, and how that is written; None where it changes on that day.

    Asking the time zone for the offset of each time is most of what writing a time costs.
    """

    def __init__(self, zone: datetime.tzinfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, day: datetime.date) -> tuple[datetime.timedelta, str] | None:
        if len(self) >= _MAX_DAYS:
            self.clear()
        found = self[day] = self._find(day)
        return found

    def _find(self, day: datetime.date) -> tuple[datetime.timedelta, str] | None:
        start = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
        try:
            first, last = (t.astimezone(self.zone) for t in (start, start + datetime.timedelta(days=1)))
        except OverflowError:  # The first and last days of the calendar.
            return None
        offset = first.utcoffset()
        if offset is None or offset != last.utcoffset():
            return None
        return offset, _render(first, self.zone)[len(first.replace(tzinfo=None).isoformat()) :]


@cached(maxsize=64)
def _offsets_by_day(zone: datetime.tzinfo) -> _OffsetsByDay:
    return _OffsetsByDay(zone)


read_datetime = DateTimeReader()


class DateReader(ColumnReader):
    """ISO 8601; a custom field's text as it is. Anything else in a column of Django's is not a date."""

    def __init__(self, *, takes_texts: bool) -> None:
        self.takes_texts = takes_texts

    def __call__(self, value: Any) -> str:
        return value if self.takes_texts and isinstance(value, str) else str(value.isoformat())

    def read_all(self, values: Sequence[Any]) -> Sequence[str | None]:
        """Read dates or times of day, plain dates at once."""
        if set(map(type, values)) != {datetime.date}:
            return super().read_all(values)
        return _write_all(values).split(_SEPARATOR)


read_date, _read_custom_date = DateReader(takes_texts=False), DateReader(takes_texts=True)


def make_date_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader of dates or times of day."""
    return read_date if is_django_code(type(field)) else _read_custom_date


def read_binary(value: bytes | memoryview) -> str:
    """Base64, as ``BinaryField.value_to_string`` has it."""
    return base64.b64encode(bytes(value)).decode("ascii")


def make_decimal_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader that gives plain digits with as many places as the field declares."""
    places = getattr(field, "decimal_places", None)
    form = "f" if places is None else f".{places}f"

    def read(value: Any) -> str:
        exact = value if value.__class__ is Decimal else Decimal(str(column_value(field, value)))
        if not exact.is_finite():
            raise ValueError("This is not a finite number.")
        return format(exact, form)

    return read


def column_value(field: models.Field[Any, Any], value: Any) -> Any:
    """The value of the column, where a third party's field gives more than that: an amount without its currency."""
    if (
        isinstance(field, models.DecimalField)
        and not isinstance(value, Decimal | NoneType)
        and not is_django_code(type(field))
    ):
        return field.to_python(value)
    return value


def held_value(obj: models.Model, attname: str) -> Any:
    """The value that a row has in a column; where a third party's descriptor fails, what the row holds for it."""
    try:
        return getattr(obj, attname)
    except Exception:  # noqa: BLE001 - a third party's descriptor
        return obj.__dict__.get(attname)


def make_fallback_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader for fields that the table does not know: JSON-ready values as they are, else ``value_to_string``."""

    def read(value: Any) -> Any:
        if isinstance(value, str | int | float | bool | list | dict):
            return value
        holder = type("Holder", (), {field.attname: value, field.name: value})()
        try:
            return field.value_to_string(holder)
        except Exception:  # noqa: BLE001 - a third-party field may raise anything
            return str(value)

    return read


def read_list(value: Any) -> Any:
    """The texts of a list; what is not a list as one text."""
    return list(map(_to_text, value)) if isinstance(value, Iterable) and not isinstance(value, str) else _to_text(value)


def make_text_reader(field: models.Field[Any, Any]) -> Reader | None:
    """None for Django's text fields, which give text; a custom field may give anything."""
    plain = type(field).from_db_value if hasattr(field, "from_db_value") else None
    return None if plain is None and is_django_code(type(field)) else _to_text


def _to_text(value: Any) -> str:
    return str(_without_enum(value))


def _without_enum(value: Any) -> Any:
    """What a member of an enumeration stands for: its own text names the enumeration, and no field takes that."""
    return value.value if isinstance(value, enum.Enum) else value


def make_integer_reader(field: models.Field[Any, Any]) -> Reader | None:
    """None for Django's own fields, which give numbers; a custom field may give members of an enumeration."""
    return None if is_django_code(type(field)) else lambda value: int(_without_enum(value))


def make_float_reader(field: models.Field[Any, Any]) -> Reader | None:
    """None for Django's own fields, which give numbers."""
    return None if is_django_code(type(field)) else lambda value: float(_without_enum(value))


def always(reader: Reader) -> Callable[[models.Field[Any, Any]], Reader]:
    """The same reader for every field of a kind."""
    return lambda field: reader
