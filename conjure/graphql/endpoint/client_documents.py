"""From a client's text to a document that may be executed: limits first, then the syntax, then the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, get_operation_ast

from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.graphql.documents import Document, InvalidDocument, validate_document
from conjure.graphql.endpoint.costs import estimate_cost, require_cost
from conjure.graphql.endpoint.limits import (
    Shape,
    measure_shape,
    parse_text,
    require_few_pairs,
    require_shape,
    require_text,
)
from conjure.graphql.schema import BuiltSchema

_MAX_ERRORS = 20
# Each suggestion compares a name with all names of the schema.
_MAX_SUGGESTIONS = 3


@dataclass(eq=False, kw_only=True)
class ClientDocument(Document):
    """A valid document of a client, with what it comes to."""

    shape: Shape
    fixed_costs: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """The costs of operations without variables, by operation and the page sizes that are set."""


def prepare_client_document(schema: BuiltSchema, text: str, may_suggest: Callable[[], bool]) -> ClientDocument:
    """The document of a text that a client sent, from the cache where the same text was sent lately.

    Raise InvalidDocument with all that is wrong with it, LimitedError where it is over a limit, InvalidError for
    characters that no text may hold. Errors say "Did you mean" only where ``may_suggest``.
    """
    require_text(text)
    document = schema.clients.get(text)
    if document is None:
        document = _prepare(schema, text, may_suggest)
        schema.clients.put(text, document)
    assert isinstance(document, ClientDocument)
    require_shape(document.shape)
    if document.shape.introspection and not settings.INTROSPECTION:
        raise ForbiddenError("Introspection is switched off.")
    return document


def _prepare(schema: BuiltSchema, text: str, may_suggest: Callable[[], bool]) -> ClientDocument:
    node = parse_text(text)
    shape = measure_shape(node)
    require_shape(shape)
    require_few_pairs(node)
    try:
        document = validate_document(schema.core, node, hide_suggestions=True, max_errors=_MAX_ERRORS)
    except InvalidDocument as invalid:
        if len(invalid.errors) > _MAX_SUGGESTIONS or not may_suggest():
            raise
        document = validate_document(schema.core, node)
    return ClientDocument(node=document.node, is_conditional=document.is_conditional, shape=shape)


def find_operation(document: ClientDocument, name: str | None) -> OperationDefinitionNode:
    """The operation of that name, or the only one. Raise InvalidDocument where there is none, or no only one."""
    found = get_operation_ast(document.node, name)
    if found is None:
        message = "Send operationName: the document has several operations." if name is None else "No such operation."
        raise InvalidDocument([GraphQLError(message)])
    return found


def require_affordable(
    schema: BuiltSchema, document: ClientDocument, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> None:
    """Raise LimitedError where the answer may hold more values than ``GRAPHQL_MAX_COST``."""
    if operation.variable_definitions:
        require_cost(estimate_cost(schema.core, document.node, operation, variables))
        return
    key = (id(operation), settings.PAGE_SIZE, settings.GRAPHQL_MAX_PAGE_SIZE)
    cost = document.fixed_costs.get(key)
    if cost is None:
        cost = document.fixed_costs[key] = estimate_cost(schema.core, document.node, operation, {})
    require_cost(cost)
