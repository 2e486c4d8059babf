"""What a document asks of the groups of rows, read from its arguments and its selection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    build_grouping,
    build_having,
    build_measure,
    check_field,
    require_distinct,
)
from conjure.graphql.context import Context
from conjure.graphql.reading.selections import TYPENAME, collect_fields
from conjure.graphql.rows.filter_limits import require_within_limits
from conjure.graphql.rows.pages import parse_page
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

VALUES = {"key": None, "min": Function.MIN, "max": Function.MAX}
"""The parts of a group that hold values of the rows."""
NUMBERS = {"sum": Function.SUM, "avg": Function.AVG}
"""The parts of a group that hold numbers computed of all of them."""


def read_question(
    spec: ModelSpec, fields: Mapping[str, FieldSpec], info: Any, arguments: Mapping[str, Any]
) -> AggregateQuery:
    """The question that a field of the document asks; ``fields`` are those of its enum.

    Raise ForbiddenError for a field that this request may not see, InvalidError for what cannot be computed.
    """
    return _Reader(spec, fields, info).read(arguments)


class _Reader:
    def __init__(self, spec: ModelSpec, fields: Mapping[str, FieldSpec], info: Any) -> None:
        self.spec = spec
        self.fields = fields
        self.info = info
        self.context: Context = info.context

    def read(self, arguments: Mapping[str, Any]) -> AggregateQuery:
        for name in ("groupBy", "having", "ordering"):
            require_within_limits(name, arguments.get(name))
        groups = [self._grouping(item) for item in arguments.get("groupBy") or []]
        require_distinct(groups)
        having = [condition for item in arguments.get("having") or [] for condition in self._having(item)]
        if having and not groups:
            raise InvalidError({"having": ["There are no groups: this needs groupBy."]})
        return AggregateQuery(
            groups=groups,
            measures=list(dict.fromkeys(self._measures())),
            having=list(dict.fromkeys(having)),
            ordering=[self._order(item, groups) for item in arguments.get("ordering") or []] if groups else [],
            page=parse_page(arguments.get("pagination")),
        )

    def _field(self, choice: Any) -> FieldSpec:
        return check_field(self.context, self.spec, self.fields[enum_value(choice)])

    def _grouping(self, item: Mapping[str, Any]) -> Grouping:
        part = item.get("part")
        return build_grouping(self._field(item["field"]), None if part is None else DatePart(enum_value(part)))

    def _measure(self, item: Mapping[str, Any], argument: str) -> Measure:
        choice = item.get("field")
        function = Function(enum_value(item.get("function") or Function.COUNT))
        return build_measure(function, None if choice is None else self._field(choice), argument)

    def _having(self, item: Mapping[str, Any]) -> list[Having]:
        comparisons = {name: raw for name, raw in item.items() if name not in ("function", "field")}
        return build_having(self._measure(item, "having"), comparisons)

    def _order(self, item: Mapping[str, Any], groups: Sequence[Grouping]) -> GroupOrder:
        direction = str(enum_value(item.get("direction") or "ASC"))
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


def enum_value(member: Any) -> Any:
    """The value of an enum's member; Strawberry gives members, graphql-core values."""
    return getattr(member, "value", member)
