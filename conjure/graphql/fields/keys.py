"""Keys from URLs, arguments and bodies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import models

from conjure.encoding import make_storable
from conjure.graphql.fields.kinds import get_field_type, parse_value
from conjure.graphql.fields.trial import require_comparable
from conjure.specs.fields import resolve_value_field
from conjure.specs.models import ModelSpec
from conjure.values.keys import split_pk_text
from conjure.values.sources import QUERY_STRING, ValueProblem, json_type_of


def parse_pk(spec: ModelSpec, raw: Any) -> Any:
    """A primary key from a URL or an argument: text or a number; a composite one is comma-separated.

    Raise ValueProblem for one that no row of the model can have, and for another spelling than the served one.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueProblem("This is not a valid primary key.")
    if not spec.has_composite_pk:
        return _parse_key(spec.options.pk, raw)
    parts = split_pk_text(str(raw))
    if len(parts) != len(spec.pk_fields):
        raise ValueProblem("This is not a valid primary key.")
    return tuple(_parse_key(field, part) for field, part in zip(spec.pk_fields, parts, strict=True))


def parse_target_key(value_field: models.Field[Any, Any], raw: Any) -> Any:
    """The key of the row that a relation points to. Raise ValueProblem, worded as DRF does, for anything else."""
    if isinstance(raw, bool | float) or not isinstance(raw, str | int):
        raise ValueProblem(f"Incorrect type. Expected pk value, received {json_type_of(raw)}.")
    try:
        return _parse_key(value_field, raw)
    except ValueProblem:
        raise missing_target(raw) from None


def _parse_key(field: models.Field[Any, Any], raw: Any) -> Any:
    value_field = resolve_value_field(field)
    key = parse_value(field, raw, QUERY_STRING)
    if isinstance(raw, str) and raw not in _spellings(value_field, key):
        raise ValueProblem("This is not a valid primary key.")
    require_comparable(value_field, key)
    return key


def _spellings(field: models.Field[Any, Any], key: Any) -> Iterator[str]:
    """How a key is written: as rows serve it, and as it stands in URLs. ``+1``, ``01`` and `` 1`` are not the key 1.

    A cache, a log or a rule of a proxy that goes by the text would else take one row for several.
    """
    if not isinstance(key, Decimal):  # It has the places that were sent.
        yield str(key)
    read = get_field_type(field).make_reader(field)
    if read is not None:
        yield str(read(key))


def missing_target(raw: Any) -> ValueProblem:
    """The problem of a key that no row has, or none that the user may see."""
    shown = str(raw) if len(str(raw)) <= 100 else f"{str(raw)[:100]}…"
    return ValueProblem(f'Invalid pk "{make_storable(shown)}" - object does not exist.')
