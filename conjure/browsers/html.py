"""Pages of our own: whole documents without scripts, that load nothing; their style stands in them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine

from conjure.caches import cached
from conjure.conf import DEFAULTS, settings
from conjure.responses import response_headers

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
# What a style sheet takes for a colour, so that a brand cannot write rules.
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|(?:rgb|hsl|oklch)\([\w\s.,%/-]+\)")


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
