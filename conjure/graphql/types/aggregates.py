"""The types of aggregates: a model's groups with their keys, extremes and sums, and the inputs that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry_django.ordering import Ordering

from conjure.graphql.aggregates.groups import COMPARISONS, DatePart, Function, can_group, can_sum
from conjure.graphql.fields import scalars
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.types.declare import add_fields, make_enum, make_field, make_input_type, make_object_type
from conjure.graphql.types.inputs import PaginationInput
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

strawberry.enum(DatePart, name="ConjureDatePart", description="A period; weeks begin on Monday.")
strawberry.enum(Function, name="ConjureFunction", description="What is computed over the rows of a group.")

_AVERAGES = {int: float, scalars.BigInt: float}
_SUMS = {int: scalars.BigInt}
# GraphQL does not allow these as the names of enum values.
_NOT_ENUM_VALUES = ("true", "false", "null")


@dataclass(frozen=True, kw_only=True)
class AggregateTypes:
    """What is declared for the aggregates of one model: the type of a group, and the arguments of the root field.

    ``fields`` are the fields that the enum of the arguments names.
    """

    group: Any
    arguments: Mapping[str, Any]
    fields: Mapping[str, FieldSpec]


def declare_aggregates(spec: ModelSpec, types: ObjectTypes) -> AggregateTypes | None:
    """Declare the aggregates of a model; None where it has no field to group its rows by."""
    fields = {enum_value(field): field for field in spec.fields if can_group(field)}
    if not fields:
        return None
    choice: Any = make_enum(spec.types["field"], fields)
    filters: Any = types.inputs.filters[spec.key]
    group = _declare_group(spec, choice)
    arguments = {
        "filters": filters | None,
        "search": str | None,
        **_declare_inputs(spec, choice),
        "pagination": PaginationInput | None,
    }
    return AggregateTypes(group=group, arguments=arguments, fields=fields)


def enum_value(field: FieldSpec) -> str:
    """What a field is called among the values of an enum, which cannot be ``true``, ``false`` or ``null``."""
    return f"{field.graphql_name}_" if field.graphql_name in _NOT_ENUM_VALUES else field.graphql_name


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


def _declare_group(spec: ModelSpec, choice: Any) -> Any:
    group: Any = make_object_type(spec.types["group"])
    values = _declare_values(spec)
    fields = [
        make_field("key", values, description="The values that the rows of the group share."),
        make_field("count", int),
        make_field("countDistinct", int, arguments={"field": choice}),
        make_field("min", values),
        make_field("max", values),
    ]
    if any(can_sum(field) for field in spec.fields):
        fields.append(make_field("sum", _declare_numbers(spec, "sums", _SUMS)))
        fields.append(make_field("avg", _declare_numbers(spec, "averages", _AVERAGES)))
    add_fields(group, fields)
    return group


def _declare_numbers(spec: ModelSpec, kind: str, scalar_of_result: Mapping[Any, Any]) -> Any:
    numbers: Any = make_object_type(spec.types[kind])
    fields = []
    for field in spec.fields:
        if can_sum(field):
            scalar = get_field_type(field.field).scalar
            fields.append(make_field(field.graphql_name, scalar_of_result.get(scalar, scalar) | None))
    add_fields(numbers, fields)
    return numbers


def _declare_values(spec: ModelSpec) -> Any:
    values: Any = make_object_type(spec.types["values"])
    fields = []
    for field in spec.fields:
        if not can_group(field):
            continue
        fields.append(make_field(field.graphql_name, get_field_type(field.field).scalar | None))
        helpers = (field.graphql_label, field.graphql_display)
        fields += [make_field(helper, str | None) for helper in helpers if helper is not None]
    add_fields(values, fields)
    return values
