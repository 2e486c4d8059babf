"""What an accepted operation counts for: a request that reads, the rows that it writes, its exports, its cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType

from conjure.actions.declare import EXPORT as EXPORT_ACTION
from conjure.graphql.documents import root_fields
from conjure.graphql.endpoint.costs import LISTS_OF_ROWS, read_argument, with_defaults
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
    for mutation in root_fields(document, operation):
        if mutation.name.value.startswith("__"):
            continue
        arguments = {each.name.value: read_argument(each.value, given) for each in mutation.arguments or ()}
        amounts[EXPORT if arguments.get("action") == EXPORT_ACTION else WRITE] += _rows_of(arguments)
    is_empty = not (amounts[WRITE] or amounts[EXPORT])  # ``__typename`` alone
    return {READ: 1, COST: cost} if is_empty else amounts


def _rows_of(arguments: Mapping[str, Any]) -> int:
    lists = (arguments.get(name) for name in LISTS_OF_ROWS)
    return max((len(each) for each in lists if isinstance(each, list) and each), default=1)
