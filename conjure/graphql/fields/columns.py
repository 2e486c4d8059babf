"""A column's value in a write: what stands for nothing, and what is ready to be set on a row."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.files import FileField

from conjure.audit.diffs import diff_values
from conjure.graphql.fields.keys import parse_target_key
from conjure.graphql.fields.kinds import parse_value
from conjure.graphql.fields.readers import column_value, held_value
from conjure.specs.fields import FieldSpec
from conjure.specs.origins import is_django_code
from conjure.values.snapshots import take_snapshot
from conjure.values.sources import Source, ValueProblem


def is_empty(raw: Any) -> bool:
    """Whether the raw value stands for what a user left empty."""
    return raw is None or (isinstance(raw, str) and raw == "")


def is_text(field: models.Field[Any, Any]) -> bool:
    """Whether ``""`` is a value of the field, not the lack of one."""
    return isinstance(field, models.CharField | models.TextField | models.FilePathField)


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


def require_choice(field: FieldSpec, value: Any) -> None:
    """Raise ValueProblem for a value that is none of the choices, which Django validates of editable fields only."""
    choices = field.choices()
    if choices and value not in [choice for choice, _ in choices]:
        raise ValueProblem(str(field.field.error_messages["invalid_choice"]) % {"value": value})


def set_column(obj: models.Model, model_field: Any, value: Any) -> bool:
    """Set a value on a row; False where the field refuses even the value that is there, which is left alone then.

    So does the field of a state that only transitions change. Raise ValueProblem for a value that cannot be set.
    """
    try:
        setattr(obj, model_field.attname, value)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except Exception:  # noqa: BLE001 - a third party's descriptor
        if is_same(model_field, obj, value):
            return False
        raise ValueProblem("This field cannot be set to this value.") from None
    return True


def is_same(model_field: Any, obj: models.Model, value: Any) -> bool:
    """Whether a row has a value already."""
    current = held_value(obj, model_field.attname)
    if isinstance(model_field, FileField):
        return not current and value == ""
    old, new = take_snapshot(column_value(model_field, current)), take_snapshot(value)
    return not diff_values({"": old}, {"": new}) or is_equal_in_database(model_field, old, new)


def is_equal_in_database(model_field: Any, old: Any, new: Any) -> bool:
    """Whether two values of a custom field, which may not compare as equal in Python, are stored alike."""
    if is_django_code(type(model_field)):
        return False
    try:
        return bool(model_field.get_prep_value(old) == model_field.get_prep_value(new))
    except Exception:  # noqa: BLE001 - a custom field may raise anything; then the values count as different
        return False
