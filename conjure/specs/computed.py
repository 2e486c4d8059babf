"""Computed columns: methods and properties that a config names beside fields, each described once."""

from __future__ import annotations

import datetime
import functools
import inspect
import types
import typing
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.expressions import Combinable, OrderBy
from django.utils.text import capfirst

from conjure.options import AdminConfig
from conjure.specs.names import NameAllocator, to_camel_case

_FIELDS: dict[Any, Callable[[], models.Field[Any, Any]]] = {
    bool: models.BooleanField,
    int: models.BigIntegerField,
    float: models.FloatField,
    Decimal: models.DecimalField,
    datetime.datetime: models.DateTimeField,
    datetime.date: models.DateField,
    datetime.time: models.TimeField,
    datetime.timedelta: models.DurationField,
    uuid.UUID: models.UUIDField,
    dict: models.JSONField,
    list: models.JSONField,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class ComputedSpec:
    """A column that Python computes. ``field`` is a field, of no model, of the type that its values have.

    ``hidden_by`` are the excluded names that hide the column; ``ordering`` is what its order means, None where rows
    cannot be put in its order.
    """

    name: str
    graphql_name: str
    field: models.Field[Any, Any]
    compute: Callable[[Any], Any]
    label: Any
    ordering: str | OrderBy | Combinable | None
    empty_value: Any
    hidden_by: frozenset[str]

    @property
    def verbose_name(self) -> str:
        """The column's name for people."""
        return str(self.label)


def build_computed(
    config: AdminConfig, excluded: frozenset[str], taken: set[str], names: NameAllocator
) -> Iterator[ComputedSpec]:
    """The computed columns of a config. ``taken`` are the names of what rows have besides."""
    declared = dict.fromkeys((*(config.list_display or ()), *config.readonly_fields))
    for name in declared:
        if name in taken or name in excluded:
            continue
        found = _find(config, name)
        if found is None:
            continue
        hidden_by = frozenset({name, *_shown_choices(config.model, name)})
        if hidden_by & excluded:
            continue
        function, compute = found
        yield ComputedSpec(
            name=name,
            graphql_name=names.take(to_camel_case(name)),
            field=_FIELDS.get(_type_of(function), models.TextField)(),
            compute=compute,
            label=getattr(function, "short_description", None) or capfirst(name.replace("_", " ")),
            ordering=getattr(function, "admin_order_field", None),
            empty_value=getattr(function, "empty_value_display", None),
            hidden_by=hidden_by,
        )


def _find(config: AdminConfig, name: str) -> tuple[Any, Callable[[Any], Any]] | None:
    """The function behind a name, which bears what ``@display`` was told, and what computes the value of a row."""
    if hasattr(config, name) and not hasattr(AdminConfig, name):
        method = getattr(config, name)
        return (method, method) if callable(method) else None
    attribute = inspect.getattr_static(config.model, name, None)
    if isinstance(attribute, property):
        return attribute.fget, lambda obj: getattr(obj, name)
    if isinstance(attribute, functools.cached_property) or hasattr(attribute, "real_func"):
        function = getattr(attribute, "func", None) or attribute.real_func
        return function, lambda obj: getattr(obj, name)
    is_method = inspect.isfunction(attribute) or isinstance(attribute, functools.partialmethod)
    # What changes data, as ``delete`` does, is never called for a list. Templates refuse it too.
    if is_method and not getattr(attribute, "alters_data", False):
        return attribute, lambda obj: getattr(obj, name)()
    return None


def _shown_choices(model: type[models.Model], name: str) -> set[str]:
    """The field whose choice a method such as ``get_status_display`` shows."""
    return {field.name for field in model._meta.concrete_fields if name == f"get_{field.name}_display"}


def _type_of(function: Any) -> Any:
    """The type of a function's values, str where it does not say, ``None`` beside it left out."""
    if getattr(function, "boolean", False):
        return bool
    try:
        hint = typing.get_type_hints(function).get("return")
    except Exception:  # noqa: BLE001 - annotations of the project that only a type checker can read
        return str
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        members = [member for member in typing.get_args(hint) if member is not types.NoneType]
        hint = members[0] if len(members) == 1 else str
    return typing.get_origin(hint) or hint
