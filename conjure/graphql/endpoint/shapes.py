"""The shape of a client's document: its size and depth once its fragments are spelled out.

Every fragment is counted once and its counts are added wherever it is spread, so that the time it takes to count grows
with the text alone, however large the spelled-out document would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
)

from conjure.exceptions import LimitedError
from conjure.graphql.documents import InvalidDocument, fragments_of
from conjure.graphql.introspection import INTROSPECTION_ROOTS

_INTROSPECTION_SIZES = {
    "fields": 20,
    "inputFields": 20,
    "args": 4,
    "enumValues": 10,
    "possibleTypes": 5,
    "interfaces": 5,
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a document comes to once its fragments are spelled out.

    ``selections`` counts fields, spreads and inline fragments; ``depth`` the levels of the deepest field, not counting
    what lies below ``__schema`` and ``__type``; ``introspection`` estimates the values asked of one type there.
    """

    tokens: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    introspection: int = 0

    def plus(self, other: Shape, *, levels: int = 0) -> Shape:
        """Both together, where the other one begins so many levels deeper."""
        return Shape(
            tokens=self.tokens + other.tokens,
            selections=self.selections + other.selections,
            aliases=self.aliases + other.aliases,
            directives=self.directives + other.directives,
            depth=max(self.depth, levels + other.depth),
            introspection=self.introspection + other.introspection,
        )


def measure_shape(document: DocumentNode) -> Shape:
    """Count a document that is not validated yet.

    Raise InvalidDocument where fragments spread each other in a circle or are never used: neither is valid, and only
    what an operation reaches is counted.
    """
    try:
        return _Measurement(document).measure()
    except RecursionError:
        raise too_deep() from None


def operations_of(document: DocumentNode) -> Iterator[OperationDefinitionNode]:
    """The operations of a document."""
    return (d for d in document.definitions if isinstance(d, OperationDefinitionNode))


def too_deep() -> LimitedError:
    """The error for a document that cannot be walked."""
    return LimitedError("The document is nested too deeply.")


class _Measurement:
    """One walk over a document, each fragment counted once."""

    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.fragments = fragments_of(document)
        self.known: dict[tuple[str, bool], Shape] = {}
        self.path: set[tuple[str, bool]] = set()
        self.reached: set[str] = set()

    def measure(self) -> Shape:
        total = Shape(tokens=self.document.token_count)
        for operation in operations_of(self.document):
            variables = operation.variable_definitions or ()
            directives = len(operation.directives or ()) + sum(len(v.directives or ()) for v in variables)
            total = total.plus(Shape(directives=directives)).plus(self.selections(operation.selection_set, False))
        for definition in self.document.definitions:
            if isinstance(definition, FragmentDefinitionNode):
                name = definition.name.value
                if name not in self.reached or self.fragments[name] is not definition:
                    raise InvalidDocument([GraphQLError(f"Fragment '{name}' is never used.", definition)])
        return total

    def selections(self, selection_set: SelectionSetNode, is_introspection: bool) -> Shape:
        total = Shape()
        for node in selection_set.selections:
            own = Shape(selections=1, directives=len(node.directives or ()))
            if isinstance(node, FieldNode):
                total = total.plus(own).plus(self.field(node, is_introspection))
            elif isinstance(node, FragmentSpreadNode):
                total = total.plus(own).plus(self.spread(node, is_introspection))
            else:
                inner: SelectionSetNode = node.selection_set  # type: ignore[attr-defined]
                total = total.plus(own).plus(self.selections(inner, is_introspection))
        return total

    def field(self, node: FieldNode, is_introspection: bool) -> Shape:
        name = node.name.value
        is_introspection = is_introspection or name in INTROSPECTION_ROOTS
        own = Shape(aliases=1 if node.alias else 0, depth=1, introspection=1 if is_introspection else 0)
        if node.selection_set is None:
            return own
        below = self.selections(node.selection_set, is_introspection)
        if not is_introspection:
            return own.plus(below, levels=1)
        times = _INTROSPECTION_SIZES.get(name, 1)
        return own.plus(
            Shape(
                selections=below.selections,
                aliases=below.aliases,
                directives=below.directives,
                introspection=times * below.introspection,
            )
        )

    def spread(self, node: FragmentSpreadNode, is_introspection: bool) -> Shape:
        name = node.name.value
        definition = self.fragments.get(name)
        if definition is None:  # Validation says so.
            return Shape()
        self.reached.add(name)
        key = (name, is_introspection)
        if key in self.path:
            raise InvalidDocument([GraphQLError(f"Cannot spread fragment '{name}' within itself.", node)])
        if key not in self.known:
            self.path.add(key)
            own = Shape(directives=len(definition.directives or ()))
            self.known[key] = own.plus(self.selections(definition.selection_set, is_introspection))
            self.path.discard(key)
        return self.known[key]
