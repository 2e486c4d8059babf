"""Whatever went wrong as a status and a JSON body: one table from codes to statuses, and nothing internal."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from conjure.auth.authentication import authenticate_header
from conjure.conf import settings
from conjure.exceptions import (
    NON_FIELD_ERRORS,
    ConjureError,
    InvalidError,
    LimitedError,
    ProtectedError,
    UnavailableError,
)
from conjure.graphql.errors import to_conjure_error

STATUSES = {
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "INVALID": HTTPStatus.BAD_REQUEST,
    "PROTECTED": HTTPStatus.CONFLICT,
    "CONFLICT": HTTPStatus.PRECONDITION_FAILED,
    "LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
}
OPERATION = "operation"
"""Names the one of many operations that failed; clients show the first key, so it comes last."""


def handle_exception(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to anything that a view raised, as DRF asks for it."""
    if isinstance(error, APIException):
        return _answer_rest_framework(error, context)
    expected = to_conjure_error(error)
    if expected is not None:
        return _answer_expected(expected)
    status = _status_of_django(error)
    if status is not None:
        return Response({"detail": _DETAILS[status]}, status=status)
    return _answer_unexpected(error)


def _answer_expected(error: ConjureError) -> Response:
    status = STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    headers: dict[str, str] = {}
    body: dict[str, Any] = {"detail": error.message}
    match error:
        case InvalidError():
            body = _in_order(error.errors)
        case ProtectedError():
            body["protected"] = error.blockers
        case LimitedError(retry_after=None):
            # Too much, which waiting does not mend.
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case LimitedError() | UnavailableError():
            headers["Retry-After"] = str(error.retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = authenticate_header()
    if isinstance(error, UnavailableError):
        logging.getLogger(settings.LOGGER_NAME).error("The database failed.", exc_info=error.__cause__ or error)
    return Response(body, status=status, headers=headers)


def _in_order(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Fields first, then the errors of no field, then which operation it was."""
    last = [name for name in (NON_FIELD_ERRORS, OPERATION) if name in errors]
    return {**{name: messages for name, messages in errors.items() if name not in last}, **{n: errors[n] for n in last}}


def _answer_rest_framework(error: APIException, context: dict[str, Any]) -> Response:
    headers: dict[str, str] = {}
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = authenticate_header()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    detail = error.detail if isinstance(error.detail, str) else error.default_detail
    return Response({"detail": str(detail)}, status=error.status_code, headers=headers)


_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be understood.",
    HTTPStatus.FORBIDDEN: "You do not have permission to perform this action.",
    HTTPStatus.NOT_FOUND: "Not found.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
}


def _status_of_django(error: BaseException) -> HTTPStatus | None:
    match error:
        case Http404():
            return HTTPStatus.NOT_FOUND
        case PermissionDenied():
            return HTTPStatus.FORBIDDEN
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case SuspiciousOperation() | BadRequest() | MultiPartParserError() | UnreadablePostError():
            return HTTPStatus.BAD_REQUEST
    return None


def _answer_unexpected(error: BaseException) -> Response:
    error_id = uuid.uuid4().hex
    logging.getLogger(settings.LOGGER_NAME).error("Unexpected error %s", error_id, exc_info=error)
    body = {"detail": "Something went wrong.", "id": error_id}
    return Response(body, status=HTTPStatus.INTERNAL_SERVER_ERROR)
