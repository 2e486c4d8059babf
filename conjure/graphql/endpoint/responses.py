"""What the endpoint answers with: the result, or why there is none, as JSON that nobody keeps."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from graphql import ExecutionResult, GraphQLError

from conjure.auth.authentication import authenticate_header
from conjure.encoding import encode_json
from conjure.exceptions import ConjureError, InvalidError, UnavailableError
from conjure.graphql.documents import InvalidDocument
from conjure.graphql.errors import format_error, to_conjure_error

RESPONSE_TYPE = "application/graphql-response+json"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_STATUSES = {
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "INVALID": HTTPStatus.BAD_REQUEST,
    "LIMITED": HTTPStatus.BAD_REQUEST,
    # The protocol of persisted queries: the client is to look at the code and to send the document.
    "PERSISTED_QUERY_NOT_FOUND": HTTPStatus.OK,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
}


class RefusedRequestError(Exception):
    """A request that is refused with a status that its error's code does not tell."""

    def __init__(self, status: HTTPStatus, error: ConjureError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = dict(headers or {})


def answer_result(request: HttpRequest, result: ExecutionResult) -> HttpResponse:
    """The answer to an operation that was executed: 200 with its errors, if any.

    400 where its variables were refused before anything was executed, 503 where the database could answer nothing.
    """
    if not result.errors:
        return _respond(request, {"data": result.data}, HTTPStatus.OK)
    if result.data is None and all(error.path is None for error in result.errors):
        for error in result.errors:
            error.extensions = {**(error.extensions or {}), "code": InvalidError.code}
        return _respond(request, {"errors": [dict(error.formatted) for error in result.errors]}, HTTPStatus.BAD_REQUEST)
    errors = [format_error(error) for error in result.errors]
    body: dict[str, Any] = {"data": result.data, "errors": errors}
    if _is_empty(result.data) and any(e["extensions"]["code"] == UnavailableError.code for e in errors):
        return _respond(request, body, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"})
    return _respond(request, body, HTTPStatus.OK)


def answer_body(request: HttpRequest, body: bytes) -> HttpResponse:
    """The answer to an operation whose body was made before."""
    return _respond_with(request, body, HTTPStatus.OK)


def answer_failure(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The answer where nothing was executed, whatever stood in the way; what is unexpected is masked, 500."""
    match failure:
        case RefusedRequestError():
            return _respond(request, {"errors": [_format(failure.error)]}, failure.status, failure.headers)
        case InvalidDocument():
            return _respond(request, {"errors": [format_error(e) for e in failure.errors]}, HTTPStatus.BAD_REQUEST)
    expected = to_conjure_error(failure)
    headers: dict[str, str] = {}
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if expected is not None:
        status = _STATUSES.get(expected.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = authenticate_header()
    if isinstance(expected, UnavailableError):
        headers["Retry-After"] = str(expected.retry_after)
    return _respond(request, {"errors": [_format(failure)]}, status, headers)


def _format(failure: Exception) -> dict[str, Any]:
    return format_error(GraphQLError(str(failure), original_error=failure))


def _is_empty(data: Any) -> bool:
    return data is None or (isinstance(data, dict) and all(map(_is_empty, data.values())))


def _respond(
    request: HttpRequest, body: dict[str, Any], status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return _respond_with(request, encode_json(body), status, headers)


def _respond_with(
    request: HttpRequest, body: bytes, status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    accepts_own_type = RESPONSE_TYPE in request.headers.get("Accept", "")
    return HttpResponse(
        body,
        status=status,
        content_type=f"{RESPONSE_TYPE}; charset=utf-8" if accepts_own_type else "application/json",
        headers={**HEADERS, "Vary": "Accept", **(headers or {})},
    )
