"""The columns of rows as they are shown: a value that cannot be is null, with a line in the log, and costs no row."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models

from conjure.conf import settings
from conjure.graphql.fields import scalars
from conjure.graphql.fields.files import absolute_file_url
from conjure.graphql.fields.kinds import FieldType, get_field_type, gives_own_objects
from conjure.graphql.fields.readers import Reader
from conjure.orm.unreadable import is_of_database
from conjure.specs.fields import FieldSpec
from conjure.specs.origins import is_django_code


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """A column with the reader of its values.

    What a table holds is not always what the field says: SQLite keeps texts in columns of numbers, tables are older
    than their models, a custom field may fail to read what another version of it wrote, a storage may be away.
    """

    field: FieldSpec
    field_type: FieldType
    reader: Reader | None

    @cached_property
    def is_nullable(self) -> bool:
        """Whether GraphQL declares that the value may be null.

        All but keys, texts and Booleans may, since a value that cannot be shown is null and must not cost the row,
        and the list, that it stands in. Any text can be shown, and whatever a column of Booleans holds is one.
        """
        model_field: Any = self.field.value_field
        if not self.field.field.model._meta.managed:
            return True
        if self.field.is_pk:
            return False
        if self.field.null or self.field_type.is_file:
            return True
        if self.field_type.scalar not in _EMPTY or self.field.field.generated:
            return True
        own_objects = any(gives_own_objects(ancestor) for ancestor in type(model_field).__mro__)
        return own_objects or not is_django_code(model_field.descriptor_class)

    def read(self, value: Any, base_url: str = "") -> Any:
        """The value as JSON, files as URLs. Raise anything for one that cannot be shown."""
        if self.field_type.is_file:
            return absolute_file_url(self.field, value, base_url)
        if value is None:
            return None
        shown = value if self.reader is None else self.reader(value)
        return fit_shown(self.field_type, shown)

    def show(self, value: Any, pk: Any = None, base_url: str = "") -> Any:
        """The value as JSON; one that cannot be shown, and is not a key, is null or, where GraphQL has none, empty."""
        try:
            shown = self.read(value, base_url)
        except Exception as error:  # noqa: BLE001 - a third party's reader, or a storage
            self.note_unshown(error, pk)
            shown = None
        return shown if shown is not None or self.is_nullable else _EMPTY[self.field_type.scalar]

    def note_unshown(self, error: Exception, pk: Any) -> None:
        """Log that a value cannot be shown. Raise the error for a key, and where the database raised it."""
        if self.field.is_pk or is_of_database(error):
            raise error
        # Neither the value nor what the exception says of it: it may be secret.
        name, problem = f"{self.field.field.model._meta.label}.{self.field.name}", type(error).__name__
        logging.getLogger(settings.LOGGER_NAME).warning("%s of row %s cannot be shown: %s.", name, pk, problem)


def make_column(field: FieldSpec) -> Column:
    """The column of a field."""
    field_type = get_field_type(field.field)
    return Column(field=field, field_type=field_type, reader=field_type.make_reader(field.value_field))


def shown_of(column: Column, obj: models.Model, base_url: str = "") -> Any:
    """What is shown of a row in a column."""
    try:
        value = getattr(obj, column.field.attname)
    except Exception as error:  # noqa: BLE001 - a third party's descriptor
        column.note_unshown(error, obj.pk)
        value = None
    return column.show(value, obj.pk, base_url)


def fit_shown(field_type: FieldType, value: Any) -> Any:
    """A value as its scalar has it. Raise ValueError or TypeError for one that does not fit."""
    fit = _FIT.get(field_type.scalar)
    return value if fit is None or value is None else fit(value)


def _fit_whole(value: Any) -> int:
    """A whole number, however large. Raise ValueError or TypeError for anything else."""
    number = int(value)
    if number != value and not isinstance(value, str):
        raise ValueError("This is not a whole number.")
    return number


def _fit_finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("This is not a finite number.")
    return number


def _fit_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):  # SQLite keeps them in columns of texts.
        return value.decode(errors="replace")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return str(value)
    raise TypeError("This is not a text.")


def _fit_truth(value: Any) -> bool:
    if not isinstance(value, bool | int):
        raise TypeError("This is not a Boolean.")
    return bool(value)


def _fit_json(value: Any) -> Any:
    """JSON without the numbers that it does not have, which are null in answers."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _fit_json(item) for key, item in value.items()}
    return [_fit_json(item) for item in value] if isinstance(value, list) else value


# What values of GraphQL's own scalars are; those of the others are JSON-ready once they are read.
_FIT: dict[Any, Callable[[Any], Any]] = {
    int: _fit_whole,
    scalars.BigInt: _fit_whole,
    float: _fit_finite,
    str: _fit_text,
    bool: _fit_truth,
    scalars.JSONValue: _fit_json,
}
_EMPTY: dict[Any, Any] = {str: "", bool: False}
