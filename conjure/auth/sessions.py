"""Logins by Django's session cookie, looked up by Django's session engine and authentication backends."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.contrib.auth import get_user

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

_SESSION_KEY = re.compile(r"[\x21-\x7e]+")


def session_user(request: HttpRequest) -> AbstractBaseUser | None:
    """The active user of the request's session, or None.

    ``request.user`` counts where a middleware has set it: Django's own sets a lazy object, which looks the user up
    here, and a project's may have put another user there.
    """
    discard_malformed_session(request)
    user: Any = getattr(request, "user", None)
    if user is None and hasattr(request, "session"):
        user = get_user(request)
    # AllowAllUsersModelBackend keeps the sessions of inactive users.
    return user if user is not None and user.is_authenticated and user.is_active else None


def discard_malformed_session(request: HttpRequest) -> None:
    """Give the request an empty session in place of one whose key no session engine can have made.

    A cookie may hold NUL, in quotes and escaped, and databases answer that with an error.
    """
    key = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
    if key is not None and hasattr(request, "session") and not _SESSION_KEY.fullmatch(key):
        request.session = import_module(django_settings.SESSION_ENGINE).SessionStore()
