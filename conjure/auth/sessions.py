"""Logins by Django's session cookie."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models.manager import BaseManager
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject, empty

from conjure.key_queries import find_by_keys

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

_SESSION_KEY = re.compile(r"[\x21-\x7e]+")
_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
_DJANGOS_MIDDLEWARE = "django.contrib.auth.middleware"


def session_user(request: HttpRequest) -> AbstractBaseUser | None:
    """The active user of the request's session, or None."""
    discard_malformed_session(request)
    user: Any = getattr(request, "user", None)
    if user is None and hasattr(request, "session"):
        user = get_user(request)
    if type(user) is SimpleLazyObject:
        user = _look_up(request, user)
    # AllowAllUsersModelBackend keeps the sessions of inactive users.
    return user if user is not None and user.is_authenticated and user.is_active else None


def _look_up(request: HttpRequest, lazy_user: Any) -> Any:
    """The user behind the middleware's proxy, without the proxy."""
    if lazy_user._wrapped is empty and not hasattr(request, "_cached_user"):
        setup = vars(lazy_user).get("_setupfunc")
        user = _find_plain_user(request) if getattr(setup, "__module__", "") == _DJANGOS_MIDDLEWARE else None
        if user is not None:
            request._cached_user = user  # type: ignore[attr-defined]  # where the middleware keeps it
            return user
    return lazy_user._wrapped if lazy_user.is_authenticated else None


def _find_plain_user(request: HttpRequest) -> Any:
    """What ``django.contrib.auth.get_user`` gives for a valid session of Django's own backend, by a compiled query.

    None for everything else, a session whose hash does not match above all: Django's own function decides then.
    """
    session = request.session
    if (
        session.get(BACKEND_SESSION_KEY) != _MODEL_BACKEND
        or _MODEL_BACKEND not in django_settings.AUTHENTICATION_BACKENDS
    ):
        return None
    model: Any = get_user_model()
    manager = type(model._default_manager)
    if manager.get_queryset is not BaseManager.get_queryset or not hasattr(model, "get_session_auth_hash"):
        return None
    key = model._meta.pk
    try:
        pk = key.to_python(session[SESSION_KEY])
    except (KeyError, ValidationError):
        return None
    columns = frozenset(field.attname for field in model._meta.concrete_fields)
    found = find_by_keys(model, key, [pk], columns, router.db_for_read(model))
    if not found or not found[0].is_active:
        return None
    expected = found[0].get_session_auth_hash()
    return found[0] if constant_time_compare(session.get(HASH_SESSION_KEY, ""), expected) else None


def discard_malformed_session(request: HttpRequest) -> None:
    """Give the request an empty session in place of one whose key no session store ever made.

    A cookie may hold NUL, in quotes and escaped, and databases answer that with an error.
    """
    key = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
    if key is not None and hasattr(request, "session") and not _SESSION_KEY.fullmatch(key):
        request.session = import_module(django_settings.SESSION_ENGINE).SessionStore()
