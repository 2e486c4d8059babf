"""What each field of a model's GraphQL type stands for: a column, a label, a related row, a list of them."""

from __future__ import annotations

import functools
import inspect
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from conjure.conf import settings
from conjure.graphql.fields.files import absolute_file_url
from conjure.graphql.fields.kinds import FieldType, get_field_type, gives_own_objects
from conjure.graphql.fields.readers import Reader
from conjure.graphql.rows.labels import make_label
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec
from conjure.values.keys import pk_text

if TYPE_CHECKING:
    from conjure.graphql.reading.loading import Loaded

LOADED = "_conjure_loaded"
OWN_LABEL = "_conjure_label"


def loaded_of(obj: models.Model) -> Loaded:
    """What was loaded together with a row."""
    return obj.__dict__[LOADED]  # type: ignore[no-any-return]


class Binding:
    """What a field stands for; ``resolve`` gives its value for one row, for any GraphQL executor."""

    @property
    def field_name(self) -> str | None:
        """The name of the model's field that it shows something of, None where it shows none."""
        source = getattr(self, "field", None) or getattr(self, "source", None)
        return source.name if source is not None else None

    def columns(self) -> tuple[str, ...]:
        """The attnames of the columns that it reads."""
        return ()

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        """The field's value for a row that was loaded for this selection."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False)
class ColumnBinding(Binding):
    """A column, read by its type's reader."""

    field: FieldSpec
    field_type: FieldType
    reader: Reader | None

    @property
    def is_nullable(self) -> bool:
        """Whether the value may be null: also where there is no file, and where a custom field may fail to read it.

        What the tables of unmanaged models hold, and views above all, is not known.
        """
        if not self.field.field.model._meta.managed:
            return True
        own_objects = any(gives_own_objects(ancestor) for ancestor in type(self.field.value_field).__mro__)
        return self.field.null or self.field_type.is_file or own_objects

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        if self.field_type.is_file:
            return absolute_file_url(self.field, getattr(obj, self.field.attname), loaded_of(obj).context.base_url)
        value = getattr(obj, self.field.attname)
        return value if value is None or self.reader is None else self.reader(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class CompositePkBinding(Binding):
    """A composite primary key as the text that addresses the row."""

    attnames: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        return self.attnames

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        return pk_text(obj.pk)


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelBinding(Binding):
    """The row's own label."""

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        return obj.__dict__.get(OWN_LABEL) or make_label(obj)


@dataclass(frozen=True, kw_only=True, eq=False)
class DisplayBinding(Binding):
    """The label of a choice; ``method`` is set where the model has its own ``get_..._display``."""

    field: FieldSpec
    method: str | None

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        if self.method:
            value = self.call_method(obj)
        else:
            value = lookup_display(loaded_of(obj).displays[self.field.name], getattr(obj, self.field.attname))
        return None if value is None else str(value)

    def call_method(self, obj: models.Model) -> Any:
        """What the model's own method gives, or the choice's label where the method fails."""
        assert self.method is not None
        try:
            return getattr(obj, self.method)()
        except Exception:
            logging.getLogger(settings.LOGGER_NAME).warning(
                "%s() of %s %s failed.", self.method, obj._meta.label, obj.pk, exc_info=True
            )
            return lookup_display(dict(self.field.choices()), getattr(obj, self.field.attname))


def lookup_display(displays: dict[Any, str], value: Any) -> Any:
    """The label of a value, or the value itself where it is no choice."""
    try:
        return displays.get(value, value)
    except TypeError:  # An unhashable value, such as a list.
        return value


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetLabelBinding(Binding):
    """The label of the row that a foreign key points to."""

    field: FieldSpec

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        value = getattr(obj, self.field.attname)
        return None if value is None else loaded_of(obj).target_labels[self.field.name].get(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class IdsBinding(Binding):
    """The pks that a many-to-many field holds."""

    field: FieldSpec
    reader: Reader | None

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        return loaded_of(obj).ids[self.field.name].get(obj.pk, [])


@dataclass(frozen=True, kw_only=True, eq=False)
class ForwardBinding(Binding):
    """The row that a foreign key points to."""

    field: FieldSpec
    related: ModelSpec

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        value = getattr(obj, self.field.attname)
        return None if value is None else loaded_of(obj).children[info.path.key].rows.get(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class ManyBinding(Binding):
    """The rows on the other side of a many-to-many field or of a reverse relation."""

    source: FieldSpec | ReverseSpec
    related: ModelSpec

    def columns(self) -> tuple[str, ...]:
        return ()

    @property
    def is_single(self) -> bool:
        """Whether there is at most one row: the other side of a one-to-one field."""
        return isinstance(self.source, ReverseSpec) and self.source.is_single

    def resolve(self, obj: models.Model, info: Any, **arguments: Any) -> Any:
        rows = loaded_of(obj).children[info.path.key].groups.get(obj.pk, [])
        if self.is_single:
            return rows[0] if rows else None
        return rows


def bind_model(spec: ModelSpec) -> dict[str, Binding]:
    """The bindings of every field of a model's GraphQL type, by GraphQL name, in the order of the type."""
    bindings: dict[str, Binding] = {}
    if spec.has_composite_pk:
        attnames = tuple(field.attname for field in spec.pk_fields)
        bindings[spec.composite_pk_name] = CompositePkBinding(attnames=attnames)
    for field in spec.fields:
        _bind_field(spec, field, bindings)
    bindings[spec.graphql_label] = LabelBinding()
    for reverse in spec.reverse:
        related = spec.related(reverse.related_model)
        if related is not None:
            bindings[reverse.graphql_name] = ManyBinding(source=reverse, related=related)
    return bindings


def _bind_field(spec: ModelSpec, field: FieldSpec, bindings: dict[str, Binding]) -> None:
    field_type = get_field_type(field.field)
    reader = field_type.make_reader(field.value_field)
    related = spec.related(field.related_model)
    if field.is_many:
        bindings[field.graphql_name] = IdsBinding(field=field, reader=reader)
    else:
        bindings[field.graphql_name] = ColumnBinding(field=field, field_type=field_type, reader=reader)
    if field.graphql_object is not None and related is not None:
        if field.is_many:
            bindings[field.graphql_object] = ManyBinding(source=field, related=related)
        else:
            bindings[field.graphql_object] = ForwardBinding(field=field, related=related)
    if field.graphql_label is not None:
        bindings[field.graphql_label] = TargetLabelBinding(field=field)
    if field.graphql_display is not None:
        bindings[field.graphql_display] = DisplayBinding(field=field, method=_own_display_method(spec, field))


def _own_display_method(spec: ModelSpec, field: FieldSpec) -> str | None:
    name = f"get_{field.name}_display"
    declared = inspect.getattr_static(spec.model, name, None)
    return None if declared is None or isinstance(declared, functools.partialmethod) else name
