"""A column's value in a write: what stands for nothing, and what is ready to be set on a row."""

from __future__ import annotations

from typing import Any

from django.db import models

from conjure.graphql.fields.keys import parse_target_key
from conjure.graphql.fields.kinds import parse_value
from conjure.specs.fields import FieldSpec
from conjure.values.sources import Source, ValueProblem


def is_empty(raw: Any) -> bool:
    """Whether the raw value stands for what a user left empty."""
    return raw is None or (isinstance(raw, str) and raw == "")


def is_text(field: models.Field[Any, Any]) -> bool:
    """Whether ``""`` is a value of the field, not the lack of one."""
    return isinstance(field, models.CharField | models.TextField)


def parse_empty(field: FieldSpec, raw: Any, source: Source) -> Any:
    """What null or ``""`` means for a column. Raise ValueProblem where it must hold something."""
    model_field: Any = field.field
    if isinstance(model_field, models.FileField):
        if model_field.blank or model_field.null:
            return ""
        raise ValueProblem(str(model_field.error_messages["blank"]))
    if is_text(model_field):
        if raw == "" and not (source.blank_is_null and model_field.null):
            return raw
        if not model_field.null and model_field.blank:
            return ""
    if model_field.null:
        return None
    raise ValueProblem(str(model_field.error_messages["null"]))


def parse_column(field: FieldSpec, raw: Any, source: Source) -> Any:
    """The Python value of a column, ready to be set on a row. Raise ValueProblem for one that it cannot take."""
    if field.is_foreign_key:
        return parse_target_key(field.value_field, raw)
    return parse_value(field.value_field, raw, source)
