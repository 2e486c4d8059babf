"""Values for fields: plausible ones for rows, each different, and garbage."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

# Characters that are easily lost: quotes, markup, wildcards of LIKE, other scripts, emoji, line ends.
_TEXT = "Row {n}: “quoted” 'so', <b>ü</b> 50%_\\ 世界 🎻\n2nd line"
_LINE = "Row {n} ü '50%_' 世界"


def sample_value(field: Any, number: int, *, plain: bool = False) -> Any:
    """A value for a field, different for each number where it may have to be; None where nothing is known to fit.

    The texts of ``plain`` values are a word of letters and digits.
    """
    if plain and type(field) in (models.CharField, models.TextField) and not field.flatchoices:
        return _cut(f"row{number}", field, number)
    if field.flatchoices:
        values = [value for value, _ in field.flatchoices if value not in (None, "")]
        return values[number % len(values)] if values else None
    if field.null and not field.unique and number % 3 == 0:
        return None
    is_own_kind = not type(field).__module__.startswith("django.") and isinstance(field, models.JSONField)
    for known, make in () if is_own_kind else _MAKERS:  # A custom JSON field may accept only certain documents.
        if isinstance(field, known):
            return make(field, number)
    postgresql = _make_for_postgresql(field, number)
    if postgresql is not None:
        return postgresql
    if field.has_default() or field.null:
        return None
    by_type = next((make for known, make in _MAKERS if known.__name__ == field.get_internal_type()), None)
    return by_type(field, number) if by_type else None


def _integer(field: Any, number: int) -> int:
    low = max([0, *(v.limit_value for v in field.validators if v.code == "min_value" and _is_number(v.limit_value))])
    highs = [v.limit_value for v in field.validators if v.code == "max_value" and _is_number(v.limit_value)]
    value = int(low) + number
    return min([value, *(int(high) for high in highs)])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal)


def _decimal(field: Any, number: int) -> Decimal:
    places = 2 if field.decimal_places is None else field.decimal_places
    whole = max(1, (field.max_digits or 9) - places)
    return Decimal(number % 10**whole) + (Decimal(5).scaleb(-places) if places else 0)


def _text(field: Any, number: int) -> str:
    shape = _TEXT if isinstance(field, models.TextField) else _LINE
    return _cut(shape.format(n=number), field, number)


def _cut(text: str, field: Any, number: int) -> str:
    """The text, or as much of it as the field can hold, still different for each number."""
    limit = field.max_length
    if limit is None or len(text) <= limit:
        return text
    return f"{number}"[:limit] if limit < 8 else text[:limit].rstrip()


def _moment(field: Any, number: int) -> datetime.datetime:
    naive = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456) + datetime.timedelta(days=number)  # noqa: DTZ001 - made aware below
    return timezone.make_aware(naive) if settings.USE_TZ else naive


def _file(field: Any, number: int) -> Any:
    """A small image, which is a file as well."""
    return None if field.blank or field.null else ContentFile(base64.b64decode(_PIXEL), name=f"row-{number}.png")


_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _slug(field: Any, number: int) -> str:
    return f"row-{number}"[: field.max_length]


_MAKERS: list[tuple[type[Any], Callable[[Any, int], Any]]] = [
    (models.BooleanField, lambda field, n: bool(n % 2)),
    (models.IntegerField, _integer),
    (models.FloatField, lambda field, n: n + 0.1),
    (models.DecimalField, _decimal),
    (models.DateTimeField, _moment),
    (models.DateField, lambda field, n: datetime.date(2024, 2, 29) + datetime.timedelta(days=n)),
    (models.TimeField, lambda field, n: datetime.time(12, 30, n % 60, 5)),
    (models.DurationField, lambda field, n: datetime.timedelta(days=n, seconds=3, microseconds=7)),
    (models.UUIDField, lambda field, n: uuid.uuid5(uuid.NAMESPACE_OID, f"{field}{n}")),
    (models.EmailField, lambda field, n: f"row{n}@example.com"),
    (models.URLField, lambda field, n: f"https://example.com/row/{n}"),
    (models.SlugField, _slug),
    (models.GenericIPAddressField, lambda field, n: f"192.0.2.{n % 250 + 1}"),
    (models.JSONField, lambda field, n: {"number": n, "text": _LINE.format(n=n), "list": [1, None, 2.5]}),
    (models.BinaryField, lambda field, n: bytes([n % 256, 0, 255])),
    (models.FilePathField, lambda field, n: None),
    (models.FileField, _file),
    (models.CharField, _text),
    (models.TextField, _text),
]


def other_values(field: Any, number: int) -> list[Any]:
    """Values of several forms, for a field whose validators or own code want one of them."""
    if isinstance(field, models.JSONField):
        return [[number], [f"row{number}"], [], {}, f"row{number}"]
    if not isinstance(field, models.CharField | models.TextField):
        return []
    address, word = f"row{number}@example.com", f"row{number}"
    return [address, f"https://example.com/{word}", f"row-{number}", word, str(number), f"+44794600{number % 10000:04}"]


def _make_for_postgresql(field: Any, number: int) -> Any:
    path = f"{type(field).__module__}.{type(field).__name__}"
    if not path.startswith("django.contrib.postgres."):
        return None
    if hasattr(field, "base_field") and hasattr(field, "size"):
        return [sample_value(field.base_field, number)]
    if hasattr(field, "range_type"):
        bounds = [sample_value(field.base_field(), n) for n in (number, number + 10)]
        return field.range_type(*bounds)
    return {"key": str(number)} if type(field).__name__ == "HStoreField" else None


# Values that hardly any field can take, in a query string, in JSON or in a URL.
NUL = "a\x00b"
QUERY_GARBAGE = [
    NUL,
    "not-a-value",
    "9" * 25,
    "99999999999",
    "-1",
    "²",
    "1e999",
    "NaN",
    "0000-00-00",
    "2024-02-30T25:61:00Z",
    "9999-12-31T23:59:59.999999-23:59",
    "' OR 1=1 --",
    "%",
    "[" * 200,
    "{}",
    "null",
    "a,b",
    ",",
    "x" * 5000,
]
BODY_GARBAGE: list[Any] = [
    NUL,
    "not-a-value",
    "9" * 25,
    2**40,
    10**23,
    -(10**23),
    1e308,
    1.5,
    True,
    None,
    [],
    [None],
    [[1]],
    {},
    {"a": 1},
    {"pk": 1},
    "0000-00-00",
    "9999-12-31T23:59:59.999999-23:59",
    "x" * 5000,
    "²",
]
PK_GARBAGE = ["not-a-pk", "9" * 24, "²", "-1", "%00", "%ED%A0%BD", "0x1F", "a,b", "1.5", "None", "é" * 300]

_STRICT = (
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.BooleanField,
    models.DateField,
    models.TimeField,
    models.DurationField,
    models.UUIDField,
)


def must_refuse(field: Any, garbage: Any) -> bool:
    """Whether a filter by the field must refuse the text: always NUL, and anything that is not a value of its type."""
    if garbage == NUL:
        return True
    return type(field) in _STRICT and garbage in ("not-a-value", "²", "NaN", "1e999", "' OR 1=1 --", "[" * 200, "{}")
