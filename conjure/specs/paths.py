"""Paths across relations, such as ``customer__tier``, followed over the models as the ORM follows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.constants import LOOKUP_SEP


class Step(NamedTuple):
    """One part of a path: the field or relation of that name on the model that the path has come to."""

    name: str
    model: type[models.Model]
    field: Any


def walk_path(model: type[models.Model], path: str) -> tuple[list[Step], list[str]]:
    """The fields along a path, and the parts that are left where one of them is not a field of the model."""
    steps: list[Step] = []
    current: type[models.Model] | None = model
    parts = path.split(LOOKUP_SEP)
    for position, part in enumerate(parts):
        field = None if current is None else find_field(current, part)
        if current is None or field is None:
            return steps, parts[position:]
        steps.append(Step(part, current, field))
        current = field.related_model if field.is_relation else None
    return steps, []


def find_field(model: type[models.Model], name: str) -> Any:
    """The field or relation that queries on the model know by that name, or None; ``pk`` is one."""
    if name == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
