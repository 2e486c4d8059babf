"""The values of computed columns as they are shown: one that cannot be computed is null, and costs no row."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from conjure.conf import settings
from conjure.graphql.fields.kinds import FieldType, get_field_type
from conjure.graphql.fields.readers import Reader
from conjure.graphql.fields.shown import fit_shown
from conjure.orm.unreadable import is_of_database
from conjure.specs.computed import ComputedSpec


@dataclass(frozen=True, kw_only=True, eq=False)
class ComputedColumn:
    """A computed column with the reader of its values."""

    computed: ComputedSpec
    field_type: FieldType
    reader: Reader | None

    @property
    def key(self) -> str:
        """The name under which a row holds the value once it is computed."""
        return f"_conjure_computed_{self.computed.name}"

    def show(self, obj: models.Model) -> Any:
        """The value of a row as JSON; null where it fails. Raise what the database raises."""
        try:
            value = self.computed.compute(obj)
            if value is None or value == "":
                value = self.computed.empty_value if self.field_type.scalar is str else None
            if value is None:
                return None
            if self.field_type.scalar is str:
                return str(value)
            return fit_shown(self.field_type, value if self.reader is None else self.reader(value))
        except Exception as error:  # The project's own code.
            if is_of_database(error):
                raise
            # Neither the value nor what the exception says of it: it may be secret.
            name, problem = f"{obj._meta.label}.{self.computed.name}", type(error).__name__
            logging.getLogger(settings.LOGGER_NAME).warning("%s of row %s cannot be shown: %s.", name, obj.pk, problem)
            return None


def make_computed(computed: ComputedSpec) -> ComputedColumn:
    """The column of a computed column's spec."""
    field_type = get_field_type(computed.field)
    return ComputedColumn(computed=computed, field_type=field_type, reader=field_type.make_reader(computed.field))


def hold_computed(column: ComputedColumn, objs: Sequence[models.Model], values: Sequence[Any]) -> None:
    """Keep the values on their rows."""
    for obj, value in zip(objs, values, strict=True):
        obj.__dict__[column.key] = value
