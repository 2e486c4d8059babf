"""A cache of answers about the schema, which are large and slow to make: the last one for each set of hidden names."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from graphql import OperationDefinitionNode

from conjure.graphql.context import Context
from conjure.graphql.documents import root_fields
from conjure.graphql.endpoint.client_documents import ClientDocument
from conjure.graphql.introspection import introspected_schema

_KEPT = "conjure_answer"
_ALWAYS_THE_SAME = {"__schema", "__type", "__typename"}


@dataclass(frozen=True)
class IntrospectionAnswer:
    """The cached answer to an operation; it hangs on the schema that it describes, which many users may share."""

    document: ClientDocument
    operation: OperationDefinitionNode
    context: Context

    def recall(self) -> bytes | None:
        """The body of the answer, or None where the last one that was kept answers another operation."""
        operation, packed = self._extensions().get(_KEPT, (None, b""))
        return zlib.decompress(packed) if operation is self.operation else None

    def keep(self, body: bytes) -> None:
        """Keep the body, in place of what was kept before."""
        self._extensions()[_KEPT] = (self.operation, zlib.compress(body, 1))

    def _extensions(self) -> dict[str, tuple[OperationDefinitionNode | None, bytes]]:
        return introspected_schema(self.document.schema.core, self.context).extensions


def find_answer(
    document: ClientDocument, operation: OperationDefinitionNode, context: Context
) -> IntrospectionAnswer | None:
    """Where the answer to an operation may be cached; None for one that asks for anything but the schema."""
    if not document.shape.introspection or operation.variable_definitions:
        return None
    if not all(field.name.value in _ALWAYS_THE_SAME for field in root_fields(document.node, operation)):
        return None
    return IntrospectionAnswer(document, operation, context)
