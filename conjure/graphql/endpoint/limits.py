"""The limits on a client's document: its text, its tokens, its shape, and how often it repeats the same fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    SelectionSetNode,
    parse,
)

from conjure.conf import settings
from conjure.encoding import NOT_STORABLE, is_storable
from conjure.exceptions import InvalidError, LimitedError
from conjure.graphql.documents import InvalidDocument, fragments_of
from conjure.graphql.endpoint.shapes import Shape, operations_of, too_deep

# How many pairs of fields of one object may have the same response key: validation compares each with each.
_MAX_PAIRS = 5_000
# How many values a document may ask for of one type of the schema. GraphiQL asks for two thirds of that.
_MAX_INTROSPECTION = 7_500


def require_text(text: str) -> None:
    """Raise InvalidError for a document that holds NUL or a lone surrogate, LimitedError for one that is too long."""
    if len(text) > settings.GRAPHQL_MAX_CHARACTERS:
        raise _too_much("characters", settings.GRAPHQL_MAX_CHARACTERS)
    if not is_storable(text) or "\\u0000" in text or "\\u{0" in text:
        raise InvalidError(NOT_STORABLE)


def parse_text(text: str) -> DocumentNode:
    """Parse a client's document. Raise LimitedError for too many tokens, InvalidDocument for a syntax error."""
    try:
        return parse(text, max_tokens=settings.GRAPHQL_MAX_TOKENS)
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            is_deep = "nested too deeply" in error.message
            raise (too_deep() if is_deep else _too_much("tokens", settings.GRAPHQL_MAX_TOKENS)) from None
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        raise InvalidDocument([error]) from None
    except RecursionError:
        raise too_deep() from None


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
    fragments = fragments_of(document)
    pairs = 0
    for operation in operations_of(document):
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
