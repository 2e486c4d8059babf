"""The one table of what differs by kind of field: its GraphQL type, how values are read and shown, its lookups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.duration import duration_string

from conjure.graphql.fields import scalars
from conjure.graphql.fields.parsers import (
    Parser,
    fit_decimal,
    fit_integer,
    fit_ip,
    make_parser,
    parse_by_field,
    parse_file,
    parse_file_path,
    parse_json_field,
    parse_list,
    parse_pairs,
    require_preparable,
)
from conjure.graphql.fields.readers import (
    Reader,
    always,
    make_date_reader,
    make_decimal_reader,
    make_fallback_reader,
    make_float_reader,
    make_integer_reader,
    make_text_reader,
    read_binary,
    read_datetime,
    read_list,
)
from conjure.specs.fields import resolve_value_field
from conjure.specs.origins import is_django_code
from conjure.values import numbers, texts, times
from conjure.values.json_values import parse_json_text
from conjure.values.sources import Source, ValueProblem, json_type_of


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """How one kind of Django field is served.

    ``scalar`` is the Python stand-in of the GraphQL scalar. ``make_reader`` takes the Django field and gives the
    reader of its values, or None where they are JSON-ready as they are. ``lookups`` names the family of lookups
    (a key of ``LOOKUP_FAMILIES``), which also says whether rows can be ordered by the field. ``is_file`` marks fields
    whose value is served as an absolute URL. ``parse`` reads what a client sends; without it, the nearest ancestor's
    does, or else the field's own ``to_python``.
    """

    scalar: Any
    make_reader: Callable[[models.Field[Any, Any]], Reader | None] = lambda field: None
    lookups: str = "text"
    is_file: bool = False
    parse: Parser | None = None


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
        if ancestor in _TEXTS and _makes_lists(field):
            return _LIST
        if ancestor not in _FIELD_TYPES and gives_own_objects(ancestor) and not _gives_plain_values(field):
            return _FALLBACK
        found = _find(ancestor)
        if found is not None:
            return found
    return _FALLBACK


def gives_own_objects(field_class: type[Any]) -> bool:
    """Whether a third-party field class makes objects of its own from what the database gives."""
    return "from_db_value" in vars(field_class) and not is_django_code(field_class)


def holds_lists(field: models.Field[Any, Any]) -> bool:
    """Whether a field is served as a list of texts: several choices, several countries."""
    return get_field_type(field) is _LIST


def _makes_lists(field: models.Field[Any, Any]) -> bool:
    """Whether a third party's text field makes lists of its texts."""
    if is_django_code(type(field).to_python):
        return False
    try:
        value = next((value for value, _ in field.flatchoices or () if isinstance(value, str) and value), "a")
        return isinstance(field.to_python(value), list | tuple | set | frozenset)
    except Exception:  # noqa: BLE001 - a custom field's own parsing may raise anything
        return False


def _gives_plain_values(field: models.Field[Any, Any]) -> bool:
    """Whether the field is served as its ancestor is, although it makes objects of its own.

    Texts are, by their ``str()``. So are the members of an enumeration of numbers, which are numbers themselves.
    """
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return True
    if not isinstance(field, models.IntegerField):
        return False
    try:
        return bool(field.flatchoices) and all(
            isinstance(field.to_python(value), int) for value, _ in field.flatchoices if value is not None
        )
    except Exception:  # noqa: BLE001 - a custom field's own parsing may raise anything
        return False


def parse_value(field: models.Field[Any, Any], raw: Any, source: Source) -> Any:
    """The Python value of a field, or of the key that it points to, from what a client sent; never of None.

    Raise ValueProblem for one that the field cannot take: of the wrong type, out of range, not finite, not Unicode.
    """
    field = resolve_value_field(field)
    if isinstance(raw, str):
        texts.check_text(raw)
    value = _find_parser(field)(field, raw, source)
    if not is_django_code(type(field)):
        require_preparable(field, value)
    return value


def _find_parser(field: models.Field[Any, Any]) -> Parser:
    if holds_lists(field):
        return parse_list
    for ancestor in type(field).__mro__:
        found = _find(ancestor)
        if found is not None and found.parse is not None:
            return found.parse
    return parse_by_field


def _find(field_class: type[Any]) -> FieldType | None:
    found = _FIELD_TYPES.get(field_class)
    if found is None and field_class.__module__.startswith("django.contrib.postgres."):
        return _POSTGRESQL_TYPES.get(field_class.__name__)
    return found


# Kinds that are made of other kinds.


def make_array_reader(field: models.Field[Any, Any]) -> Reader:
    """A reader of lists whose items are read as their base field's values are."""
    base = field.base_field  # type: ignore[attr-defined]
    read_item = get_field_type(base).make_reader(base)

    def read(value: Any) -> list[Any]:
        return [None if item is None else read_item(item) if read_item else item for item in value]

    return read


def _parse_array(field: Any, raw: Any, source: Source) -> list[Any]:
    items = parse_json_text(raw)
    if not isinstance(items, list):
        raise ValueProblem(f'Expected a list of items but got type "{json_type_of(items)}".')
    return [None if item is None else parse_value(field.base_field, item, source) for item in items]


def _parse_range(field: Any, raw: Any, source: Source) -> Any:
    members = parse_json_text(raw)
    if not isinstance(members, dict) or not members.keys() <= {"lower", "upper", "bounds", "empty"}:
        raise ValueProblem("Expected {lower, upper, bounds} or {empty: true}.")
    if members.get("empty") is True:
        return field.range_type(empty=True)
    bounds = members.get("bounds", "[)")
    if not isinstance(bounds, str) or bounds not in {"[)", "(]", "()", "[]"}:
        raise ValueProblem("Bounds must be one of [), (], (), [].")
    lower, upper = (
        None if end is None or end == "" else parse_value(field.base_field, end, source)
        for end in (members.get("lower"), members.get("upper"))
    )
    if lower is not None and upper is not None and lower > upper:
        raise ValueProblem("The start of the range must not exceed the end of the range.")
    return field.range_type(lower, upper, bounds)


# The table.

_TEXTS = (models.CharField, models.TextField)
_LIST = FieldType(scalar=scalars.JSONValue, make_reader=always(read_list), lookups="list")
_FALLBACK = FieldType(scalar=scalars.JSONValue, make_reader=make_fallback_reader, lookups="opaque")
_INT = FieldType(
    scalar=int,
    make_reader=make_integer_reader,
    lookups="number",
    parse=make_parser(numbers.parse_integer, fit_integer),
)
_BIG_INT = FieldType(
    scalar=scalars.BigInt,
    make_reader=make_integer_reader,
    lookups="number",
    parse=make_parser(numbers.parse_integer, fit_integer),
)
_FIELD_TYPES: dict[type[models.Field[Any, Any]], FieldType] = {
    models.IntegerField: _INT,
    models.BigIntegerField: _BIG_INT,
    models.FloatField: FieldType(
        scalar=float, make_reader=make_float_reader, lookups="number", parse=make_parser(numbers.parse_float)
    ),
    models.DecimalField: FieldType(
        scalar=scalars.DecimalText,
        make_reader=make_decimal_reader,
        lookups="number",
        parse=make_parser(numbers.parse_decimal, fit_decimal),
    ),
    models.BooleanField: FieldType(
        scalar=bool, lookups="boolean", parse=make_parser(numbers.parse_boolean, booleans=True)
    ),
    models.CharField: FieldType(
        scalar=str, make_reader=make_text_reader, lookups="text", parse=make_parser(texts.parse_text)
    ),
    models.TextField: FieldType(
        scalar=str, make_reader=make_text_reader, lookups="text", parse=make_parser(texts.parse_text)
    ),
    models.FilePathField: FieldType(scalar=str, make_reader=make_text_reader, lookups="text", parse=parse_file_path),
    models.GenericIPAddressField: FieldType(
        scalar=str, make_reader=make_text_reader, lookups="text", parse=make_parser(texts.parse_ip, fit_ip)
    ),
    models.UUIDField: FieldType(
        scalar=scalars.UUIDText, make_reader=always(str), lookups="uuid", parse=make_parser(texts.parse_uuid)
    ),
    models.DateField: FieldType(
        scalar=scalars.DateText, make_reader=make_date_reader, lookups="date", parse=make_parser(times.parse_date)
    ),
    models.DateTimeField: FieldType(
        scalar=scalars.DateTimeText,
        make_reader=always(read_datetime),
        lookups="datetime",
        parse=make_parser(times.parse_datetime),
    ),
    models.TimeField: FieldType(
        scalar=scalars.TimeText, make_reader=make_date_reader, lookups="time", parse=make_parser(times.parse_time)
    ),
    models.DurationField: FieldType(
        scalar=scalars.DurationText,
        make_reader=always(duration_string),
        lookups="duration",
        parse=make_parser(times.parse_duration),
    ),
    models.JSONField: FieldType(scalar=scalars.JSONValue, lookups="json", parse=parse_json_field),
    models.BinaryField: FieldType(
        scalar=str, make_reader=always(read_binary), lookups="opaque", parse=make_parser(texts.parse_bytes)
    ),
    models.FileField: FieldType(scalar=str, lookups="text", is_file=True, parse=parse_file),
}
_POSTGRESQL_TYPES: dict[str, FieldType] = {
    # By the names of their classes in django.contrib.postgres: importing them needs psycopg.
    "ArrayField": FieldType(
        scalar=scalars.JSONValue, make_reader=make_array_reader, lookups="opaque", parse=_parse_array
    ),
    "RangeField": FieldType(
        scalar=scalars.JSONValue, make_reader=make_fallback_reader, lookups="opaque", parse=_parse_range
    ),
    "HStoreField": FieldType(scalar=scalars.JSONValue, lookups="opaque", parse=parse_pairs),
}
