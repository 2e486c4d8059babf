"""Aggregates in GraphQL: the types of a model's groups, and the root field that gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import strawberry
from strawberry_django.ordering import Ordering

from conjure.graphql.aggregates.groups import COMPARISONS, DatePart, Function, can_group, can_sum
from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.resolvers.aggregates import (
    NUMBERS,
    VALUES,
    make_display_resolver,
    make_label_resolver,
    make_number_resolver,
    make_part_resolver,
    make_value_resolver,
    resolve_aggregate,
    resolve_count,
    resolve_count_distinct,
)
from conjure.graphql.types.declare import (
    RootField,
    add_fields,
    make_enum,
    make_field,
    make_input_type,
    make_object_type,
)
from conjure.graphql.types.inputs import PaginationInput
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.models import ModelSpec

strawberry.enum(DatePart, name="ConjureDatePart", description="A period; weeks begin on Monday.")
strawberry.enum(Function, name="ConjureFunction", description="What is computed over the rows of a group.")

Resolvers = dict[str, Callable[..., Any]]

_AVERAGES = {int: float, scalars.BigInt: float}
_SUMS = {int: scalars.BigInt}


def aggregate_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    """The root field that gives aggregates of a model's rows, where it has a field to group them by."""
    fields = {field.graphql_name: field for field in spec.fields if can_group(field)}
    names = {f"{name}_" if name in ("true", "false", "null") else name: field for name, field in fields.items()}
    if not names:
        return
    choice: Any = make_enum(spec.types["field"], names)
    group = _declare_group(spec, types, choice)
    inputs = _declare_inputs(spec, choice)
    filters: Any = types.inputs.filters[spec.key]
    yield RootField(
        name=spec.roots["aggregate"],
        type=list[group],  # type: ignore[valid-type]
        arguments={
            "filters": filters | None,
            "search": str | None,
            **inputs,
            "pagination": PaginationInput | None,
        },
        resolve=lambda root, info, **arguments: resolve_aggregate(spec, names, info, arguments),
        description=f"Counts, sums, averages and extremes of the {spec.verbose_name_plural}, by group.",
    )


def _declare_inputs(spec: ModelSpec, choice: Any) -> dict[str, Any]:
    group_by: Any = make_input_type(spec.types["group_by"])
    add_fields(group_by, [make_field("field", choice), make_field("part", DatePart | None)])
    having: Any = make_input_type(spec.types["having"], "A condition on a measure of a group; all of them must hold.")
    measure = [make_field("function", Function | None), make_field("field", choice | None)]
    operands = [make_field(name, scalars.JSONValue | None) for name in COMPARISONS]
    add_fields(having, [*measure, *operands])
    order: Any = make_input_type(spec.types["group_order"], "By a measure; without a function, by a key.")
    add_fields(order, [*measure, make_field("direction", Ordering | None)])
    return {"groupBy": list[group_by] | None, "having": list[having] | None, "ordering": list[order] | None}


def _declare_group(spec: ModelSpec, types: ObjectTypes, choice: Any) -> Any:
    group: Any = make_object_type(spec.types["group"])
    values = _declare_values(spec, types)
    fields = [
        make_field("key", values, description="The values that the rows of the group share."),
        make_field("count", int),
        make_field("countDistinct", int, arguments={"field": choice}),
        make_field("min", values),
        make_field("max", values),
    ]
    if any(can_sum(field) for field in spec.fields):
        for name, kind, scalars_of in (("sum", "sums", _SUMS), ("avg", "averages", _AVERAGES)):
            fields.append(make_field(name, _declare_numbers(spec, types, kind, scalars_of)))
    add_fields(group, fields)
    resolvers: Resolvers = {"count": resolve_count, "countDistinct": resolve_count_distinct}
    for name in (*VALUES, *NUMBERS):
        resolvers[name] = make_part_resolver(name)
    types.resolvers[spec.types["group"]] = {f.python_name: resolvers[f.python_name] for f in fields}
    return group


def _declare_numbers(spec: ModelSpec, types: ObjectTypes, kind: str, scalars_of: Mapping[Any, Any]) -> Any:
    numbers: Any = make_object_type(spec.types[kind])
    summed = [field for field in spec.fields if can_sum(field)]
    kinds = {
        field: scalars_of.get(scalar, scalar) for field in summed for scalar in (get_field_type(field.field).scalar,)
    }
    add_fields(numbers, [make_field(field.graphql_name, kinds[field] | None) for field in summed])
    types.resolvers[spec.types[kind]] = {field.graphql_name: make_number_resolver(field) for field in summed}
    return numbers


def _declare_values(spec: ModelSpec, types: ObjectTypes) -> Any:
    values: Any = make_object_type(spec.types["values"])
    fields, resolvers = [], {}
    for field in spec.fields:
        if not can_group(field):
            continue
        fields.append(make_field(field.graphql_name, get_field_type(field.field).scalar | None))
        resolvers[field.graphql_name] = make_value_resolver(field)
        if field.graphql_label is not None:
            fields.append(make_field(field.graphql_label, str | None))
            resolvers[field.graphql_label] = make_label_resolver(field)
        if field.graphql_display is not None:
            fields.append(make_field(field.graphql_display, str | None))
            resolvers[field.graphql_display] = make_display_resolver(field)
    add_fields(values, fields)
    types.resolvers[spec.types["values"]] = resolvers
    return values
