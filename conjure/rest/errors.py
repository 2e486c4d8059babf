"""Whatever went wrong as a status and a JSON body that tells nothing internal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException

from conjure.exceptions import (
    NON_FIELD_ERRORS,
    OPERATION,
    ConjureError,
    CountChangedError,
    DeniedError,
    InvalidError,
    ProtectedError,
)
from conjure.graphql.errors import MASK, log_failure, log_unexpected, shown_rule, to_conjure_error
from conjure.requests import BODY_TOO_LARGE, REQUEST_UNREADABLE
from conjure.responses import JSONResponse, retry_headers, status_of

RULE_HEADER = "Conjure-Rule"

_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be understood.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
}


def handle_exception(error: Exception, context: dict[str, Any]) -> JSONResponse:
    """The answer to anything that a view raised, as DRF asks for it."""
    if isinstance(error, APIException):
        return _answer_rest_framework(error, context)
    expected = to_conjure_error(error)
    if expected is not None:
        log_failure(expected, expected.__cause__ or error)
        headers = {**retry_headers(expected), **_rule_headers(expected, context)}
        return JSONResponse(_body_of(expected), status=status_of(expected), headers=headers)
    status = _status_of_django(error)
    if status is not None:
        return JSONResponse({"detail": _DETAILS[status]}, status=status)
    return JSONResponse({"detail": MASK, "id": log_unexpected(error)}, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _rule_headers(error: ConjureError, context: dict[str, Any]) -> dict[str, str]:
    """``Conjure-Rule``, for a user who may know which rule refused. Bodies are the contract's."""
    request = getattr(context.get("request"), "_request", None)
    # Not DRF's own user, which would authenticate the request again where that is what failed.
    rule = shown_rule(error, getattr(request, "user", None)) if error.rule else ""
    return {RULE_HEADER: rule} if rule else {}


def _body_of(error: ConjureError) -> dict[str, Any]:
    match error:
        case InvalidError():
            # Fields first, then the errors of no field, then which operation it was.
            last = (NON_FIELD_ERRORS, OPERATION)
            names = [name for name in error.errors if name not in last]
            return {name: error.errors[name] for name in (*names, *last) if name in error.errors}
        case DeniedError():
            return {"detail": error.message, **{k: v for k, v in error.extensions.items() if k != "detail"}}
        case CountChangedError():
            return {"detail": error.message, "count": error.count}
        case ProtectedError():
            return {"detail": error.message, "protected": error.blockers}
    return {"detail": error.message}


def _answer_rest_framework(error: APIException, context: dict[str, Any]) -> JSONResponse:
    headers: dict[str, str] = {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    detail = error.detail if isinstance(error.detail, str) else error.default_detail
    return JSONResponse({"detail": str(detail)}, status=error.status_code, headers=headers)


def _status_of_django(error: BaseException) -> HTTPStatus | None:
    if isinstance(error, BODY_TOO_LARGE):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.BAD_REQUEST if isinstance(error, REQUEST_UNREADABLE) else None
