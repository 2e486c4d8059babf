"""Bindings: what each field of a model's GraphQL type reads: a column, a label, a related row, a list of them."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass

from conjure.graphql.fields.computed import ComputedColumn, make_computed
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.fields.readers import Reader
from conjure.graphql.fields.shown import Column
from conjure.graphql.rows.links import link_table
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec


class Binding:
    """What a field of a row type reads. ``values`` reads it of one row, ``completion`` of many rows at once."""

    @property
    def source_spec(self) -> FieldSpec | ReverseSpec | None:
        """The model's field or reverse relation that it reads, None where it reads none."""
        return getattr(self, "field", None) or getattr(self, "source", None)

    def columns(self) -> tuple[str, ...]:
        """The attnames of the columns that it reads."""
        return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class ColumnBinding(Column, Binding):
    """A column, read by its type's reader."""

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)


@dataclass(frozen=True, kw_only=True, eq=False)
class ComputedBinding(Binding):
    """A computed column: what it reads is learned, as it is of labels."""

    column: ComputedColumn


@dataclass(frozen=True, kw_only=True, eq=False)
class CompositePkBinding(Binding):
    """A composite primary key as the text that addresses the row."""

    attnames: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        return self.attnames


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelBinding(Binding):
    """The row's own label."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VersionBinding(Binding):
    """The row's version, which changes whenever something changes that the user may see of the row."""

    spec: ModelSpec

    def columns(self) -> tuple[str, ...]:
        links = (link_table(field).here_key for field in self.spec.many)
        return (*(field.attname for field in self.spec.columns), *links)


@dataclass(frozen=True, kw_only=True, eq=False)
class DisplayBinding(Binding):
    """The label of a choice; ``method`` is set where the model has its own ``get_..._display``."""

    field: FieldSpec
    method: str | None

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetLabelBinding(Binding):
    """The label of the row that a foreign key points to."""

    field: FieldSpec

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)


@dataclass(frozen=True, kw_only=True, eq=False)
class IdsBinding(Binding):
    """The pks that a many-to-many field holds."""

    field: FieldSpec
    reader: Reader | None

    def columns(self) -> tuple[str, ...]:
        return (link_table(self.field).here_key,)


@dataclass(frozen=True, kw_only=True, eq=False)
class ForwardBinding(Binding):
    """The row that a foreign key points to."""

    field: FieldSpec
    related: ModelSpec

    def columns(self) -> tuple[str, ...]:
        return (self.field.attname,)


@dataclass(frozen=True, kw_only=True, eq=False)
class ManyBinding(Binding):
    """The rows on the other side of a many-to-many field or of a reverse relation."""

    source: FieldSpec | ReverseSpec
    related: ModelSpec

    @property
    def is_single(self) -> bool:
        """Whether there is at most one row: the other side of a one-to-one field."""
        return isinstance(self.source, ReverseSpec) and self.source.is_single

    def columns(self) -> tuple[str, ...]:
        """The column that the relation starts from: not every foreign key points to the primary key."""
        if isinstance(self.source, ReverseSpec) and not self.source.is_many_to_many:
            return (self.source.relation.field.target_field.attname,)
        return (link_table(self.source).here_key,)


def bind_model(spec: ModelSpec) -> dict[str, Binding]:
    """The bindings of every field of a model's GraphQL type, by GraphQL name, in the order of the type."""
    bindings: dict[str, Binding] = {}
    if spec.has_composite_pk:
        attnames = tuple(field.attname for field in spec.pk_fields)
        bindings[spec.composite_pk_name] = CompositePkBinding(attnames=attnames)
    for field in spec.fields:
        _bind_field(spec, field, bindings)
    for computed in spec.computed:
        bindings[computed.graphql_name] = ComputedBinding(column=make_computed(computed))
    bindings[spec.graphql_label] = LabelBinding()
    bindings[spec.graphql_version] = VersionBinding(spec=spec)
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
