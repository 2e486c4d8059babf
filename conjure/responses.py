"""What the HTTP responses of both faces have in common: the status of each error, headers, and no outer transaction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from conjure.auth.authentication import authenticate_header
from conjure.encoding import JSON_TYPE, encode_json
from conjure.exceptions import STATUSES, ConjureError, DeniedError, LimitedError
from conjure.orm.primary import reads_of
from conjure.orm.timeouts import limit_statements

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)


def status_of(error: ConjureError) -> HTTPStatus:
    """The HTTP status of an expected error."""
    if isinstance(error, DeniedError):
        return error.status
    if isinstance(error, LimitedError) and error.retry_after is None:
        # Too large, not too often: waiting does not help.
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


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


def set_headers(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    """Set headers on a response that others have made."""
    for name, value in headers.items():
        response.headers[name] = value


class JSONResponse(HttpResponse):
    """A response of JSON, or of nothing for None, with these headers beside those of its status.

    ``data`` is the value itself, as on the responses of Django REST framework.
    """

    def __init__(
        self, data: Any = None, status: int = HTTPStatus.OK, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        content = b"" if data is None else encode_json(data)
        super().__init__(content, JSON_TYPE, status, headers={**response_headers(status), **headers})
        if not content:
            del self.headers["Content-Type"]
        self.data = data


def as_endpoint(view: Callable[..., ResponseT]) -> Callable[..., ResponseT]:
    """What each view of conjure is wrapped in: no outer transaction, no statement over ``STATEMENT_TIMEOUT``, and reads
    from the primary where the request or its client writes.

    Each write has a transaction of its own. With ``ATOMIC_REQUESTS``, on any database, one that cannot be reached would
    fail before the view could answer.
    """

    @functools.wraps(view)
    def endpoint(request: HttpRequest, *args: Any, **kwargs: Any) -> ResponseT:
        with limit_statements(), reads_of(request) as reads:
            response = view(request, *args, **kwargs)
            reads.mark(response)
            return response

    for alias in connections:
        transaction.non_atomic_requests(using=alias)(endpoint)
    return endpoint
