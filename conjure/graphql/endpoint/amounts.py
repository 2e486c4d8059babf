"""What an accepted operation counts for: a request that reads, the rows that it writes, its exports, its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from conjure.actions.declare import EXPORT as EXPORT_ACTION
from conjure.graphql.endpoint.costs import LISTS_OF_ROWS, read_argument, with_defaults
from conjure.graphql.endpoint.shapes import fragments_of
from conjure.throttles import COST, EXPORT, READ, WRITE


def amounts_of(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any], cost: int
) -> dict[str, int]:
    """The amounts by scope. Each mutation counts, however many a document has, and each row that it names.

    The document must be valid. ``@skip`` and ``@include`` are not looked at.
    """
    if operation.operation is not OperationType.MUTATION:
        return {READ: 1, COST: cost}
    given = with_defaults(operation, variables)
    amounts = {WRITE: 0, EXPORT: 0, COST: cost}
    for mutation in _root_fields(document, operation.selection_set):
        arguments = {each.name.value: read_argument(each.value, given) for each in mutation.arguments or ()}
        amounts[EXPORT if arguments.get("action") == EXPORT_ACTION else WRITE] += _rows_of(arguments)
    is_empty = not (amounts[WRITE] or amounts[EXPORT])  # ``__typename`` alone
    return {READ: 1, COST: cost} if is_empty else amounts


def _root_fields(document: DocumentNode, selection_set: SelectionSetNode) -> Iterator[FieldNode]:
    fragments = fragments_of(document)
    stack = [selection_set]
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                if not node.name.value.startswith("__"):
                    yield node
            elif isinstance(node, FragmentSpreadNode):
                stack.append(fragments[node.name.value].selection_set)
            else:
                stack.append(node.selection_set)  # type: ignore[attr-defined]


def _rows_of(arguments: Mapping[str, Any]) -> int:
    lists = (arguments.get(name) for name in LISTS_OF_ROWS)
    return max((len(each) for each in lists if isinstance(each, list) and each), default=1)
