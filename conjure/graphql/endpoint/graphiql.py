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
from django.template import Context
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from conjure.browsers.addresses import find_login_url, find_url, mount_url, send_to_login
from conjure.browsers.html import brand_values, page_engine, page_headers
from conjure.caches import cached
from conjure.conf import settings
from conjure.encoding import JSON_TYPE
from conjure.responses import response_headers

PACKAGE = Path(__file__).resolve().parents[2]
# Not among the static files: nobody would ask for them there.
ASSETS = PACKAGE / "assets" / "graphiql"
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
        "form-action 'self'",
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
    template = page_engine().get_template("conjure/graphiql.html")
    html = template.render(Context(_page(request, endpoint, default_query)))
    return HttpResponse(html, headers=page_headers(HTTPStatus.OK, PAGE_POLICY))


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
    user = getattr(request, "user", None)
    return {
        **brand_values(),
        "user": user,
        "start": find_url(request, "start"),
        "openapi": find_url(request, "openapi"),
        "logout": find_url(request, "logout-page"),
        "script": mount_url(request, "graphiql-asset", _manifest()["script"]),
        "style": mount_url(request, "graphiql-asset", _manifest()["style"]),
        "config": {
            "endpoint": endpoint,
            "defaultQuery": default_query,
            "login": _login_address(request),
            "csrfHeader": HttpHeaders.parse_header_name(django_settings.CSRF_HEADER_NAME),
            "csrfToken": get_token(request),
            "storagePrefix": f"conjure:{endpoint}:{getattr(user, 'pk', None)}:",
        },
    }


def _login_address(request: HttpRequest) -> str | None:
    """Where a browser whose session has ended logs in, to come back here."""
    url = find_login_url(request)
    return None if url is None else send_to_login(request, url).headers["Location"]


@cached(maxsize=1)
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((ASSETS / "manifest.json").read_text("utf-8"))
    return manifest
