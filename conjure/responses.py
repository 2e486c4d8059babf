"""What the HTTP responses of both faces have in common: the status of each error, headers, and no outer transaction."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import connections, transaction

from conjure.auth.authentication import authenticate_header
from conjure.exceptions import ConjureError, DeniedError, LimitedError

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_STATUSES = {
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "FORBIDDEN": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "INVALID": HTTPStatus.BAD_REQUEST,
    "PROTECTED": HTTPStatus.CONFLICT,
    "CONFLICT": HTTPStatus.PRECONDITION_FAILED,
    "LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: ConjureError) -> HTTPStatus:
    """The HTTP status of an expected error."""
    if isinstance(error, DeniedError):
        return error.status
    if isinstance(error, LimitedError) and error.retry_after is None:
        # Too large, not too often: waiting does not help.
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def response_headers(status: int) -> dict[str, str]:
    """The headers that every response with this status has.

    Browsers must not store data. A 401 holds none, and says ``no-cache`` instead of ``no-store``: Chromium never
    finishes a ``no-store`` 401 whose body the client does not read.
    """
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers |= {"Cache-Control": "no-cache", "WWW-Authenticate": authenticate_header()}
    return headers


def retry_headers(error: ConjureError) -> dict[str, str]:
    """``Retry-After``, where the error says after how many seconds the client may try again."""
    seconds: int | None = getattr(error, "retry_after", None)
    return {} if seconds is None else {"Retry-After": str(seconds)}


def without_request_transaction(view: ViewT) -> ViewT:
    """Exempt a view from ``ATOMIC_REQUESTS``, on every database: each write has a transaction of its own.

    Otherwise a database that cannot be reached would fail before the view could answer.
    """
    for alias in connections:
        transaction.non_atomic_requests(using=alias)(view)
    return view
