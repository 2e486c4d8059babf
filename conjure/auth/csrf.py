"""Refuse requests that other sites make in the user's name, by the checks of Django's CSRF middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.translation import gettext as _

from conjure.exceptions import ForbiddenError, InvalidError, LimitedError
from conjure.requests import BODY_TOO_LARGE

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class _CsrfCheck(CsrfViewMiddleware):
    """The middleware's checks. A refusal is its reason, not an HTML page (as in DRF's ``CSRFCheck``)."""

    def __init__(self) -> None:
        super().__init__(lambda request: HttpResponse())

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason

    def is_origin_trusted(self, request: HttpRequest) -> bool:
        # Private, but Django has no other way to ask for this check alone.
        return bool(self._origin_verified(request))  # type: ignore[attr-defined]


def refuse_foreign_origin(request: HttpRequest) -> None:
    """Raise ForbiddenError for an unsafe request whose ``Origin`` is neither this host nor in CSRF_TRUSTED_ORIGINS.

    This is checked for every kind of login: by password, cookie or token. A request without the header passes.
    """
    if request.method in _SAFE_METHODS or "HTTP_ORIGIN" not in request.META:
        return
    if not _CsrfCheck().is_origin_trusted(request):
        raise ForbiddenError(_("CSRF Failed: the Origin header names a site that is not in CSRF_TRUSTED_ORIGINS."))


def enforce_csrf(request: HttpRequest) -> None:
    """Raise ForbiddenError for an unsafe request without a valid CSRF token, which a login by cookie needs.

    A form may bring the token in its body: raise InvalidError where that cannot be parsed, LimitedError where it is
    too large.
    """
    if request.method in _SAFE_METHODS:
        return
    check = _CsrfCheck()
    check.process_request(request)
    try:
        reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    except MultiPartParserError as error:
        raise InvalidError(_("The multipart body cannot be parsed.")) from error
    except BODY_TOO_LARGE as error:
        raise LimitedError(_("The request is too large.")) from error
    if reason:
        raise ForbiddenError(_("CSRF Failed: %s") % reason)


def set_csrf_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the ``csrftoken`` cookie on the response, whether or not Django's CSRF middleware is installed."""
    if django_settings.CSRF_USE_SESSIONS and not hasattr(request, "session"):
        return
    check = _CsrfCheck()
    if "CSRF_COOKIE" not in request.META:
        check.process_request(request)
    get_token(request)
    check.process_response(request, response)
