"""Documents, parsed and validated once: prepared ones of our own, and an LRU of the ones that clients send."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from graphql import DirectiveNode, DocumentNode, GraphQLError, GraphQLSchema, Visitor, parse, validate, visit

from conjure.conf import settings


@dataclass(eq=False, kw_only=True)
class Document:
    """A valid document of one schema, with what was compiled for it.

    ``is_conditional`` says that ``@skip`` or ``@include`` occur, so that selections depend on the variables.
    """

    node: DocumentNode
    is_conditional: bool
    selections: dict[Any, Any] = field(default_factory=dict)


class InvalidDocument(Exception):  # noqa: N818 - graphql-core's errors are inside
    """A document that does not parse or is not valid for the schema; ``errors`` says why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class _FindsConditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found = self.found or node.name.value in {"skip", "include"}


def prepare_document(schema: GraphQLSchema, text: str) -> Document:
    """Parse and validate a document. Raise InvalidDocument with all that is wrong with it."""
    try:
        node = parse(text, max_tokens=None, no_location=False)
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    return validate_document(schema, node)


def validate_document(
    schema: GraphQLSchema, node: DocumentNode, *, hide_suggestions: bool = False, max_errors: int | None = None
) -> Document:
    """Validate a parsed document. Raise InvalidDocument with what is wrong with it: so many errors, 100 if not said."""
    errors = validate(schema, node, hide_suggestions=hide_suggestions, max_errors=max_errors)
    if errors:
        raise InvalidDocument(errors)
    finder = _FindsConditions()
    visit(node, finder)
    return Document(node=node, is_conditional=finder.found)


class DocumentCache:
    """The most recently used documents by text; ``GRAPHQL_DOCUMENT_CACHE_SIZE`` of them, or ``at_least`` so many."""

    def __init__(self, at_least: int = 0) -> None:
        self._at_least = at_least
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str) -> Document | None:
        """The document of that text, if it is still here."""
        with self._lock:
            found = self._documents.get(text)
            if found is not None:
                self._documents.move_to_end(text)
            return found

    def put(self, text: str, document: Document) -> None:
        """Keep a document, and drop the least recently used ones over the limit."""
        with self._lock:
            self._documents[text] = document
            self._documents.move_to_end(text)
            while len(self._documents) > max(self._at_least, settings.GRAPHQL_DOCUMENT_CACHE_SIZE):
                self._documents.popitem(last=False)
