"""Object types: one strawberry-django type for each model, and the type of its lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.reading.bindings import (
    Binding,
    ColumnBinding,
    CompositePkBinding,
    ComputedBinding,
    ForwardBinding,
    IdsBinding,
    ManyBinding,
    VersionBinding,
    bind_model,
)
from conjure.graphql.types.declare import add_fields, make_field, make_model_type, make_object_type
from conjure.graphql.types.inputs import InputTypes
from conjure.specs.models import ModelSpec, SpecSet


@strawberry.type(name="OffsetPaginationInfo", description="Which slice of a list this is.")
class OffsetPageInfo:
    """``page`` counts pages of ``limit`` rows from 1."""

    offset: int
    limit: int
    page: int


@strawberry.type(name="ConjureOption", description="One choice of a combobox.")
class Option:
    """A row's pk and its label."""

    value: scalars.JSONValue
    label: str


@strawberry.type(name="ConjureOptions", description="A page of choices for a combobox.")
class Options:
    """Twenty choices, and whether there are more."""

    results: list[Option]
    has_more: bool


@strawberry.type(
    name="ConjureRelatedCount",
    description="How many rows of one model are deleted too, or protect a row from its delete.",
)
class RelatedCount:
    """A model with the number of its rows."""

    model: str
    verbose_name: str
    count: int


@strawberry.type(
    name="ConjureRelated", description="What a delete would also delete, and what protects the row from it."
)
class Related:
    """Counts by model: of rows that would be deleted as well, and of rows that stop the delete."""

    related: list[RelatedCount]
    protected: list[RelatedCount]


class ObjectTypes:
    """The object types of one schema, and what each field of a row reads."""

    def __init__(self, specs: SpecSet, inputs: InputTypes) -> None:
        self.inputs = inputs
        # Resolvers of types that are declared with their root fields, by type name and field name.
        self.resolvers: dict[str, dict[str, Callable[..., Any]]] = {}
        self.rows = {
            spec.key: make_model_type(spec.type_name, spec.model, description=spec.verbose_name) for spec in specs
        }
        self.lists = {spec.key: make_object_type(spec.types["list"]) for spec in specs}
        self.bindings: dict[str, dict[str, Binding]] = {spec.type_name: bind_model(spec) for spec in specs}
        for spec in specs:
            add_fields(self.rows[spec.key], self._row_fields(spec))
            add_fields(self.lists[spec.key], self._list_fields(spec))

    def _row_fields(self, spec: ModelSpec) -> list[Any]:
        fields = []
        for name, binding in self.bindings[spec.type_name].items():
            arguments = (
                self.inputs.list_arguments(binding.related)
                if isinstance(binding, ManyBinding) and not binding.is_single
                else None
            )
            fields.append(
                make_field(name, self._type_of(binding), arguments=arguments, description=_description(binding))
            )
        return fields

    def _list_fields(self, spec: ModelSpec) -> list[Any]:
        row = self.rows[spec.key]
        return [
            make_field("totalCount", int | None, description="How many rows there are in all pages."),
            make_field("pageInfo", OffsetPageInfo),
            make_field("results", list[row]),  # type: ignore[valid-type]
        ]

    def _type_of(self, binding: Binding) -> Any:
        match binding:
            case ColumnBinding():
                scalar = binding.field_type.scalar
                return scalar | None if binding.is_nullable else scalar
            case ComputedBinding():
                return binding.column.field_type.scalar | None
            case IdsBinding():
                return list[get_field_type(binding.field.field).scalar]  # type: ignore[misc]
            case ForwardBinding():
                return self.rows[binding.related.key] | None
            case ManyBinding():
                row: Any = self.rows[binding.related.key]
                return row | None if binding.is_single else list[row]
            case CompositePkBinding() | VersionBinding():
                return str
        return str | None


def _description(binding: Binding) -> str | None:
    if isinstance(binding, ColumnBinding):
        return str(binding.field.field.help_text) or None
    if isinstance(binding, VersionBinding):
        return "The row's version, to be named as expectedVersion."
    return None
