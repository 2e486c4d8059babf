"""What browsers get and other clients do not: pages, and the way to where they log in.

Pages are whole documents of our own, without scripts, that load nothing: their style stands in them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template import Context, Engine
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse

from conjure.auth.authentication import is_jwt_mode
from conjure.caches import cached
from conjure.conf import DEFAULTS, settings
from conjure.encoding import JSON_TYPE
from conjure.responses import response_headers

_TEMPLATES = Path(__file__).resolve().parent / "templates"
# What a style sheet takes for a colour, so that a brand cannot write rules.
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|(?:rgb|hsl|oklch)\([\w\s.,%/-]+\)")


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
    for name, value in response_headers(response.status_code).items():
        response.headers[name] = value
    return response


def render_page(
    request: HttpRequest, template: str, values: Mapping[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """A page of ours. Templates are given ``brand``, ``accent`` and the ``nonce`` of their style beside the values."""
    nonce = secrets.token_urlsafe(16)
    context = Context({**brand_values(), "nonce": nonce, **values})
    html = page_engine().get_template(f"conjure/{template}").render(context)
    policy = [
        "default-src 'none'",
        f"style-src 'nonce-{nonce}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    headers = page_headers(status, "; ".join(policy))
    return HttpResponse(html, status=status, headers=headers)


def page_headers(status: int, policy: str) -> dict[str, str]:
    """The headers of a page with this status and content security policy."""
    return {
        **response_headers(status),
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }


def brand_values() -> dict[str, str]:
    """The name and the colour of the project, for a template."""
    brand = settings.BRAND
    accent: object = brand["accent"]  # A project may have set anything.
    is_colour = isinstance(accent, str) and _COLOUR.fullmatch(accent)
    return {"brand": brand["name"], "accent": brand["accent"] if is_colour else DEFAULTS["BRAND"]["accent"]}


@cached(maxsize=1)
def page_engine() -> Engine:
    """The engine of our templates. A project's may not look into applications, or may be Jinja."""
    return Engine(dirs=[str(_TEMPLATES)], libraries={"i18n": "django.templatetags.i18n"})
