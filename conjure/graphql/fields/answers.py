"""What a project's own functions return, written as JSON as the values of rows are."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File

from conjure.graphql.fields.files import file_url
from conjure.graphql.fields.readers import read_datetime
from conjure.values.json_writer import JSONWriter

_MAX_DEPTH = 50


def write_answer(value: Any) -> Any:
    """The value with dates, decimals and the like as strings, rows as their keys and any iterable as a list.

    NaN and the infinities, which JSON does not have, become null. Raise TypeError for bytes, for objects that have no
    text of their own, and for anything that is nested more than 50 levels deep.
    """
    return _writer.write(value)


def _write_file(file: File[Any]) -> str | None:
    field = getattr(file, "field", None)
    return file.name if field is None else file_url(field, file)


def _refuse_bytes(value: Any) -> Any:
    raise TypeError("JSON cannot hold bytes.")


def _write_as_text(value: Any) -> str:
    kind: Any = type(value)
    if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        raise TypeError(f"JSON cannot hold an object of the class {type(value).__name__}.")
    return str(value)


def _refuse_depth() -> Any:
    raise TypeError(f"JSON may not be nested more than {_MAX_DEPTH} levels deep.")


_writer = JSONWriter(
    write_datetime=read_datetime,
    write_file=_write_file,
    write_bytes=_refuse_bytes,
    write_unknown=_write_as_text,
    write_infinite=lambda value: None,
    write_too_deep=_refuse_depth,
    max_depth=_MAX_DEPTH,
    takes_any_iterable=True,
)
