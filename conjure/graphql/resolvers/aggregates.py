"""Aggregates in GraphQL: the root field that gives the groups of a model's rows, and the resolvers of their parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from conjure.graphql.aggregates.groups import Function, Grouping, Measure, Record, can_group, can_sum, compute
from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.fields.shown import make_column
from conjure.graphql.reading.target_labels import load_target_labels
from conjure.graphql.reading.values import lookup_display
from conjure.graphql.resolvers.aggregate_questions import NUMBERS, VALUES, enum_value, read_question
from conjure.graphql.rows.select import select_rows
from conjure.graphql.types.aggregates import declare_aggregates
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import ObjectTypes
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

Resolvers = dict[str, Callable[..., Any]]


def aggregate_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    """The root field that gives aggregates of a model's rows, where it has a field to group them by."""
    declared = declare_aggregates(spec, types)
    if declared is None:
        return
    types.resolvers[spec.types["group"]] = _group_resolvers(spec)
    types.resolvers[spec.types["values"]] = _value_resolvers(spec)
    summed = [field for field in spec.fields if can_sum(field)]
    for kind in ("sums", "averages") if summed else ():
        types.resolvers[spec.types[kind]] = {field.graphql_name: make_number_resolver(field) for field in summed}
    yield RootField(
        name=spec.roots["aggregate"],
        type=list[declared.group],  # type: ignore[name-defined]
        arguments=declared.arguments,
        resolve=lambda root, info, **arguments: resolve_aggregate(spec, declared.fields, info, arguments),
        description=f"Counts, sums, averages and extremes of the {spec.verbose_name_plural}, by group.",
    )


def _group_resolvers(spec: ModelSpec) -> Resolvers:
    parts = [*VALUES, *NUMBERS] if any(can_sum(field) for field in spec.fields) else [*VALUES]
    return {
        "count": resolve_count,
        "countDistinct": resolve_count_distinct,
        **{name: make_part_resolver(name) for name in parts},
    }


def _value_resolvers(spec: ModelSpec) -> Resolvers:
    resolvers: Resolvers = {}
    for field in spec.fields:
        if not can_group(field):
            continue
        resolvers[field.graphql_name] = make_value_resolver(field)
        if field.graphql_label is not None:
            resolvers[field.graphql_label] = make_label_resolver(field)
        if field.graphql_display is not None:
            resolvers[field.graphql_display] = make_display_resolver(field)
    return resolvers


class Groups:
    """The groups of one answer, and what is loaded for all of them."""

    def __init__(self, context: Context, spec: ModelSpec, records: Sequence[Record], db: str) -> None:
        self.context = context
        self.spec = spec
        self.records = records
        self.db = db
        self._labels: dict[str, dict[Any, str]] = {}
        self._displays: dict[str, dict[Any, str]] = {}

    def labels(self, field: FieldSpec) -> dict[Any, str]:
        """The labels of the rows that the groups' values of a foreign key point to, by value."""
        if field.name not in self._labels:
            values = {v for r in self.records for part, v in r.items() if part.field is field and _is_value(part)}
            from_db, names = self.spec.model.from_db, [field.attname]
            holders = [from_db(self.db, names, [value]) for value in values if value is not None]
            self._labels[field.name] = load_target_labels(self.context, self.spec, field, holders)
        return self._labels[field.name]

    def displays(self, field: FieldSpec) -> dict[Any, str]:
        """The labels of a field's choices, by value."""
        if field.name not in self._displays:
            self._displays[field.name] = field.displays()
        return self._displays[field.name]


def _is_value(part: Measure | Grouping) -> bool:
    return isinstance(part, Grouping) or part.function in (Function.MIN, Function.MAX)


class Group:
    """One group, or one part of it: its key, its smallest values, its sums."""

    __slots__ = ("function", "groups", "record")

    def __init__(self, groups: Groups, record: Record, function: Function | None = None) -> None:
        self.groups = groups
        self.record = record
        self.function = function

    def value(self, field: FieldSpec) -> Any:
        """The value that this part has of a field; None for a key that rows are not grouped by."""
        if self.function is not None:
            return self.record.get(Measure(self.function, field))
        return next((v for part, v in self.record.items() if isinstance(part, Grouping) and part.field is field), None)


def resolve_aggregate(
    spec: ModelSpec, fields: Mapping[str, FieldSpec], info: Any, arguments: Mapping[str, Any]
) -> list[Group]:
    """The groups that are asked for. Raise ForbiddenError, or InvalidError for what cannot be computed."""
    context: Context = info.context
    rows = select_rows(context, spec, filters=arguments.get("filters"), search=arguments.get("search"))
    query = read_question(spec, fields, info, arguments)
    groups = Groups(context, spec, compute(context, spec, rows, query), rows.db)
    return [Group(groups, record) for record in groups.records]


def resolve_count(group: Group, info: Any) -> int:
    """How many rows the group has."""
    return group.record[Measure(Function.COUNT)]  # type: ignore[no-any-return]


def resolve_count_distinct(group: Group, info: Any, field: Any) -> int:
    """How many different values the rows of the group have in a field, NULL not counted."""
    wanted = enum_value(field)
    return next(  # type: ignore[no-any-return]
        value
        for part, value in group.record.items()
        if isinstance(part, Measure)
        and part.function is Function.COUNT_DISTINCT
        and part.field is not None
        and wanted in (part.field.graphql_name, f"{part.field.graphql_name}_")
    )


def make_part_resolver(name: str) -> Callable[..., Group]:
    """The resolver of ``key``, ``min``, ``max``, ``sum`` or ``avg``."""
    function = {**VALUES, **NUMBERS}[name]
    return lambda group, info: Group(group.groups, group.record, function)


def make_number_resolver(field: FieldSpec) -> Callable[..., Any]:
    """The resolver of a field's sum or average."""
    reader = get_field_type(field.field).make_reader(field.value_field)

    def resolve(part: Group, info: Any) -> Any:
        value = part.value(field)
        if value is None or isinstance(value, int):
            return value
        try:
            if isinstance(value, float):
                return value if math.isfinite(value) else None
            return value if reader is None else reader(value)
        except Exception:  # noqa: BLE001 - a third party's reader, or a value that is not a number
            return None

    return resolve


def make_value_resolver(field: FieldSpec) -> Callable[..., Any]:
    """The resolver of a field's key or extreme value, read as the field of a row is."""
    column = make_column(field)

    def resolve(part: Group, info: Any) -> Any:
        value = part.value(field)
        return None if value is None else column.show(value, base_url=part.groups.context.base_url)

    return resolve


def make_label_resolver(field: FieldSpec) -> Callable[..., Any]:
    """The resolver of the label of the row that a foreign key's value points to."""

    def resolve(part: Group, info: Any) -> Any:
        value = part.value(field)
        return None if value is None else part.groups.labels(field).get(value)

    return resolve


def make_display_resolver(field: FieldSpec) -> Callable[..., Any]:
    """The resolver of the label of a value that is a choice."""

    def resolve(part: Group, info: Any) -> Any:
        value = part.value(field)
        return None if value is None else str(lookup_display(part.groups.displays(field), value))

    return resolve
