"""Every other URL under the mount."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve
from rest_framework.request import Request

from conjure.exceptions import NotFoundError
from conjure.rest.views.base import ConjureView

COMMON_MIDDLEWARE = "django.middleware.common.CommonMiddleware"


class UnknownURLView(ConjureView):
    """404 for any method, but a redirect where only a slash is missing that Django's middleware would append."""

    authentication_classes = []
    is_public = True
    answers_unknown_urls = True
    """For who asks whether an address is there: this view is no sign of it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect to the URL with a slash where there is one."""
        if lacks_slash(request):
            # The middleware does not see that a slash is missing, since this URL exists.
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotFoundError."""
        super().initial(request, *args, **kwargs)
        raise NotFoundError


def lacks_slash(request: HttpRequest) -> bool:
    """Whether the project appends slashes, and the URL would exist with one."""
    if request.method not in {"GET", "HEAD"} or request.path_info.endswith("/"):
        return False
    if not django_settings.APPEND_SLASH or COMMON_MIDDLEWARE not in django_settings.MIDDLEWARE:
        return False
    view: Any = resolve(f"{request.path_info}/", getattr(request, "urlconf", None)).func
    return getattr(view, "cls", None) is not UnknownURLView
