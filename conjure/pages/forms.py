"""Pages with a form, and the answers that have none: redirects and wrong methods."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware.csrf import get_token

from conjure.auth.csrf import set_csrf_cookie
from conjure.browsers.addresses import find_url
from conjure.browsers.html import render_page
from conjure.exceptions import ConjureError, DeniedError, ForbiddenError
from conjure.graphql.errors import log_failure, log_unexpected, to_conjure_error
from conjure.responses import response_headers, retry_headers, set_headers, status_of


def render_form_page(
    request: HttpRequest, template: str, values: Mapping[str, Any], error: ConjureError | None = None
) -> HttpResponse:
    """A page whose forms have a CSRF token, with the status and the headers of the error that it tells of, if any."""
    response = _render(request, template, {"csrf_token": get_token(request), **values}, error)
    set_csrf_cookie(request, response)
    return response


def render_refusal(request: HttpRequest, failure: Exception) -> HttpResponse:
    """The page for a browser that gets no other, whatever the reason; an unexpected one is masked and logged.

    A user who is known and may not do this can log in as somebody else.
    """
    error = to_conjure_error(failure)
    if error is None:
        log_unexpected(failure)
        error = ConjureError()
    else:
        log_failure(error, failure)
    if not isinstance(error, ForbiddenError | DeniedError):
        return _render(request, "refused.html", {"message": error.message}, error)
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    values = {"message": error.message, "user": user if is_known else None, "logout": find_url(request, "logout-page")}
    return render_form_page(request, "refused.html", values, error)


def _render(request: HttpRequest, template: str, values: Mapping[str, Any], error: ConjureError | None) -> HttpResponse:
    response = render_page(request, template, values, HTTPStatus.OK if error is None else status_of(error))
    if error is not None:
        set_headers(response, retry_headers(error))
    return response


def redirect(url: str) -> HttpResponse:
    """A redirect by GET."""
    response = HttpResponseRedirect(url)
    set_headers(response, response_headers(response.status_code))
    return response


def refuse_method(allowed: list[str]) -> HttpResponse:
    """405."""
    response = HttpResponseNotAllowed(allowed)
    set_headers(response, response_headers(response.status_code))
    return response
