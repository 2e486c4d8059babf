"""The GraphQL endpoint over HTTP: who asks, what they send, whether it may be executed, and the answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from graphql import OperationType

from conjure.auth.authentication import authenticate_request, require_staff
from conjure.conf import settings
from conjure.encoding import parse_json
from conjure.exceptions import InvalidError, LimitedError, UnauthenticatedError
from conjure.graphql.context import Context
from conjure.graphql.endpoint.client_documents import find_operation, prepare_client_document, require_affordable
from conjure.graphql.endpoint.first_query import first_query
from conjure.graphql.endpoint.graphiql import render_graphiql
from conjure.graphql.endpoint.introspection_answers import find_answer
from conjure.graphql.endpoint.multipart import parse_multipart
from conjure.graphql.endpoint.operations import ClientOperation, parse_operation, parse_query_string
from conjure.graphql.endpoint.persisted import find_text, remember
from conjure.graphql.endpoint.responses import HEADERS, RefusedRequestError, answer_body, answer_failure, answer_result
from conjure.graphql.execution import execute
from conjure.graphql.introspection import hidden_models
from conjure.graphql.schema import get_schema

MULTIPART = "multipart/form-data"
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@csrf_exempt  # The login checks the token where it is needed; the middleware would refuse bearers too, and in HTML.
@transaction.non_atomic_requests  # Each mutation has a transaction of its own.
def graphql_view(request: HttpRequest) -> HttpResponse:
    """Answer ``POST`` with any operation, ``GET`` with a query, and a browser with GraphiQL; for staff alone.

    Whatever goes wrong is answered in JSON, as ``{"errors": [...]}``.
    """
    try:
        return _answer(request)
    except _TOO_LARGE:
        return answer_failure(request, _too_large())
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return answer_failure(request, InvalidError("The request cannot be understood."))
    except Exception as failure:  # noqa: BLE001 - masked and logged, or turned into the error that it stands for
        return answer_failure(request, failure)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD", "POST"}:
        raise _not_allowed("GET, HEAD, POST")
    _refuse_large_body(request)
    wants_page = request.method != "POST" and settings.GRAPHIQL and _prefers_html(request)
    try:
        _require_staff(request)
    except UnauthenticatedError:
        login = _login_url() if wants_page else None
        if login is None:
            raise
        redirect = redirect_to_login(request.get_full_path(), login)
        for name, value in HEADERS.items():
            redirect[name] = value
        return redirect
    if wants_page:
        return render_graphiql(request, endpoint=request.path, default_query=first_query(request))
    return _execute(request, _read_operation(request))


def _execute(request: HttpRequest, operation: ClientOperation) -> HttpResponse:
    schema = get_schema()
    document = prepare_client_document(schema, find_text(operation), lambda: _may_suggest(request))
    definition = find_operation(document, operation.operation_name)
    if request.method != "POST" and definition.operation is not OperationType.QUERY:
        raise _not_allowed("POST")
    require_affordable(schema, document, definition, operation.variables)
    remember(operation)
    kept = find_answer(schema, document, definition, request)
    body = None if kept is None else kept.recall()
    if body is not None:
        return answer_body(request, body)
    result = execute(schema, document, request, operation.variables, operation.operation_name)
    response = answer_result(request, result)
    if kept is not None and not result.errors:
        kept.keep(response.content)
    return response


def _require_staff(request: HttpRequest) -> None:
    try:
        user = authenticate_request(request)
    except LimitedError as error:
        # The CSRF token was looked for in the body.
        raise RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error) from error
    require_staff(user)


def _may_suggest(request: HttpRequest) -> bool:
    """Whether errors may say which names there are: to those whom introspection tells all of them."""
    user: Any = request.user
    return settings.INTROSPECTION and user.is_superuser and not hidden_models(Context(request))


def _read_operation(request: HttpRequest) -> ClientOperation:
    if request.method != "POST":
        return parse_query_string(request.GET)
    if request.content_type == MULTIPART:
        _refuse_large_files(request)
        return parse_multipart(request)
    if request.content_type != "application/json":
        error = InvalidError("Send application/json, or multipart/form-data with files.")
        raise RefusedRequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, error)
    body = request.body
    if len(body) > settings.MAX_BODY_SIZE:
        raise _too_large()
    return parse_operation(parse_json(body))


def _refuse_large_body(request: HttpRequest) -> None:
    """Refuse by what the client says of its body, before any of it is read."""
    limit = settings.MAX_BODY_SIZE
    if request.content_type == MULTIPART:
        limit += settings.MAX_UPLOAD_SIZE
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if not (length.isascii() and length.isdigit()):
        raise InvalidError("The Content-Length is no number.")
    if len(length) > 15 or int(length) > limit:
        raise _too_large()


def _refuse_large_files(request: HttpRequest) -> None:
    sizes = [file.size or 0 for _, files in request.FILES.lists() for file in files]
    if sum(sizes) > settings.MAX_UPLOAD_SIZE:
        raise _too_large()


def _too_large() -> RefusedRequestError:
    return RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, LimitedError("The request is too large."))


def _not_allowed(methods: str) -> RefusedRequestError:
    error = InvalidError(
        "Send this by POST." if methods == "POST" else "Send a query by GET, or any operation by POST."
    )
    return RefusedRequestError(HTTPStatus.METHOD_NOT_ALLOWED, error, {"Allow": methods})


def _prefers_html(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted and "json" not in accepted


def _login_url() -> str | None:
    """Where the project logs its users in, if there is such a page."""
    try:
        url: str = resolve_url(django_settings.LOGIN_URL)
        if url.startswith("/") and not url.startswith("//"):
            resolve(url)
    except (NoReverseMatch, Resolver404):
        return None
    return url
