"""The groups of an aggregate: what a document asks of them, and how their parts are resolved."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graphql.execution.values import get_argument_values

from conjure.exceptions import InvalidError
from conjure.graphql.aggregates.groups import (
    AggregateQuery,
    DatePart,
    Function,
    Grouping,
    GroupOrder,
    Having,
    Measure,
    Record,
    build_grouping,
    build_having,
    build_measure,
    check_field,
    compute,
    require_distinct,
)
from conjure.graphql.context import Context
from conjure.graphql.fields.files import absolute_file_url
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.reading.bindings import lookup_display
from conjure.graphql.reading.loading import load_target_labels
from conjure.graphql.reading.selections import TYPENAME, collect_fields
from conjure.graphql.rows.pages import parse_page
from conjure.graphql.rows.select import select_rows
from conjure.orm.instances import make_instances
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

VALUES = {"key": None, "min": Function.MIN, "max": Function.MAX}
"""The parts of a group that hold values of the rows."""
NUMBERS = {"sum": Function.SUM, "avg": Function.AVG}
"""The parts of a group that hold numbers computed of all of them."""


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
            rows = [(value,) for value in values if value is not None]
            holders = list(make_instances(self.spec.model, [field.attname], rows, self.db))
            self._labels[field.name] = load_target_labels(self.context, self.spec, field, holders)
        return self._labels[field.name]

    def displays(self, field: FieldSpec) -> dict[Any, str]:
        """The labels of a field's choices, by value."""
        if field.name not in self._displays:
            choices = field.choices()
            self._displays[field.name] = {v: str(label) for v, label in choices if not isinstance(v, list | dict | set)}
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
    spec: ModelSpec, names: Mapping[str, FieldSpec], info: Any, arguments: Mapping[str, Any]
) -> list[Group]:
    """The groups that are asked for. Raise ForbiddenError, or InvalidError for what cannot be computed."""
    context: Context = info.context
    rows = select_rows(context, spec, arguments)
    query = _Reader(spec, names, info).read(arguments)
    groups = Groups(context, spec, compute(context, spec, rows, query), rows.db)
    return [Group(groups, record) for record in groups.records]


class _Reader:
    """Reads a question off its arguments and off what the document asks of the groups."""

    def __init__(self, spec: ModelSpec, names: Mapping[str, FieldSpec], info: Any) -> None:
        self.spec = spec
        self.names = names
        self.info = info
        self.context: Context = info.context

    def read(self, arguments: Mapping[str, Any]) -> AggregateQuery:
        groups = [self._grouping(item) for item in arguments.get("groupBy") or []]
        require_distinct(groups)
        having = [condition for item in arguments.get("having") or [] for condition in self._having(item)]
        if having and not groups:
            raise InvalidError({"having": ["There are no groups: this needs groupBy."]})
        return AggregateQuery(
            groups=groups,
            measures=list(dict.fromkeys(self._measures())),
            having=having,
            ordering=[self._order(item, groups) for item in arguments.get("ordering") or []] if groups else [],
            page=parse_page(arguments.get("pagination")),
        )

    def _field(self, choice: Any) -> FieldSpec:
        return check_field(self.context, self.spec, self.names[_plain(choice)])

    def _grouping(self, item: Mapping[str, Any]) -> Grouping:
        part = item.get("part")
        return build_grouping(self._field(item["field"]), None if part is None else DatePart(_plain(part)))

    def _measure(self, item: Mapping[str, Any], argument: str) -> Measure:
        choice = item.get("field")
        function = Function(_plain(item.get("function") or Function.COUNT))
        return build_measure(function, None if choice is None else self._field(choice), argument)

    def _having(self, item: Mapping[str, Any]) -> list[Having]:
        comparisons = {name: raw for name, raw in item.items() if name not in ("function", "field")}
        return build_having(self._measure(item, "having"), comparisons)

    def _order(self, item: Mapping[str, Any], groups: Sequence[Grouping]) -> GroupOrder:
        direction = str(_plain(item.get("direction") or "ASC"))
        by: Measure | Grouping
        if item.get("function") is None and item.get("field") is not None:
            field = self._field(item["field"])
            found = next((group for group in groups if group.field is field), None)
            if found is None:
                raise InvalidError({"ordering": [f"Rows are not grouped by {field.name}."]})
            by = found
        else:
            by = self._measure(item, "ordering")
        return GroupOrder(
            by,
            descending=direction.startswith("DESC"),
            nulls_first=direction.endswith("NULLS_FIRST") or None,
            nulls_last=direction.endswith("NULLS_LAST") or None,
        )

    def _measures(self) -> Iterator[Measure]:
        """The measures that the document asks for."""
        schema, types = self.info.schema, self.spec.types
        group = schema.type_map[types["group"]]
        for _, name, nodes in collect_fields(self.info, group, self.info.field_nodes):
            if name == "count":
                yield Measure(Function.COUNT)
            elif name == "countDistinct":
                for node in nodes:
                    given = get_argument_values(group.fields[name], node, self.info.variable_values)
                    yield build_measure(Function.COUNT_DISTINCT, self._field(given["field"]), name)
            elif name in VALUES:
                yield from self._of_part(name, VALUES[name], schema.type_map[types["values"]], nodes)
            elif name in NUMBERS:
                kind = schema.type_map[types["sums" if name == "sum" else "averages"]]
                yield from self._of_part(name, NUMBERS[name], kind, nodes)

    def _of_part(self, name: str, function: Function | None, part_type: Any, nodes: Any) -> Iterator[Measure]:
        by_name = {n: f for f in self.spec.fields for n in (f.graphql_name, f.graphql_label, f.graphql_display) if n}
        for _, member, _ in collect_fields(self.info, part_type, nodes):
            if member == TYPENAME:
                continue
            field = check_field(self.context, self.spec, by_name[member])
            if function is not None:
                yield build_measure(function, field, f"{name}.{member}")


def _plain(member: Any) -> Any:
    """The value of an enum's member; Strawberry gives members, graphql-core values."""
    return getattr(member, "value", member)


def resolve_count(group: Group, info: Any) -> int:
    """How many rows the group has."""
    return group.record[Measure(Function.COUNT)]  # type: ignore[no-any-return]


def resolve_count_distinct(group: Group, info: Any, field: Any) -> int:
    """How many different values the rows of the group have in a field, NULL not counted."""
    wanted = _plain(field)
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
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        return value if reader is None else reader(value)

    return resolve


def make_value_resolver(field: FieldSpec) -> Callable[..., Any]:
    """The resolver of a field's key or extreme value, read as the field of a row is."""
    field_type = get_field_type(field.field)
    reader = field_type.make_reader(field.value_field)

    def resolve(part: Group, info: Any) -> Any:
        value = part.value(field)
        if field_type.is_file:
            return absolute_file_url(field, value, part.groups.context.base_url)
        return value if value is None or reader is None else reader(value)

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
