"""The value of one field of one row, for any GraphQL executor. ``completion`` gives the same for many rows at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import models

from conjure.conf import settings
from conjure.graphql.fields.readers import held_value
from conjure.graphql.fields.shown import shown_of
from conjure.graphql.reading.bindings import (
    Binding,
    ColumnBinding,
    CompositePkBinding,
    ComputedBinding,
    DisplayBinding,
    ForwardBinding,
    IdsBinding,
    LabelBinding,
    ManyBinding,
    TargetLabelBinding,
    VersionBinding,
)
from conjure.graphql.reading.loaded import OWN_LABEL, LoadedData, loaded_of
from conjure.graphql.rows.labels import make_label
from conjure.graphql.writes.versions import make_version
from conjure.values.keys import pk_text


def make_resolver(binding: Binding) -> Callable[..., Any]:
    """The GraphQL resolver of a field of a row type."""
    return lambda obj, info, **arguments: read_value(binding, obj, info.path.key)


def read_value(binding: Binding, obj: models.Model, key: str | int = "") -> Any:
    """The value of a field of a row that was loaded for a selection; ``key`` is the field's name in the response."""
    match binding:
        case ColumnBinding():
            return _read_column(binding, obj)
        case CompositePkBinding():
            return pk_text(obj.pk)
        case ComputedBinding():
            return obj.__dict__[binding.column.key]
        case LabelBinding():
            return obj.__dict__.get(OWN_LABEL) or make_label(obj)
        case VersionBinding():
            return read_version(binding, obj, loaded_of(obj))
        case DisplayBinding():
            return _read_display(binding, obj)
        case TargetLabelBinding():
            value = held_value(obj, binding.field.attname)
            return None if value is None else loaded_of(obj).target_labels[binding.field.name].get(value)
        case IdsBinding():
            return loaded_of(obj).ids[binding.field.name].get(obj.pk, [])
        case ForwardBinding():
            value = held_value(obj, binding.field.attname)
            return None if value is None else loaded_of(obj).children[str(key)].find(value)
        case ManyBinding():
            rows = loaded_of(obj).children[str(key)].find_all(obj.pk)
            if binding.is_single:
                return rows[0] if rows else None
            return rows
    raise TypeError(f"{binding!r} cannot be read.")


def read_version(binding: VersionBinding, obj: models.Model, loaded: LoadedData) -> str:
    """The version of a row that was loaded with all its columns and many-to-many fields."""
    links = {name: keys.get(obj.pk, []) for name, keys in loaded.ids.items()}
    return make_version(loaded.context, binding.spec, obj, links)


def _read_column(binding: ColumnBinding, obj: models.Model) -> Any:
    return shown_of(binding, obj, loaded_of(obj).context.base_url if binding.field_type.is_file else "")


def _read_display(binding: DisplayBinding, obj: models.Model) -> Any:
    if binding.method:
        value = call_display_method(binding, obj)
    else:
        value = lookup_display(loaded_of(obj).displays[binding.field.name], held_value(obj, binding.field.attname))
    return None if value is None else str(value)


def call_display_method(binding: DisplayBinding, obj: models.Model) -> Any:
    """What the model's own ``get_..._display`` gives, or the choice's label where the method fails."""
    assert binding.method is not None
    try:
        return getattr(obj, binding.method)()
    except Exception:  # The project's own method.
        logging.getLogger(settings.LOGGER_NAME).warning(
            "%s() of %s %s failed.", binding.method, obj._meta.label, obj.pk, exc_info=True
        )
        return lookup_display(dict(binding.field.choices()), held_value(obj, binding.field.attname))


def lookup_display(displays: dict[Any, str], value: Any) -> Any:
    """The label of a value, or the value itself where it is not a choice."""
    try:
        return displays.get(value, value)
    except TypeError:  # An unhashable value, such as a list.
        return value
