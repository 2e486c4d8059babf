"""The endpoint's responses: a result, or why there is none, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from graphql import ExecutionResult, GraphQLError

from conjure.encoding import JSON_TYPE, encode_json
from conjure.exceptions import ConjureError, InvalidError, LimitedError, UnavailableError
from conjure.graphql.documents import InvalidDocument
from conjure.graphql.endpoint.persisted import PersistedQueryNotFoundError
from conjure.graphql.errors import format_error, to_conjure_error
from conjure.responses import response_headers, retry_headers, status_of

_OWN_CONTENT_TYPE = "application/graphql-response+json; charset=utf-8"


class RefusedRequestError(Exception):
    """A request that is refused with a status other than its error's own."""

    def __init__(self, status: HTTPStatus, error: ConjureError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})


def answer_result(request: HttpRequest, result: ExecutionResult, extensions: Mapping[str, Any]) -> HttpResponse:
    """The answer to an operation that was executed: 200 with its errors, if any, and with ``extensions``, if any.

    400 where its variables were refused before anything was executed, 503 where the database could answer nothing.
    """
    more = {"extensions": extensions} if extensions else {}
    if not result.errors:
        return _respond(request, {"data": result.data, **more}, HTTPStatus.OK)
    if result.data is None and all(error.path is None for error in result.errors):
        for error in result.errors:
            error.extensions = {**(error.extensions or {}), "code": InvalidError.code}
        refused = [dict(error.formatted) for error in result.errors]
        return _respond(request, {"errors": refused, **more}, HTTPStatus.BAD_REQUEST)
    errors = [format_error(error, _user_of(request)) for error in result.errors]
    body: dict[str, Any] = {"data": result.data, "errors": errors, **more}
    if _is_empty(result.data) and any(e["extensions"]["code"] == UnavailableError.code for e in errors):
        return _respond(request, body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"})
    return _respond(request, body, HTTPStatus.OK)


def answer_body(request: HttpRequest, body: bytes) -> HttpResponse:
    """The answer to an operation whose body was cached."""
    return _respond_with(request, body, HTTPStatus.OK)


def answer_failure(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The answer where nothing was executed, whatever the reason; an unexpected one is masked, 500."""
    match failure:
        case RefusedRequestError():
            return _respond(request, {"errors": [_format(request, failure.error)]}, failure.status, failure.headers)
        case InvalidDocument():
            return _respond(request, {"errors": [format_error(e) for e in failure.errors]}, HTTPStatus.BAD_REQUEST)
    expected = to_conjure_error(failure)
    headers = {} if expected is None else retry_headers(expected)
    return _respond(request, {"errors": [_format(request, failure)]}, _status_of(expected), headers)


def _status_of(expected: ConjureError | None) -> HTTPStatus:
    match expected:
        case None:
            return HTTPStatus.INTERNAL_SERVER_ERROR
        case LimitedError() if expected.retry_after is None:
            # The document is too large, not the request.
            return HTTPStatus.BAD_REQUEST
        case PersistedQueryNotFoundError():
            # The protocol of persisted queries: the client looks at the code and sends the document.
            return HTTPStatus.OK
    return status_of(expected)


def _format(request: HttpRequest, failure: Exception) -> dict[str, Any]:
    return format_error(GraphQLError(str(failure), original_error=failure), _user_of(request))


def _user_of(request: HttpRequest) -> Any:
    return getattr(request, "user", None)


def _is_empty(data: Any) -> bool:
    return data is None or (isinstance(data, dict) and all(map(_is_empty, data.values())))


def _respond(
    request: HttpRequest, body: dict[str, Any], status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return _respond_with(request, encode_json(body), status, headers)


def _respond_with(
    request: HttpRequest, body: bytes, status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(
        body,
        status=status,
        content_type=_content_type(request),
        headers={**response_headers(status), "Vary": "Accept", **(headers or {})},
    )


def _content_type(request: HttpRequest) -> str:
    """GraphQL's own media type where the client prefers it, else JSON's."""
    if "graphql-response" not in request.headers.get("Accept", ""):
        return JSON_TYPE
    # With its charset, so that it matches what a client accepts with a charset or without.
    return request.get_preferred_type([JSON_TYPE, _OWN_CONTENT_TYPE]) or JSON_TYPE
