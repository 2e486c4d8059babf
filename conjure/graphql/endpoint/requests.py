"""HTTP requests to the endpoint: what they may weigh, and the operation that they carry."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest

from conjure.conf import settings
from conjure.encoding import JSON_TYPE, parse_json
from conjure.exceptions import InvalidError, LimitedError
from conjure.graphql.endpoint.multipart import parse_multipart
from conjure.graphql.endpoint.operations import ClientOperation, parse_operation, parse_query_string
from conjure.graphql.endpoint.responses import RefusedRequestError
from conjure.uploads import MULTIPART, refuse_large_files

METHODS = ("GET", "HEAD", "POST")

COST_HEADER = "Conjure-Cost"
"""A client that sends it, with the value true, is told what its document costs."""


def read_operation(request: HttpRequest) -> ClientOperation:
    """The operation of a request. Raise RefusedRequestError or InvalidError for one that is not as it must be."""
    if request.method != "POST":
        return parse_query_string(request.GET)
    if request.content_type == MULTIPART:
        refuse_large_files(request)
        return parse_multipart(request)
    if request.content_type != JSON_TYPE:
        error = InvalidError(f"Send {JSON_TYPE}, or {MULTIPART} with files.")
        raise RefusedRequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, error)
    body = request.body
    if len(body) > settings.MAX_BODY_SIZE:
        raise too_large()
    return parse_operation(parse_json(body))


def wants_cost(request: HttpRequest) -> bool:
    """Whether the client asks what its document costs."""
    return request.headers.get(COST_HEADER, "").lower() == "true"


def refuse_large_body(request: HttpRequest) -> None:
    """Raise RefusedRequestError for a body that is too large by its ``Content-Length``, before any of it is read."""
    limit = settings.MAX_BODY_SIZE
    if request.content_type == MULTIPART:
        limit += settings.MAX_UPLOAD_SIZE
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if not (length.isascii() and length.isdigit()):
        raise InvalidError("Content-Length must be a number.")
    if len(length) > 15 or int(length) > limit:
        raise too_large()


def too_large() -> RefusedRequestError:
    """The refusal of a request that is too large."""
    return RefusedRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, LimitedError("The request is too large."))


def not_allowed(methods: Sequence[str]) -> RefusedRequestError:
    """The refusal of a method other than these."""
    message = "Send this by POST." if len(methods) == 1 else "Send a query by GET, or any operation by POST."
    return RefusedRequestError(HTTPStatus.METHOD_NOT_ALLOWED, InvalidError(message), {"Allow": ", ".join(methods)})
