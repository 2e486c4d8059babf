"""What a document may cost at most, in values: those of its answer, and what its root fields do beside them.

A page counts as full, and page sizes are multiplied along nested lists. A member of a list in the arguments counts 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.utilities import value_from_ast_untyped

from conjure.conf import settings
from conjure.exceptions import LimitedError
from conjure.graphql.documents import fragments_of
from conjure.graphql.resolvers import autocomplete
from conjure.graphql.schema import BuiltSchema
from conjure.specs.models import SpecSet


@dataclass(frozen=True, kw_only=True)
class RootCost:
    """What a root field costs beside the values of its answer: ``once``, and for ``each`` key or operation it is given.

    ``filtered`` is what a run costs on all rows that a filter leaves, ``searched`` what a search among them costs,
    ``page`` how many rows a page of it has.
    """

    once: int = 0
    each: int = 0
    filtered: int = 0
    searched: int = 0
    page: int | None = None


# The database goes through all rows of a model, to count, to search or to group them.
ALL_ROWS = 10_000
# A value of a row takes some 3 microseconds to load and write. The numbers are what the work takes, in such values.
ROOT_COSTS: Mapping[str, RootCost] = {
    "list": RootCost(searched=ALL_ROWS),
    "connection": RootCost(searched=ALL_ROWS),
    "autocomplete": RootCost(searched=ALL_ROWS, page=autocomplete.PAGE_SIZE),
    "aggregate": RootCost(once=ALL_ROWS),
    # It goes through the rows of every model that depends on the row.
    "related": RootCost(once=100_000),
    # Which entries the user may see depends on the configs of all models.
    "history": RootCost(once=1_000),
    # Locks, validation, the audit log; a delete also finds what hangs on its row.
    "create": RootCost(once=1_000),
    "update": RootCost(once=1_000),
    "delete": RootCost(once=25_000),
    "bulk_update": RootCost(once=1_000, each=20),
    "bulk_delete": RootCost(once=25_000, each=25),
    "operations": RootCost(once=1_000, each=75),
    # The project's own code, on rows that are loaded for it.
    "action": RootCost(once=1_000, each=20, filtered=250_000),
    "conjureWidget": RootCost(once=25_000),
    "conjureModel": RootCost(once=1_000),
    "conjureModels": RootCost(once=1_000),
}
_NO_COST = RootCost()
LISTS_OF_ROWS = ("pks", "operations")
"""The arguments that name many rows."""
_SIZES = ("first", "last")
_COUNT = "totalCount"
_SEARCHES = ("search", "q")


def require_cost(cost: int) -> None:
    """Raise LimitedError for an operation that may cost more than ``GRAPHQL_MAX_COST``."""
    if cost > settings.GRAPHQL_MAX_COST:
        raise LimitedError(
            f"The document may cost {_round(cost)} values, and {settings.GRAPHQL_MAX_COST} are allowed: "
            "ask for smaller pages, in nested lists too, or for less at once."
        )


def estimate_cost(
    schema: BuiltSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """What the operation may cost, were every page full. Introspection counts nothing.

    The document must be valid and within the other limits. ``@skip`` and ``@include`` are not looked at.
    """
    root = schema.core.get_root_type(operation.operation)
    assert root is not None
    given = with_defaults(operation, variables)
    return _Estimate(schema, document, given).selections(operation.selection_set, root, False)


def with_defaults(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of an operation, with the defaults of those that were not sent."""
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    return {**defaults, **variables}


def read_argument(node: ValueNode, variables: dict[str, Any]) -> Any:
    """The value of an argument as the client sent it; None for a number of thousands of digits, which is not valid."""
    try:
        return value_from_ast_untyped(node, variables)
    except ValueError:
        return None


def cost_extension(cost: int) -> dict[str, int]:
    """What a client is told of its document's cost."""
    return {"estimated": cost, "allowed": settings.GRAPHQL_MAX_COST}


def _root_costs(specs: SpecSet) -> dict[str, RootCost]:
    """The costs of the root fields, by their names."""
    costs: dict[str, RootCost] = specs.derived.get_or_make("root costs", lambda: _find_root_costs(specs))
    return costs


def _find_root_costs(specs: SpecSet) -> dict[str, RootCost]:
    of_models = {name: ROOT_COSTS.get(kind, _NO_COST) for spec in specs for kind, name in spec.roots.items()}
    return {**ROOT_COSTS, **of_models}


def _counted_types(specs: SpecSet) -> frozenset[str]:
    """The names of the types whose ``totalCount`` has all rows counted."""
    names: frozenset[str] = specs.derived.get_or_make(
        "counted types", lambda: frozenset(spec.types[kind] for spec in specs for kind in ("list", "connection"))
    )
    return names


def _round(cost: int) -> str:
    return f"{cost:,}" if cost < 10**12 else "very many"


class _Estimate:
    """One walk over an operation, each fragment estimated once."""

    def __init__(self, schema: BuiltSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.schema = schema.core
        self.roots = (schema.core.query_type, schema.core.mutation_type)
        self.root_costs = _root_costs(schema.specs)
        self.counted_types = _counted_types(schema.specs)
        self.variables = variables
        self.fragments = fragments_of(document)
        self.known: dict[tuple[str, bool], int] = {}
        self.known_members: dict[str, int] = {}
        self.known_counts: dict[str, bool] = {}

    def selections(self, selection_set: SelectionSetNode, parent: Any, is_paged: bool) -> int:
        """The values below one object; ``is_paged`` says that its page was counted, so its own lists are that page."""
        total = 0
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                total += self.field(node, parent, is_paged)
            elif isinstance(node, FragmentSpreadNode):
                total += self.spread(node.name.value, is_paged)
            else:
                total += self.fragment(node, parent, is_paged)
        return total

    def fragment(self, node: Any, parent: Any, is_paged: bool) -> int:
        condition = node.type_condition
        inner = parent if condition is None else self.schema.type_map[condition.name.value]
        return self.selections(node.selection_set, inner, is_paged)

    def spread(self, name: str, is_paged: bool) -> int:
        key = (name, is_paged)
        if key not in self.known:
            self.known[key] = self.fragment(self.fragments[name], None, is_paged)
        return self.known[key]

    def field(self, node: FieldNode, parent: GraphQLObjectType, is_paged: bool) -> int:
        name = node.name.value
        if name.startswith("__"):
            return 0
        definition = parent.fields[name]
        given = {argument.name.value: argument for argument in node.arguments or ()}
        cost = self.root_costs.get(name, _NO_COST) if parent in self.roots else _NO_COST
        own = 1 + self.work(cost, given) + sum(self.members(argument.value) for argument in given.values())
        size = self.page_size(definition, given) if cost.page is None else cost.page
        times = size
        if times is None:
            is_list = is_list_type(get_nullable_type(definition.type))
            times = settings.PAGE_SIZE if is_list and not is_paged else 1
        if node.selection_set is None:
            return own + times - 1
        if get_named_type(definition.type).name in self.counted_types and self.asks_for_count(node.selection_set):
            own += ALL_ROWS
        return own + times * self.selections(node.selection_set, get_named_type(definition.type), size is not None)

    def asks_for_count(self, selection_set: SelectionSetNode) -> bool:
        """Whether ``totalCount`` is asked for, under any alias and in any fragment; it is counted once."""
        return any(self.is_count(node) for node in selection_set.selections)

    def is_count(self, node: SelectionNode) -> bool:
        if isinstance(node, FieldNode):
            return node.name.value == _COUNT
        if isinstance(node, InlineFragmentNode):
            return self.asks_for_count(node.selection_set)
        assert isinstance(node, FragmentSpreadNode)
        name = node.name.value
        if name not in self.known_counts:
            self.known_counts[name] = self.asks_for_count(self.fragments[name].selection_set)
        return self.known_counts[name]

    def work(self, cost: RootCost, given: Mapping[str, ArgumentNode]) -> int:
        """What a root field does beside loading what it answers with."""
        total = cost.once
        if cost.each:
            lists = [self.value(given[name].value) for name in LISTS_OF_ROWS if name in given]
            total += cost.each * sum(len(found) for found in lists if isinstance(found, list))
        if cost.filtered and "allFiltered" in given and self.value(given["allFiltered"].value):
            total += cost.filtered
        if cost.searched and self.has_search(given):
            total += cost.searched
        return total

    def has_search(self, given: Mapping[str, ArgumentNode]) -> bool:
        """Whether there is a term to search for."""
        return any(self.value(given[name].value) for name in _SEARCHES if name in given)

    def page_size(self, definition: GraphQLField, given: Mapping[str, ArgumentNode]) -> int | None:
        """How many rows the field may give, as its resolver will read its arguments; None where it takes no page."""
        arguments = definition.args
        if "pagination" not in arguments and not arguments.keys() & set(_SIZES):
            return None
        names = ("pagination", *_SIZES)
        values = {name: self.value(given[name].value) for name in names if name in given and name in arguments}
        pagination = values.get("pagination")
        limit = pagination.get("limit") if isinstance(pagination, dict) else None
        sizes = [_to_size(size) for size in (limit, *map(values.get, _SIZES)) if size is not None]
        return min(max(sizes, default=settings.PAGE_SIZE), settings.GRAPHQL_MAX_PAGE_SIZE)

    def value(self, node: Any) -> Any:
        return read_argument(node, self.variables)

    def members(self, node: Any) -> int:
        """How many members the lists in an argument have, those in variables included."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self.known_members:
                self.known_members[name] = _count_members(self.variables.get(name))
            return self.known_members[name]
        if isinstance(node, ListValueNode):
            return len(node.values) + sum(map(self.members, node.values))
        if isinstance(node, ObjectValueNode):
            return sum(self.members(field.value) for field in node.fields)
        return 0


def _count_members(value: Any) -> int:
    total, stack = 0, [value]
    while stack:
        found = stack.pop()
        if isinstance(found, list):
            total += len(found)
            stack += found
        elif isinstance(found, dict):
            stack += found.values()
    return total


def _to_size(value: Any) -> int:
    """A page size as the client sent it; nonsense counts nothing, since it is refused before any row is read."""
    return max(int(value), 0) if isinstance(value, int | float) else 0
