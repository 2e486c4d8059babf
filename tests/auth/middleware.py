"""Middleware of a project's own that looks at, or replaces, the user of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

GetResponse = Callable[[HttpRequest], HttpResponse]


def look_at_user(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        assert request.user.is_authenticated
        return get_response(request)

    return middleware


def impersonate(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = User.objects.get(username="viewer")
        return get_response(request)

    return middleware


def impersonate_lazily(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: User.objects.get(username="viewer"))  # type: ignore[assignment]
        return get_response(request)

    return middleware
