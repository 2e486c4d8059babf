"""Where a browser is and where it goes: addresses under this mount, and the page where it logs in."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse

from conjure.auth.authentication import is_jwt_mode
from conjure.conf import settings
from conjure.encoding import JSON_TYPE
from conjure.responses import response_headers, set_headers


def prefers_html(request: HttpRequest) -> bool:
    """Whether the client would rather have a page than JSON, as a browser that shows an address does."""
    return request.get_preferred_type([JSON_TYPE, "text/html"]) == "text/html"


def mount_url(request: HttpRequest, name: str, *args: Any) -> str:
    """The path of one of conjure's URLs by its name. A project may mount conjure more than once: this is that mount."""
    match = request.resolver_match
    return reverse(f"conjure:{name}", args=args, current_app=match.namespace if match else None)


def find_url(request: HttpRequest, name: str, *args: Any) -> str | None:
    """The same, or None where the project does not mount that URL."""
    try:
        return mount_url(request, name, *args)
    except NoReverseMatch:
        return None


def find_login_url(request: HttpRequest) -> str | None:
    """Where a browser logs in: at the project's ``LOGIN_URL``, or else at conjure's own page.

    None where there is neither: logins give tokens, or there are none by password.
    """
    url = _find_project_login_url()
    return find_url(request, "login-page") if url is None and serves_login_page() else url


def serves_login_page() -> bool:
    """Whether conjure's own login page is there: it begins sessions."""
    return settings.LOGIN and not is_jwt_mode()


def _find_project_login_url() -> str | None:
    """The URL of ``LOGIN_URL``, or None where the project has no such page. A page on another host is taken as it is.

    A path is looked for below ``SCRIPT_NAME``, whether ``LOGIN_URL`` has it in front or not.
    """
    try:
        url: str = resolve_url(django_settings.LOGIN_URL)
        if not url.startswith("/") or url.startswith("//"):
            return url
        prefix = get_script_prefix()
        path = "/" + url.removeprefix(prefix) if url.startswith(prefix) else url
        view: Any = resolve(path.partition("?")[0]).func
    except (NoReverseMatch, Resolver404):
        return None
    # Below a mount at the root every address is conjure's, and answers that there is nothing there.
    is_unknown = getattr(getattr(view, "cls", None), "answers_unknown_urls", False)
    return None if is_unknown else prefix + path[1:]


def send_to_login(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect to the login page, which leads back to this request's address."""
    response = redirect_to_login(request.get_full_path(), url)
    set_headers(response, response_headers(response.status_code))
    return response
