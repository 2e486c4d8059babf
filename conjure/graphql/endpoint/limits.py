"""How large a client's document may be, counted with its fragments spelled out, before anything is made of it.

Every fragment is counted once and its counts are added wherever it is spread, so that counting takes a time that grows
with the text alone, whatever the spelled-out document would come to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from conjure.conf import settings
from conjure.encoding import is_storable
from conjure.exceptions import InvalidError, LimitedError
from conjure.graphql.documents import InvalidDocument
from conjure.graphql.introspection import INTROSPECTION_ROOTS

# How many fields of one object may bear the same response key, in pairs: validation compares each with each.
_MAX_PAIRS = 5_000
# What may be asked of one type of the schema. GraphiQL asks two thirds of it.
_MAX_INTROSPECTION = 7_500
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


def require_text(text: str) -> None:
    """Raise InvalidError for a document that holds NUL or a lone surrogate, LimitedError for one that is too long."""
    if len(text) > settings.GRAPHQL_MAX_CHARACTERS:
        raise _too_much("characters", settings.GRAPHQL_MAX_CHARACTERS)
    if not is_storable(text) or "\\u0000" in text or "\\u{0" in text:
        raise InvalidError("NUL characters and lone surrogates are not allowed.")


def parse_text(text: str) -> DocumentNode:
    """Parse a client's document. Raise LimitedError for too many tokens, InvalidDocument for a syntax error."""
    try:
        return parse(text, max_tokens=settings.GRAPHQL_MAX_TOKENS)
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            is_deep = "nested too deeply" in error.message
            raise (_too_deep() if is_deep else _too_much("tokens", settings.GRAPHQL_MAX_TOKENS)) from None
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        raise InvalidDocument([error]) from None
    except RecursionError:
        raise _too_deep() from None


def measure_shape(document: DocumentNode) -> Shape:
    """Count a document that is not validated yet.

    Raise InvalidDocument where fragments spread each other in a circle or are never used: neither is valid, and only
    what an operation reaches is counted.
    """
    try:
        return _Measurement(document).measure()
    except RecursionError:
        raise _too_deep() from None


def require_shape(shape: Shape) -> None:
    """Raise LimitedError for a document that is over one of the limits."""
    if shape.depth > settings.GRAPHQL_MAX_DEPTH:
        raise _too_much("levels", settings.GRAPHQL_MAX_DEPTH)
    if shape.aliases > settings.GRAPHQL_MAX_ALIASES:
        raise _too_much("aliases", settings.GRAPHQL_MAX_ALIASES)
    if shape.directives > settings.GRAPHQL_MAX_DIRECTIVES:
        raise _too_much("directives", settings.GRAPHQL_MAX_DIRECTIVES)
    # Spelled out, each selection is a token at the least.
    if max(shape.selections, shape.tokens) > settings.GRAPHQL_MAX_TOKENS:
        raise _too_much("tokens, fragments spelled out", settings.GRAPHQL_MAX_TOKENS)
    if shape.introspection > _MAX_INTROSPECTION:
        raise LimitedError("The document asks too much of the schema at once.")


def require_few_pairs(document: DocumentNode) -> None:
    """Raise LimitedError for a document that repeats fields so often that comparing them would take long.

    Its shape must be within the limits: fragments are spelled out here.
    """
    fragments = _fragments_of(document)
    pairs = 0
    for operation in _operations_of(document):
        level = [[operation.selection_set]]
        while level:
            below = []
            for sets in level:
                for nodes in _merge(sets, fragments).values():
                    pairs += len(nodes) * (len(nodes) - 1) // 2
                    below.append([node.selection_set for node in nodes if node.selection_set])
            level = [sets for sets in below if sets]
    if pairs > _MAX_PAIRS:
        raise LimitedError("The document repeats the same fields too often.")


def _too_much(what: str, limit: int) -> LimitedError:
    return LimitedError(f"The document has more than {limit} {what}.")


def _too_deep() -> LimitedError:
    return LimitedError("The document is nested too deeply.")


def _fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def _operations_of(document: DocumentNode) -> Iterator[OperationDefinitionNode]:
    return (d for d in document.definitions if isinstance(d, OperationDefinitionNode))


def _merge(
    sets: Iterable[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]
) -> dict[str, list[FieldNode]]:
    """The fields of selection sets of one object, by their keys in the response."""
    merged: dict[str, list[FieldNode]] = defaultdict(list)
    stack: list[Any] = list(sets)
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FieldNode):
                merged[(node.alias or node.name).value].append(node)
            elif isinstance(node, FragmentSpreadNode):
                if node.name.value in fragments:
                    stack.append(fragments[node.name.value].selection_set)
            else:
                stack.append(node.selection_set)
    return merged


class _Measurement:
    """One walk over a document, each fragment counted once."""

    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.fragments = _fragments_of(document)
        self.known: dict[tuple[str, bool], Shape] = {}
        self.path: set[tuple[str, bool]] = set()
        self.reached: set[str] = set()

    def measure(self) -> Shape:
        total = Shape(tokens=self.document.token_count)
        for operation in _operations_of(self.document):
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
