"""How many values the answer to a document may hold: page sizes multiplied along nested lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.utilities import value_from_ast_untyped

from conjure.conf import settings
from conjure.exceptions import LimitedError

_SIZE_ARGUMENTS = ("first", "last", "limit", "pageSize")
_PAGE_ARGUMENTS = frozenset({"pagination", *_SIZE_ARGUMENTS})


def require_cost(cost: int) -> None:
    """Raise LimitedError for an operation whose answer may hold more than ``GRAPHQL_MAX_COST`` values."""
    if cost > settings.GRAPHQL_MAX_COST:
        raise LimitedError(
            f"The answer may hold {_round(cost)} values, and {settings.GRAPHQL_MAX_COST} are allowed: "
            "ask for smaller pages, in nested lists too."
        )


def estimate_cost(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> int:
    """The number of values that the answer may hold, were every page full. Introspection counts nothing.

    The document must be valid and within the other limits. ``@skip`` and ``@include`` are not looked at.
    """
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return _Estimate(schema, document, {**defaults, **variables}).selections(operation.selection_set, root, False)


def _round(cost: int) -> str:
    return f"{cost:,}" if cost < 10**12 else "very many"


class _Estimate:
    """One walk over an operation, each fragment estimated once."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> None:
        self.schema = schema
        self.variables = variables
        self.fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self.known: dict[tuple[str, bool], int] = {}

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
        if node.selection_set is None:
            return 1
        definition = parent.fields[name]
        size = self.page_size(node, definition)
        times = size
        if times is None:
            is_list = is_list_type(get_nullable_type(definition.type))
            times = settings.PAGE_SIZE if is_list and not is_paged else 1
        return 1 + times * self.selections(node.selection_set, get_named_type(definition.type), size is not None)

    def page_size(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many rows the field may give; None where it takes no page."""
        if "pagination" not in definition.args and not definition.args.keys() & set(_SIZE_ARGUMENTS):
            return None
        given = {argument.name.value: argument for argument in node.arguments or ()}
        values = {name: self.value(argument.value) for name, argument in given.items() if name in _PAGE_ARGUMENTS}
        pagination = values.get("pagination")
        given_sizes = [pagination.get("limit")] if isinstance(pagination, dict) else []
        given_sizes += [values.get(name) for name in _SIZE_ARGUMENTS]
        sizes = [_to_size(size) for size in given_sizes if size is not None]
        return min(max(sizes, default=settings.PAGE_SIZE), settings.GRAPHQL_MAX_PAGE_SIZE)

    def value(self, node: Any) -> Any:
        try:
            return value_from_ast_untyped(node, self.variables)
        except ValueError:  # A number of thousands of digits, which is not valid either.
            return None


def _to_size(value: Any) -> int:
    """A page size as the client sent it; nonsense counts nothing, since it is refused before any row is read."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    return max(int(value), 0) if isinstance(value, int | float) else 0
