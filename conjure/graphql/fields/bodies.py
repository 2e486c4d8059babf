"""What a client sends for a field as the field's Python value: as lenient as forms are, as exact as the database is."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.fields.files import FieldFile
from django.utils.dateparse import parse_duration

from conjure.graphql.fields.parsers import ValueProblem, check_text, make_aware, parse_ip, parse_value
from conjure.graphql.fields.uploads import read_upload
from conjure.specs.fields import FieldSpec

Parser = Callable[[Any, Any, bool], Any]
"""Takes the Django field, the raw value (neither None nor ``""``), and whether it comes from a form."""

TRUE_WORDS = {"true", "t", "1", "yes", "y", "on"}
FALSE_WORDS = {"false", "f", "0", "no", "n", "off"}
MAX_JSON_DEPTH = 100
_MAX_JSON_INTEGER_BITS = 3_000
_MAX_DIGITS = 1_000
_BOUNDS = {"[)", "(]", "()", "[]"}
_INT64 = range(-(2**63), 2**63)
# The ranges that Django documents as safe on every database; SQLite itself has none.
_RANGES = BaseDatabaseOperations.integer_field_ranges


def is_empty(raw: Any) -> bool:
    """Whether the raw value stands for what a user left empty."""
    return raw is None or (isinstance(raw, str) and raw == "")


def is_text(field: models.Field[Any, Any]) -> bool:
    """Whether ``""`` is a value of the field, not the lack of one."""
    return isinstance(field, models.CharField | models.TextField)


def read_empty(field: FieldSpec, raw: Any, is_form: bool) -> Any:
    """What null or ``""`` means for a column. Raise ValueProblem where it must hold something."""
    model_field: Any = field.field
    if isinstance(model_field, models.FileField):
        if model_field.blank or model_field.null:
            return ""
        raise ValueProblem(str(model_field.error_messages["blank"]))
    if is_text(model_field):
        if raw == "" and not (is_form and model_field.null):
            return raw
        if not model_field.null and model_field.blank:
            return ""
    if model_field.null:
        return None
    raise ValueProblem(str(model_field.error_messages["null"]))


def read_value(field: FieldSpec, raw: Any, is_form: bool) -> Any:
    """The Python value of a column, ready to be set on a row. Raise ValueProblem for what it cannot take."""
    value_field = field.value_field
    if field.is_foreign_key:
        return read_key(value_field, raw)
    return parse_column(value_field, raw, is_form)


def parse_column(value_field: models.Field[Any, Any], raw: Any, is_form: bool) -> Any:
    """The same for a Django field that is no relation, such as the base of an array."""
    if isinstance(raw, str):
        check_text(raw)
    for ancestor in type(value_field).__mro__:
        parse = _PARSERS.get(ancestor) or _PARSERS_BY_PATH.get(f"{ancestor.__module__}.{ancestor.__qualname__}")
        if parse is not None:
            return parse(value_field, raw, is_form)
    return _clean_by_field(value_field, raw)


def read_key(value_field: models.Field[Any, Any], raw: Any) -> Any:
    """The value that a relation holds: the target's key. Raise ValueProblem, worded as DRF does, for no key."""
    if isinstance(raw, bool | float) or not isinstance(raw, str | int):
        raise ValueProblem(f"Incorrect type. Expected pk value, received {type(raw).__name__}.")
    try:
        return parse_value(value_field, raw)
    except ValueProblem:
        raise missing_target(raw) from None


def missing_target(raw: Any) -> ValueProblem:
    """The problem of a key that no row has, or none that may be seen."""
    shown = str(raw) if len(str(raw)) <= 100 else f"{str(raw)[:100]}…"
    shown = shown.encode("utf-8", "replace").decode().replace("\x00", "?")
    return ValueProblem(f'Invalid pk "{shown}" - object does not exist.')


# Text.


def _read_text(field: Any, raw: Any, is_form: bool) -> Any:
    if not _is_django_field(field):
        return _clean_by_field(field, raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise ValueProblem("Not a valid string.")
    return raw if isinstance(raw, str) else str(raw)


def _read_file_path(field: Any, raw: Any, is_form: bool) -> Any:
    choices = [str(value) for value, _ in field.formfield().choices]
    if not isinstance(raw, str) or raw not in choices:
        raise ValueProblem(f'"{str(raw)[:100]}" is not a valid path choice.')
    return raw


def _read_ip(field: Any, raw: Any, is_form: bool) -> Any:
    try:
        address = parse_ip(raw)
    except ValueProblem:
        raise ValueProblem("Enter a valid IPv4 or IPv6 address.") from None
    return field.to_python(address)


# Numbers.


def _read_integer(field: Any, raw: Any, is_form: bool) -> Any:
    if not _is_django_field(field):
        return _clean_by_field(field, raw)
    problem = ValueProblem("A valid integer is required.")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise problem
    if isinstance(raw, str):
        if len(raw) > _MAX_DIGITS:
            raise problem
        raw = raw.strip().partition(".0")[0] if raw.strip().endswith(".0") else raw.strip()
        if not raw.isascii() or "_" in raw:
            raise problem
    try:
        value = int(raw)
    except (ValueError, OverflowError):
        raise problem from None
    if not isinstance(raw, str) and value != raw:
        raise problem
    return _check_integer_range(field, value)


def _check_integer_range(field: Any, value: int) -> int:
    lowest, highest = _RANGES.get(field.get_internal_type(), (_INT64.start, _INT64.stop - 1))
    if value < lowest:
        raise ValueProblem(f"Ensure this value is greater than or equal to {lowest}.")
    if value > highest:
        raise ValueProblem(f"Ensure this value is less than or equal to {highest}.")
    return value


def _read_float(field: Any, raw: Any, is_form: bool) -> Any:
    problem = ValueProblem("A valid number is required.")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise problem
    if isinstance(raw, str) and (len(raw) > _MAX_DIGITS or "_" in raw):
        raise problem
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        raise problem from None
    if not math.isfinite(value):
        raise problem
    return value


def _read_decimal(field: Any, raw: Any, is_form: bool) -> Any:
    problem = ValueProblem("A valid number is required.")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise problem
    text = str(raw).strip() if isinstance(raw, str | float | Decimal) or abs(raw) < 10**_MAX_DIGITS else ""
    if not 0 < len(text) <= _MAX_DIGITS or "_" in text:
        raise problem
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise problem from None
    if not value.is_finite():
        raise problem
    if value and abs(value.adjusted()) > _MAX_DIGITS:
        raise ValueProblem("Ensure that there are no more digits than the field can hold.")
    return _with_places(field, value)


def _with_places(field: Any, value: Decimal) -> Decimal:
    """The number with the places that the field declares; one that has more is left to the validators."""
    places = field.decimal_places
    exponent = value.as_tuple().exponent
    if places is None or not isinstance(exponent, int) or exponent < -places or value.adjusted() > _MAX_DIGITS:
        return value
    # Written out, because quantize() rounds to the current context's precision.
    return Decimal(f"{value:.{places}f}")


def _read_boolean(field: Any, raw: Any, is_form: bool) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and raw in (0, 1):
        return bool(raw)
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueProblem("Must be a valid boolean.")


# Times.


def _read_moment(field: Any, raw: Any, is_form: bool) -> Any:
    if not isinstance(raw, str | datetime.datetime | datetime.date):
        raise ValueProblem("Enter a valid date and time (ISO 8601).")
    value = _to_python(field, raw)
    if isinstance(value, datetime.datetime):
        try:
            return make_aware(value)
        except OverflowError:
            raise ValueProblem("This moment is outside of the calendar.") from None
    return value


def _read_date_or_time(field: Any, raw: Any, is_form: bool) -> Any:
    if not isinstance(raw, str | datetime.date | datetime.time):
        raise ValueProblem(str(field.error_messages["invalid"]) % {"value": str(raw)[:100]})
    return _clean_by_field(field, raw)


def _read_duration(field: Any, raw: Any, is_form: bool) -> Any:
    problem = ValueProblem("Enter a valid duration: [DD] [HH:[MM:]]ss[.uuuuuu].")
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | datetime.timedelta):
        raise problem
    try:
        value = raw if isinstance(raw, datetime.timedelta) else parse_duration(str(raw))
        if value is None or value // datetime.timedelta(microseconds=1) not in _INT64:
            raise problem
    except (ValueError, OverflowError):
        raise problem from None
    return value


# The rest.


def _read_uuid(field: Any, raw: Any, is_form: bool) -> Any:
    return _clean_by_field(field, raw if isinstance(raw, str) else str(raw))


def _read_binary(field: Any, raw: Any, is_form: bool) -> bytes:
    if not isinstance(raw, str):
        raise ValueProblem("Expected base64 text.")
    try:
        return base64.b64decode(raw.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueProblem("Expected base64 text.") from None


def _read_json(field: Any, raw: Any, is_form: bool) -> Any:
    if is_form and isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise ValueProblem("Value must be valid JSON.") from None
    check_json(raw)
    return raw


def check_json(value: Any) -> None:
    """Raise ValueProblem for JSON that some database cannot store or some client cannot read back."""
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        following: list[Any] = []
        for item in level:
            _check_json_item(item)
            if isinstance(item, dict):
                following.extend(item.keys())
                following.extend(item.values())
            elif isinstance(item, list | tuple):
                following.extend(item)
        if not following:
            return
        level = following
    raise ValueProblem(f"No more than {MAX_JSON_DEPTH} levels of nesting are allowed.")


def _check_json_item(item: Any) -> None:
    if isinstance(item, str):
        check_text(item)
    elif isinstance(item, bool) or item is None or isinstance(item, dict | list | tuple):
        return
    elif isinstance(item, int):
        if item.bit_length() > _MAX_JSON_INTEGER_BITS:
            raise ValueProblem("This number is too large.")
    elif isinstance(item, float):
        if not math.isfinite(item):
            raise ValueProblem("Value must be valid JSON.")
    else:
        raise ValueProblem("Value must be valid JSON.")


def _read_file(field: Any, raw: Any, is_form: bool) -> Any:
    return read_upload(field, raw)


# PostgreSQL's own, sent as they are served, or by forms as JSON texts.


def _from_json_text(raw: Any) -> Any:
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise ValueProblem("Value must be valid JSON.") from None
    check_json(raw)
    return raw


def _read_array(field: Any, raw: Any, is_form: bool) -> list[Any]:
    items = _from_json_text(raw)
    if not isinstance(items, list):
        raise ValueProblem(f'Expected a list of items but got type "{type(items).__name__}".')
    return [None if item is None else parse_column(field.base_field, item, is_form) for item in items]


def _read_range(field: Any, raw: Any, is_form: bool) -> Any:
    members = _from_json_text(raw)
    if not isinstance(members, dict) or not members.keys() <= {"lower", "upper", "bounds", "empty"}:
        raise ValueProblem("Expected {lower, upper, bounds} or {empty: true}.")
    if members.get("empty") is True:
        return field.range_type(empty=True)
    if members.get("bounds", "[)") not in _BOUNDS:
        raise ValueProblem("Bounds must be one of [), (], (), [].")
    lower, upper = (
        None if is_empty(end) else parse_column(field.base_field, end, is_form)
        for end in (members.get("lower"), members.get("upper"))
    )
    if lower is not None and upper is not None and lower > upper:
        raise ValueProblem("The start of the range must not exceed the end of the range.")
    return field.range_type(lower, upper, members.get("bounds", "[)"))


def _read_pairs(field: Any, raw: Any, is_form: bool) -> dict[str, str | None]:
    pairs = _from_json_text(raw)
    if not isinstance(pairs, dict) or any(isinstance(value, dict | list) for value in pairs.values()):
        raise ValueProblem("Expected an object of texts.")
    return {key: None if value is None else str(value) for key, value in pairs.items()}


def _clean_by_field(field: Any, raw: Any) -> Any:
    """The value as the field's own ``to_python`` has it, and as the database will be given it."""
    if isinstance(raw, dict | list):
        check_json(raw)
    value = _to_python(field, raw)
    try:
        field.get_prep_value(value)
    except Exception:  # noqa: BLE001 - as below
        raise ValueProblem("This is not a valid value.") from None
    return value


def _to_python(field: Any, raw: Any) -> Any:
    try:
        return field.to_python(raw)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except Exception:  # noqa: BLE001 - a custom field's own parsing may raise anything: the value is what is wrong
        raise ValueProblem("This is not a valid value.") from None


def _is_django_field(field: models.Field[Any, Any]) -> bool:
    return type(field).__module__.startswith("django.")


_PARSERS: dict[type, Parser] = {
    models.FilePathField: _read_file_path,
    models.CharField: _read_text,
    models.TextField: _read_text,
    models.GenericIPAddressField: _read_ip,
    models.IntegerField: _read_integer,
    models.FloatField: _read_float,
    models.DecimalField: _read_decimal,
    models.BooleanField: _read_boolean,
    models.DateTimeField: _read_moment,
    models.DateField: _read_date_or_time,
    models.TimeField: _read_date_or_time,
    models.DurationField: _read_duration,
    models.UUIDField: _read_uuid,
    models.BinaryField: _read_binary,
    models.JSONField: _read_json,
    models.FileField: _read_file,
}
_PARSERS_BY_PATH: dict[str, Parser] = {
    # Named by path: importing them needs psycopg.
    "django.contrib.postgres.fields.array.ArrayField": _read_array,
    "django.contrib.postgres.fields.ranges.RangeField": _read_range,
    "django.contrib.postgres.fields.hstore.HStoreField": _read_pairs,
}


def freeze(value: Any) -> Any:
    """The value such that later changes of the row leave it alone: files as names, bytes as bytes, JSON copied."""
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    if type(value) is list:
        return [freeze(item) for item in value]
    return value
