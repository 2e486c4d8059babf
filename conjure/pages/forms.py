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
from conjure.exceptions import ConjureError
from conjure.responses import response_headers, retry_headers, status_of


def render_form_page(
    request: HttpRequest, template: str, values: Mapping[str, Any], error: ConjureError | None = None
) -> HttpResponse:
    """A page whose forms have a CSRF token, with the status and the headers of the error that it tells of, if any."""
    status = HTTPStatus.OK if error is None else status_of(error)
    response = render_page(request, template, {"csrf_token": get_token(request), **values}, status)
    if error is not None:
        _set_headers(response, retry_headers(error))
    set_csrf_cookie(request, response)
    return response


def render_refusal(request: HttpRequest, error: ConjureError) -> HttpResponse:
    """The page for a browser that may not come in, with a way to log in as somebody else."""
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    values = {"message": error.message, "user": user if is_known else None, "logout": find_url(request, "logout-page")}
    return render_form_page(request, "refused.html", values, error)


def redirect(url: str) -> HttpResponse:
    """A redirect by GET."""
    response = HttpResponseRedirect(url)
    _set_headers(response, response_headers(response.status_code))
    return response


def refuse_method(allowed: list[str]) -> HttpResponse:
    """405."""
    response = HttpResponseNotAllowed(allowed)
    _set_headers(response, response_headers(response.status_code))
    return response


def _set_headers(response: HttpResponse, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        response.headers[name] = value
