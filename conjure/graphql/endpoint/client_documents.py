"""A client's text becomes a document that may be executed: first the limits, then the syntax, then the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, get_operation_ast

from conjure.caches import BoundedCache, cached
from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.graphql.documents import Document, InvalidDocument, new_selections, require_valid
from conjure.graphql.endpoint.costs import estimate_cost, require_cost
from conjure.graphql.endpoint.limits import parse_text, require_few_pairs, require_shape, require_text
from conjure.graphql.endpoint.shapes import Shape, measure_shape
from conjure.graphql.schema import BuiltSchema

_MAX_ERRORS = 20
# Each suggestion compares a name with all names of the schema.
_MAX_SUGGESTIONS = 3


@dataclass(eq=False, kw_only=True)
class ClientDocument(Document):
    """A valid document of a client, with its size once its fragments are spelled out."""

    shape: Shape
    fixed_costs: dict[tuple[Any, ...], int] = field(default_factory=dict)
    """The costs of operations without variables, by operation and the page sizes that are set."""


@cached(maxsize=1)
def client_documents(schema: BuiltSchema) -> BoundedCache[str, ClientDocument]:
    """The most recently used documents that clients sent for a schema, by their texts."""
    return BoundedCache(lambda: settings.GRAPHQL_DOCUMENT_CACHE_SIZE)


def prepare_client_document(schema: BuiltSchema, text: str, may_suggest: Callable[[], bool]) -> ClientDocument:
    """The document of a text that a client sent, from the cache where the same text was sent lately.

    Raise InvalidDocument with all that is wrong with it, LimitedError where it is over a limit, InvalidError for
    characters that no text may hold. Errors say "Did you mean" only where ``may_suggest``.
    """
    require_text(text)
    known = client_documents(schema)
    document = known.get(text)
    if document is None:
        document = _prepare(schema, text, may_suggest)
        known.put(text, document)
    require_shape(document.shape)
    if document.shape.introspection and not settings.INTROSPECTION:
        raise ForbiddenError("Introspection is switched off.", rule="INTROSPECTION")
    return document


def _prepare(schema: BuiltSchema, text: str, may_suggest: Callable[[], bool]) -> ClientDocument:
    node = parse_text(text)
    shape = measure_shape(node)
    require_shape(shape)
    require_few_pairs(node)
    try:
        require_valid(schema.client, node, hide_suggestions=True, max_errors=_MAX_ERRORS)
    except InvalidDocument as invalid:
        if len(invalid.errors) > _MAX_SUGGESTIONS or not may_suggest():
            raise
        require_valid(schema.client, node)
    return ClientDocument(schema=schema, node=node, selections=new_selections(node), shape=shape)


def find_operation(document: ClientDocument, name: str | None) -> OperationDefinitionNode:
    """The operation of that name, or the only one. Raise InvalidDocument where there is none, or no only one."""
    found = get_operation_ast(document.node, name)
    if found is None:
        message = "Send operationName: the document has several operations." if name is None else "No such operation."
        raise InvalidDocument([GraphQLError(message)])
    return found


def require_affordable(document: ClientDocument, operation: OperationDefinitionNode, variables: dict[str, Any]) -> int:
    """What the operation may cost, in values. Raise LimitedError where that is more than ``GRAPHQL_MAX_COST``."""
    if operation.variable_definitions:
        cost = estimate_cost(document.schema, document.node, operation, variables)
    else:
        sizes = (settings.PAGE_SIZE, settings.MAX_PAGE_SIZE, settings.GRAPHQL_MAX_PAGE_SIZE)
        known = document.fixed_costs.get((id(operation), *sizes))
        cost = estimate_cost(document.schema, document.node, operation, {}) if known is None else known
        document.fixed_costs[id(operation), *sizes] = cost
    require_cost(cost)
    return cost
