"""A column's value within a cursor: written as JSON, and read again."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models

from conjure.graphql.fields.kinds import get_field_type, gives_own_objects, parse_value
from conjure.specs.fields import is_secret
from conjure.specs.origins import is_django_code
from conjure.values.json_writer import JSONWriter
from conjure.values.sources import QUERY_STRING, ValueProblem

_COMPARABLE = {"text", "number", "boolean", "uuid", "date", "datetime", "time", "duration"}


class CannotPageError(ValueError):
    """An order in which no place can be named by values."""


def can_compare(field: models.Field[Any, Any]) -> bool:
    """Whether values of the field have an order, so that rows can be paged by them, and may stand in a cursor."""
    return get_field_type(field).lookups in _COMPARABLE and not is_secret(field)


def reads_none_of_its_own(field: models.Field[Any, Any]) -> bool:
    """Whether a third party's code makes the values of a field, so that None need not mean NULL in the column."""
    return any(gives_own_objects(each) for each in type(field).__mro__) or not is_django_code(field.descriptor_class)


def write_cursor_value(field: models.Field[Any, Any], value: Any) -> Any:
    """The value as JSON. Raise CannotPageError where it has no form that ``parse_cursor_value`` reads again."""
    try:
        return _writer.write(value)
    except _NoTextError:
        prepared = field.get_prep_value(value)
        if type(prepared) is type(value):
            raise CannotPageError(f"Values of {field.name} have no text to page by.") from None
        return write_cursor_value(field, prepared)


def parse_cursor_value(field: models.Field[Any, Any], value: Any) -> Any:
    """The value of a field that stands in a cursor. Raise ValueProblem for one that was never written there."""
    if value is None:
        return None
    if not isinstance(value, str | int | float):
        raise ValueProblem("This is not a cursor.")
    return parse_value(field, value, QUERY_STRING)


class _NoTextError(ValueError):
    """A value that has no text of its own."""


def _refuse(value: Any = None) -> Any:
    raise _NoTextError


_writer = JSONWriter(
    write_datetime=datetime.datetime.isoformat,
    write_file=lambda file: file.name,
    write_bytes=_refuse,
    write_infinite=_refuse,
    write_too_deep=_refuse,
    write_unknown=_refuse,
    max_depth=0,
)
