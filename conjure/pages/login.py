"""The login page, for projects that have none of their own, and the way out again. Neither needs JavaScript."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from conjure.auth.authentication import identify
from conjure.auth.csrf import enforce_csrf, refuse_foreign_origin
from conjure.auth.login import login, logout
from conjure.auth.staff import is_active_staff
from conjure.browsers.addresses import find_login_url, mount_url, serves_login_page
from conjure.exceptions import ConjureError, InvalidError, NotFoundError
from conjure.operations.observe import observed
from conjure.pages.forms import redirect, refuse_method, render_form_page, render_refusal
from conjure.requests import BODY_TOO_LARGE, REQUEST_UNREADABLE
from conjure.responses import as_endpoint
from conjure.throttles import LOGIN, spend
from conjure.uploads import limit_uploads

_METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt  # It asks for the token itself, and says in the page what is wrong.
@sensitive_post_parameters("password")
@observed("page")
@as_endpoint
def login_view(request: HttpRequest) -> HttpResponse:
    """Show the form, and log in whoever sends it; ``next`` is where they wanted to go, on this host alone."""
    if not serves_login_page():
        return render_refusal(request, NotFoundError())
    if request.method not in _METHODS:
        return refuse_method(_METHODS)
    sent: Mapping[str, str] = {}
    try:
        if request.method != "POST":
            identity = identify(request)
            is_in = identity is not None and is_active_staff(identity.user)
            return redirect(_next_url(request, sent)) if is_in else _render(request, sent)
        limit_uploads(request)
        sent = request.POST.dict()
        refuse_foreign_origin(request)
        enforce_csrf(request)
        spend(request, {LOGIN: 1})
        login(request, {"username": sent.get("username"), "password": sent.get("password")})
    except (*BODY_TOO_LARGE, *REQUEST_UNREADABLE):
        return _render(request, {}, InvalidError("The request cannot be understood."))
    except ConjureError as error:
        return _render(request, sent, error)
    except Exception as failure:  # noqa: BLE001 - a project's backend may raise anything, and the database may be away
        return render_refusal(request, failure)
    return redirect(_next_url(request, sent))


@csrf_exempt
@observed("page")
@as_endpoint
def logout_view(request: HttpRequest) -> HttpResponse:
    """End the session of the browser that sends the start page's form, and lead it to where it can log in again."""
    if request.method != "POST":
        return refuse_method(["POST"])
    try:
        refuse_foreign_origin(request)
        enforce_csrf(request)
        logout(request, None)
    except Exception as failure:  # noqa: BLE001 - the session's store may be away
        return render_refusal(request, failure)
    return redirect(find_login_url(request) or mount_url(request, "start"))


def _next_url(request: HttpRequest, sent: Mapping[str, str]) -> str:
    """Where the browser wanted to go, if that is on this host, or the start page."""
    wanted = sent.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_here else mount_url(request, "start")


def _render(request: HttpRequest, sent: Mapping[str, str], error: ConjureError | None = None) -> HttpResponse:
    values = {
        "problem": "" if error is None else error.message,
        "username": sent.get("username", ""),
        "next": _next_url(request, sent),
    }
    return render_form_page(request, "login.html", values, error)
