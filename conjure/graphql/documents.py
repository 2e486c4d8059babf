"""Documents that were parsed and validated for the schema, to be executed with variables only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    parse,
    validate,
    visit,
)

from conjure.caches import cached
from conjure.graphql.schema import BuiltSchema


@dataclass(eq=False, kw_only=True)
class Document:
    """A document that is valid for its schema.

    ``selections`` keeps what was compiled for it; None where ``@skip`` or ``@include`` occur, so that it depends on
    the variables.
    """

    schema: BuiltSchema
    node: DocumentNode
    selections: dict[Any, Any] | None


class InvalidDocument(Exception):  # noqa: N818 - graphql-core's errors are inside
    """A document that does not parse or is not valid for the schema; ``errors`` says why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document, by name."""
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    """The fields that an operation of a valid document asks of its root, in fragments too."""
    fragments = fragments_of(document)
    stack: list[Any] = [operation.selection_set]
    while stack:
        for each in stack.pop().selections:
            if isinstance(each, FieldNode):
                yield each
            else:
                spread = isinstance(each, FragmentSpreadNode)
                stack.append(fragments[each.name.value].selection_set if spread else each.selection_set)


class _FindsConditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found = self.found or node.name.value in {"skip", "include"}


def prepare_document(schema: BuiltSchema, text: str) -> Document:
    """Parse and validate a document. Raise InvalidDocument with all that is wrong with it."""
    try:
        node = parse(text, max_tokens=None, no_location=False)
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    require_valid(schema.core, node)
    return Document(schema=schema, node=node, selections=new_selections(node))


def require_valid(
    schema: GraphQLSchema, node: DocumentNode, *, hide_suggestions: bool = False, max_errors: int | None = None
) -> None:
    """Validate a parsed document. Raise InvalidDocument with up to ``max_errors`` errors (100 by default)."""
    errors = validate(schema, node, hide_suggestions=hide_suggestions, max_errors=max_errors)
    if errors:
        raise InvalidDocument(errors)


def new_selections(node: DocumentNode) -> dict[Any, Any] | None:
    """What ``Document.selections`` is at first."""
    finder = _FindsConditions()
    visit(node, finder)
    return None if finder.found else {}


@cached(maxsize=64)
def get_own_document(schema: BuiltSchema, text: str) -> Document:
    """The document of one of our own texts that names no model."""
    return prepare_document(schema, text)
