"""Answers about the schema: large, slow to make and always the same, so each user's last one is kept, compressed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from django.http import HttpRequest
from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode
from graphql.language import SelectionSetNode

from conjure.graphql.context import Context
from conjure.graphql.endpoint.client_documents import ClientDocument
from conjure.graphql.introspection import introspected_schema
from conjure.graphql.schema import BuiltSchema

_KEPT = "conjure_answer"
_ALWAYS_THE_SAME = {"__schema", "__type", "__typename"}


@dataclass(frozen=True)
class IntrospectionAnswer:
    """Where the answer to an operation is kept: beside the schema that it speaks of, which is that of many users."""

    schema: BuiltSchema
    document: ClientDocument
    operation: OperationDefinitionNode
    request: HttpRequest

    def recall(self) -> bytes | None:
        """The body of the answer, where this operation was the last to be kept."""
        operation, packed = self._kept_beside().get(_KEPT, (None, b""))
        return zlib.decompress(packed) if operation is self.operation else None

    def keep(self, body: bytes) -> None:
        """Keep the body, in place of what was kept before."""
        self._kept_beside()[_KEPT] = (self.operation, zlib.compress(body, 1))

    def _kept_beside(self) -> dict[str, tuple[OperationDefinitionNode | None, bytes]]:
        return introspected_schema(self.schema.core, Context(self.request)).extensions


def find_answer(
    schema: BuiltSchema, document: ClientDocument, operation: OperationDefinitionNode, request: HttpRequest
) -> IntrospectionAnswer | None:
    """Where the answer to an operation may be kept; None for one that asks of anything but the schema."""
    if not document.shape.introspection or operation.variable_definitions:
        return None
    if not _asks_only_of_the_schema(document.node, operation.selection_set):
        return None
    return IntrospectionAnswer(schema, document, operation, request)


def _asks_only_of_the_schema(document: DocumentNode, selection_set: SelectionSetNode) -> bool:
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    stack = [selection_set]
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                if node.name.value not in _ALWAYS_THE_SAME:
                    return False
            elif isinstance(node, FragmentSpreadNode):
                stack.append(fragments[node.name.value].selection_set)
            else:
                stack.append(node.selection_set)  # type: ignore[attr-defined]
    return True
