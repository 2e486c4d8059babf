"""Requests that other sites make in the user's name, refused as Django's own middleware refuses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.translation import gettext as _

from conjure.exceptions import ForbiddenError, InvalidError, LimitedError

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class _CsrfCheck(CsrfViewMiddleware):
    """The middleware's checks, giving the reason of a refusal in place of an HTML page."""

    def __init__(self) -> None:
        super().__init__(lambda request: HttpResponse())

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason

    def is_origin_trusted(self, request: HttpRequest) -> bool:
        return bool(self._origin_verified(request))  # type: ignore[attr-defined]  # private, but the only one of its kind


def refuse_foreign_origin(request: HttpRequest) -> None:
    """Raise ForbiddenError for an unsafe request whose ``Origin`` is neither this host nor in CSRF_TRUSTED_ORIGINS.

    It is asked of every login, by password, cookie or token; a request without the header passes.
    """
    if request.method in SAFE_METHODS or "HTTP_ORIGIN" not in request.META:
        return
    if not _CsrfCheck().is_origin_trusted(request):
        raise ForbiddenError(_("CSRF Failed: the Origin header names a site that CSRF_TRUSTED_ORIGINS does not."))


def enforce_csrf(request: HttpRequest) -> None:
    """Raise ForbiddenError for an unsafe request without a valid CSRF token, which a login by cookie needs.

    Raise InvalidError or LimitedError where the token had to be looked for in a body that cannot be parsed.
    """
    if request.method in SAFE_METHODS:
        return
    check = _CsrfCheck()
    check.process_request(request)
    try:
        reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]  # no view is exempt
    except MultiPartParserError as error:
        raise InvalidError(_("The multipart body cannot be parsed.")) from error
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
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
