"""The GraphQL endpoint over HTTP: who asks, what they send, whether it may be executed, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from graphql import OperationDefinitionNode, OperationType

from conjure.auth.access import admit
from conjure.auth.authentication import authenticate_request
from conjure.auth.staff import is_superuser
from conjure.browsers.addresses import find_login_url, prefers_html, send_to_login
from conjure.conf import settings
from conjure.exceptions import InvalidError, LimitedError, UnauthenticatedError
from conjure.graphql.context import Context
from conjure.graphql.endpoint.amounts import amounts_of
from conjure.graphql.endpoint.client_documents import (
    ClientDocument,
    find_operation,
    prepare_client_document,
    require_affordable,
)
from conjure.graphql.endpoint.costs import cost_extension
from conjure.graphql.endpoint.first_query import first_query
from conjure.graphql.endpoint.graphiql import render_graphiql
from conjure.graphql.endpoint.introspection_answers import find_answer
from conjure.graphql.endpoint.operations import ClientOperation
from conjure.graphql.endpoint.persisted import find_text, remember
from conjure.graphql.endpoint.requests import (
    METHODS,
    not_allowed,
    read_operation,
    refuse_large_body,
    too_large,
    wants_cost,
)
from conjure.graphql.endpoint.responses import RefusedRequestError, answer_body, answer_failure, answer_result
from conjure.graphql.execution import execute
from conjure.graphql.introspection import hidden_models
from conjure.graphql.schema import get_schema
from conjure.operations.facts import operation_of
from conjure.operations.observe import observed
from conjure.requests import BODY_TOO_LARGE, REQUEST_UNREADABLE
from conjure.responses import as_endpoint
from conjure.throttles import READ, spend
from conjure.uploads import limit_uploads

# Of an operation's name, in reports.
_MAX_NAME = 100


@csrf_exempt  # The login checks the token where it is needed; the middleware would refuse bearers too, and in HTML.
@observed("graphql")
@as_endpoint
def graphql_view(request: HttpRequest) -> HttpResponse:
    """Answer ``POST`` with any operation, ``GET`` with a query, and a browser with GraphiQL; for staff alone.

    Whatever goes wrong is answered in JSON, as ``{"errors": [...]}``.
    """
    try:
        return _answer(request)
    except BODY_TOO_LARGE:
        return answer_failure(request, too_large())
    except REQUEST_UNREADABLE:
        return answer_failure(request, InvalidError("The request cannot be understood."))
    except Exception as failure:  # noqa: BLE001 - hooks may raise anything; it is masked and logged, or an expected error
        return answer_failure(request, failure)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in METHODS:
        raise not_allowed(METHODS)
    refuse_large_body(request)
    limit_uploads(request)  # Before the login: its check of a CSRF token may look for one in the body.
    wants_page = request.method != "POST" and settings.GRAPHIQL and prefers_html(request)
    try:
        _admit(request)
    except UnauthenticatedError:
        login = find_login_url(request) if wants_page else None
        if login is None:
            raise
        return send_to_login(request, login)
    context = Context(request)
    if wants_page:
        spend(request, {READ: 1})
        return render_graphiql(request, endpoint=request.path, default_query=first_query(context))
    return _execute(context, _accept(context))


@dataclass(frozen=True, kw_only=True)
class _Accepted:
    """An operation that may be executed."""

    document: ClientDocument
    definition: OperationDefinitionNode
    sent: ClientOperation
    cost: int


def _accept(context: Context) -> _Accepted:
    """The operation that a request carries, once what it asks for is counted."""
    try:
        accepted = _prepare(context)
    except Exception:
        spend(context.request, {READ: 1})  # Whatever was refused cost something too.
        raise
    document, definition, sent = accepted.document, accepted.definition, accepted.sent
    spend(context.request, amounts_of(document.node, definition, sent.variables, accepted.cost))
    return accepted


def _prepare(context: Context) -> _Accepted:
    request = context.request
    sent = read_operation(request)
    document = prepare_client_document(get_schema(), find_text(sent), lambda: _may_suggest(context))
    definition = find_operation(document, sent.operation_name)
    if request.method != "POST" and definition.operation is not OperationType.QUERY:
        raise not_allowed(["POST"])
    operation = operation_of(request)
    if operation is not None:
        operation.name = definition.name.value[:_MAX_NAME] if definition.name else ""
    cost = require_affordable(document, definition, sent.variables)
    if operation is not None:
        operation.cost = cost
    return _Accepted(document=document, definition=definition, sent=sent, cost=cost)


def _execute(context: Context, accepted: _Accepted) -> HttpResponse:
    request, document, sent = context.request, accepted.document, accepted.sent
    remember(sent)
    extensions = {"cost": cost_extension(accepted.cost)} if wants_cost(request) else {}
    cached = None if extensions else find_answer(document, accepted.definition, context)
    body = None if cached is None else cached.recall()
    if body is not None:
        return answer_body(request, body)
    result = execute(document, context, sent.variables, sent.operation_name)
    response = answer_result(request, result, extensions)
    if cached is not None and not result.errors:
        cached.keep(response.content)
    return response


def _admit(request: HttpRequest) -> None:
    try:
        user = authenticate_request(request)
    except LimitedError as error:
        # The CSRF token was looked for in the body.
        raise RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error) from error
    operation = operation_of(request)
    if operation is not None:
        operation.user_id = user.pk
    admit(request, user)


def _may_suggest(context: Context) -> bool:
    """Whether errors may suggest names: to users to whom introspection shows all of them."""
    return settings.INTROSPECTION and is_superuser(context.user) and not hidden_models(context)
