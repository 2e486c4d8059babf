"""The one table of what differs by field type: the GraphQL type, how a value is read, which lookups it has."""

from __future__ import annotations

import base64
import datetime
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.duration import duration_string

from conjure.graphql import scalars
from conjure.specs import resolve_value_field

Reader = Callable[[Any], Any]
"""Takes a column's Python value, never None, and gives it JSON-ready, as DRF's ModelSerializer would."""


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """How one kind of Django field is served.

    ``scalar`` is the Python stand-in of the GraphQL scalar. ``make_reader`` takes the Django field and gives the
    reader of its values, or None where they are JSON-ready as they are. ``lookups`` names the family of lookups
    (a key of ``LOOKUP_FAMILIES``). ``is_file`` marks fields whose value is served as an absolute URL.
    """

    scalar: Any
    make_reader: Callable[[models.Field[Any, Any]], Reader | None] = lambda field: None
    lookups: str = "text"
    is_file: bool = False


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
        """Read times, those in UTC at once where the current time zone is ahead of it by the same on all their days."""
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

    A zone tells its offset twice for each time that it writes, which is most of what writing a time costs.
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


@functools.lru_cache(maxsize=64)
def _offsets_by_day(zone: datetime.tzinfo) -> _OffsetsByDay:
    return _OffsetsByDay(zone)


read_datetime = DateTimeReader()


class DateReader(ColumnReader):
    """ISO 8601; a custom field's text as it is."""

    def __call__(self, value: Any) -> str:
        return value if isinstance(value, str) else str(value.isoformat())

    def read_all(self, values: Sequence[Any]) -> Sequence[str | None]:
        """Read dates or times of day, plain dates at once."""
        if set(map(type, values)) != {datetime.date}:
            return super().read_all(values)
        return _write_all(values).split(_SEPARATOR)


read_date = DateReader()


def read_binary(value: bytes | memoryview) -> str:
    """Base64, as ``BinaryField.value_to_string`` has it."""
    return base64.b64encode(bytes(value)).decode("ascii")


def make_decimal_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader that gives plain digits with as many places as the field declares."""
    places = getattr(field, "decimal_places", None)
    form = "f" if places is None else f".{places}f"

    def read(value: Any) -> str:
        return (value if value.__class__ is Decimal else Decimal(str(value))).__format__(form)

    return read


def make_fallback_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader for fields that the table does not know: JSON-ready values as they are, else ``value_to_string``."""

    def read(value: Any) -> Any:
        if isinstance(value, str | int | float | bool | list | dict):
            return value
        holder = type("Holder", (), {field.attname: value, field.name: value})()
        try:
            return field.value_to_string(holder)
        except Exception:  # noqa: BLE001 - another's field
            return str(value)

    return read


def make_array_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader of lists whose items are read as their base field's values are."""
    base = field.base_field  # type: ignore[attr-defined]
    read_item = get_field_type(base).make_reader(base)

    def read(value: Any) -> list[Any]:
        return [None if item is None else read_item(item) if read_item else item for item in value]

    return read


def _as_text(value: Any) -> str:
    return str(value)


_TEXT_FIELDS = (models.CharField, models.TextField, models.FileField)


def gives_own_objects(field_class: type[Any]) -> bool:
    """Whether a field class of somebody else's makes objects of its own from what the database gives."""
    return "from_db_value" in vars(field_class) and not field_class.__module__.startswith("django.")


def _text_reader(field: models.Field[Any, Any]) -> Reader | None:
    # Plain text fields give text; a subclass may give anything.
    plain = type(field).from_db_value if hasattr(field, "from_db_value") else None
    return None if plain is None and _is_django_field(field) else _as_text


def _is_django_field(field: models.Field[Any, Any]) -> bool:
    return type(field).__module__.startswith("django.")


def _number_reader(field: models.Field[Any, Any]) -> Reader | None:
    return None if _is_django_field(field) else int


def _float_reader(field: models.Field[Any, Any]) -> Reader | None:
    return None if _is_django_field(field) else float


def _fixed(reader: Reader) -> Callable[[models.Field[Any, Any]], Reader]:
    return lambda field: reader


_INT = FieldType(scalar=int, make_reader=_number_reader, lookups="number")
_BIG_INT = FieldType(scalar=scalars.BigInt, make_reader=_number_reader, lookups="number")
_TEXT = FieldType(scalar=str, make_reader=_text_reader, lookups="text")
_FILE = FieldType(scalar=str, lookups="text", is_file=True)
_FALLBACK = FieldType(scalar=scalars.JSONValue, make_reader=make_fallback_reader, lookups="opaque")

_FIELD_TYPES: dict[type[models.Field[Any, Any]], FieldType] = {
    models.AutoField: _INT,
    models.SmallAutoField: _INT,
    models.BigAutoField: _BIG_INT,
    models.IntegerField: _INT,
    models.SmallIntegerField: _INT,
    models.BigIntegerField: _BIG_INT,
    models.PositiveIntegerField: _INT,
    models.PositiveSmallIntegerField: _INT,
    models.PositiveBigIntegerField: _BIG_INT,
    models.FloatField: FieldType(scalar=float, make_reader=_float_reader, lookups="number"),
    models.DecimalField: FieldType(scalar=scalars.DecimalText, make_reader=make_decimal_reader, lookups="number"),
    models.BooleanField: FieldType(scalar=bool, lookups="boolean"),
    models.CharField: _TEXT,
    models.TextField: _TEXT,
    models.SlugField: _TEXT,
    models.URLField: _TEXT,
    models.EmailField: _TEXT,
    models.FilePathField: _TEXT,
    models.GenericIPAddressField: _TEXT,
    models.UUIDField: FieldType(scalar=scalars.UUIDText, make_reader=_fixed(_as_text), lookups="uuid"),
    models.DateField: FieldType(scalar=scalars.DateText, make_reader=_fixed(read_date), lookups="date"),
    models.DateTimeField: FieldType(scalar=scalars.DateTimeText, make_reader=_fixed(read_datetime), lookups="datetime"),
    models.TimeField: FieldType(scalar=scalars.TimeText, make_reader=_fixed(read_date), lookups="time"),
    models.DurationField: FieldType(
        scalar=scalars.DurationText, make_reader=_fixed(duration_string), lookups="duration"
    ),
    models.JSONField: FieldType(scalar=scalars.JSONValue, lookups="json"),
    models.BinaryField: FieldType(scalar=str, make_reader=_fixed(read_binary), lookups="opaque"),
    models.FileField: _FILE,
    models.ImageField: _FILE,
}
_FIELD_TYPES_BY_PATH: dict[str, FieldType] = {
    # Named by path: importing them needs psycopg.
    "django.contrib.postgres.fields.array.ArrayField": FieldType(
        scalar=scalars.JSONValue, make_reader=make_array_reader, lookups="opaque"
    ),
    "django.contrib.postgres.fields.hstore.HStoreField": FieldType(scalar=scalars.JSONValue, lookups="opaque"),
}


def register_field(field_class: type[models.Field[Any, Any]], field_type: FieldType) -> None:
    """Tell conjure how to serve a custom field class and its subclasses.

    Call it from an app's ``ready()`` or from ``admin_config.py``, before the first request::

        register_field(MoneyField, FieldType(scalar=str, make_reader=lambda field: str))
    """
    _FIELD_TYPES[field_class] = field_type


def get_field_type(field: models.Field[Any, Any]) -> FieldType:
    """The table's row for a field: that of its own class, else of the nearest ancestor, else the fallback."""
    field = resolve_value_field(field)
    for ancestor in type(field).__mro__:
        if ancestor not in _FIELD_TYPES and gives_own_objects(ancestor) and not issubclass(ancestor, _TEXT_FIELDS):
            return _FALLBACK
        found = _FIELD_TYPES.get(ancestor) or _FIELD_TYPES_BY_PATH.get(f"{ancestor.__module__}.{ancestor.__qualname__}")
        if found is not None:
            return found
    return _FALLBACK


def file_url(field: models.Field[Any, Any], value: Any) -> str | None:
    """The URL path or address that a stored file's name is served at, or None where there is no file."""
    name = value.name if isinstance(value, FieldFile) else value
    return field.storage.url(name) if name else None  # type: ignore[attr-defined]


def stored_name(field: models.Field[Any, Any], text: str) -> str:
    """The name of the file that is served at a URL, as far as the storage's ``base_url`` tells, else the text."""
    base = getattr(field.storage, "base_url", None)  # type: ignore[attr-defined]
    if not isinstance(base, str) or not base:
        return text
    if base.startswith("/") and not base.startswith("//"):
        text_path = urlsplit(text).path if "://" in text else text
    else:
        text_path = text
    return unquote(text_path.removeprefix(base)) if text_path.startswith(base) else text
