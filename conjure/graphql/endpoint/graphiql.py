"""The GraphiQL page and the files that it loads, all of them from the package."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import HttpHeaders
from django.middleware.csrf import get_token
from django.template import Context, Engine
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from conjure.caches import cached
from conjure.conf import settings
from conjure.encoding import JSON_TYPE
from conjure.responses import response_headers

PACKAGE = Path(__file__).resolve().parents[2]
ASSETS = PACKAGE / "static" / "conjure" / "graphiql"
CONTENT_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

# Monaco writes style elements and attributes and has its icon font inside its style sheet; nothing else is inline.
PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
# A worker obeys the policy of its own file: it computes and asks nobody.
ASSET_POLICY = "default-src 'none'; frame-ancestors 'none'"


@ensure_csrf_cookie
def render_graphiql(request: HttpRequest, *, endpoint: str, default_query: str) -> HttpResponse:
    """Return the GraphiQL page, which sends what is typed into it to the path ``endpoint``.

    A browser that has not been here before finds ``default_query`` in its editor. The page holds a CSRF token for the
    request's session, so the answer is not to be cached or shown to others. Who may see it is the caller's decision.
    """
    html = _engine().get_template("conjure/graphiql.html").render(Context(_page(request, endpoint, default_query)))
    return HttpResponse(
        html,
        headers={
            **response_headers(HTTPStatus.OK),
            "Content-Security-Policy": PAGE_POLICY,
            "Referrer-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        },
    )


@require_safe
@gzip_page
def serve_graphiql_asset(request: HttpRequest, path: str) -> HttpResponse:
    """Serve one bundle of the vendored GraphiQL; any path that its manifest does not list is not found.

    The files are public, the same for everybody and named after their content, so they may be cached for ever.
    """
    if not settings.GRAPHIQL or path not in _manifest()["files"]:
        headers = response_headers(HTTPStatus.NOT_FOUND)
        return HttpResponseNotFound(b'{"detail":"Not found."}', content_type=JSON_TYPE, headers=headers)
    file = ASSETS / path
    return HttpResponse(
        file.read_bytes(),
        content_type=CONTENT_TYPES[file.suffix],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": ASSET_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


def _page(request: HttpRequest, endpoint: str, default_query: str) -> dict[str, Any]:
    brand = settings.BRAND["name"]
    user = getattr(request, "user", None)
    return {
        "brand": brand,
        "script": _asset_url(request, _manifest()["script"]),
        "style": _asset_url(request, _manifest()["style"]),
        "config": {
            "brand": brand,
            "endpoint": endpoint,
            "defaultQuery": default_query,
            "csrfHeader": HttpHeaders.parse_header_name(django_settings.CSRF_HEADER_NAME),
            "csrfToken": get_token(request),
            "storagePrefix": f"conjure:{endpoint}:{getattr(user, 'pk', None)}:",
        },
    }


def _asset_url(request: HttpRequest, path: str) -> str:
    # A project may mount conjure more than once: stay in the instance that was asked.
    match = request.resolver_match
    return reverse("conjure:graphiql-asset", args=[path], current_app=match.namespace if match else None)


@cached(maxsize=1)
def _engine() -> Engine:
    # Our own engine, since a project's TEMPLATES may not look into applications, or may use Jinja.
    return Engine(dirs=[str(PACKAGE / "templates")])


@cached(maxsize=1)
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((ASSETS / "manifest.json").read_text("utf-8"))
    return manifest
