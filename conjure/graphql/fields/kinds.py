"""The one table of what differs by field type: the GraphQL type, how a value is read, which lookups it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.duration import duration_string

from conjure.graphql.fields import scalars
from conjure.graphql.fields.readers import (
    Reader,
    _as_text,
    _fixed,
    _float_reader,
    _number_reader,
    _text_reader,
    make_decimal_reader,
    make_fallback_reader,
    read_binary,
    read_date,
    read_datetime,
)
from conjure.specs.fields import resolve_value_field


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


def make_array_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader of lists whose items are read as their base field's values are."""
    base = field.base_field  # type: ignore[attr-defined]
    read_item = get_field_type(base).make_reader(base)

    def read(value: Any) -> list[Any]:
        return [None if item is None else read_item(item) if read_item else item for item in value]

    return read


_TEXT_FIELDS = (models.CharField, models.TextField, models.FileField)


def gives_own_objects(field_class: type[Any]) -> bool:
    """Whether a field class of somebody else's makes objects of its own from what the database gives."""
    return "from_db_value" in vars(field_class) and not field_class.__module__.startswith("django.")


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
