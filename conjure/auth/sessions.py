"""Logins by Django's session cookie."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models.manager import BaseManager
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject, empty

from conjure.orm.key_queries import find_by_keys, find_pair

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

_SESSION_KEY = re.compile(r"[\x21-\x7e]+")
_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
_DJANGOS_MIDDLEWARE = "django.contrib.auth.middleware"
# Whose a session was when it was last read. A guess that saves a query, checked against the session each time.
_owners: dict[str, Any] = {}
_MAX_OWNERS = 10_000
# What texts of sessions say whose signature was checked, by the text and all that the check depends on.
_decoded: dict[tuple[Any, ...], dict[str, Any]] = {}
_MAX_DECODED = 1_000
_MAX_DECODED_LENGTH = 4_000
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})


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


def _read_plain_session(session: Any) -> Any:
    """Read what a valid session of Django's database store holds, by a compiled query; give the user it had last.

    Nothing is done for any other store, nor for a session that has expired or is not there: Django decides then.
    """
    if type(session) is not SessionStore or hasattr(session, "_session_cache") or not session.session_key:
        return None
    model, key, user_model = session.model, session.session_key, get_user_model()
    using = router.db_for_read(model)
    owner = _owners.get(key)
    pair = None
    if owner is not None and router.db_for_read(user_model) == using:
        pair = find_pair(model, key, user_model, owner, using)
    if pair is None:
        pair = (_find_row(model, key, using), None)
    row, user = pair
    if row is None or row.expire_date <= timezone.now():
        return None
    session._session_cache = _decode(session, row.session_data)  # type: ignore[attr-defined]  # where it keeps it
    return user


def _decode(session: SessionStore, text: str) -> dict[str, Any]:
    """What ``session.decode`` gives, from memory where the very same text was decoded before and holds plain values."""
    signing = (django_settings.SECRET_KEY, *django_settings.SECRET_KEY_FALLBACKS, django_settings.SESSION_SERIALIZER)
    known = _decoded.get((text, signing))
    if known is None:
        known = session.decode(text)
        is_plain = _PLAIN_TYPES.issuperset(map(type, known.values()))
        if known and is_plain and len(text) <= _MAX_DECODED_LENGTH:
            if len(_decoded) >= _MAX_DECODED:
                _decoded.clear()
            _decoded[text, signing] = known
    return dict(known)


def _find_row(model: Any, pk: Any, using: str) -> Any:
    columns = frozenset(field.attname for field in model._meta.concrete_fields)
    found = find_by_keys(model, model._meta.pk, [pk], columns, using)
    return found[0] if found else None


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
    user = _read_plain_session(session)
    if (
        session.get(BACKEND_SESSION_KEY) != _MODEL_BACKEND
        or _MODEL_BACKEND not in django_settings.AUTHENTICATION_BACKENDS
    ):
        return None
    model: Any = get_user_model()
    manager = type(model._default_manager)
    if manager.get_queryset is not BaseManager.get_queryset or not hasattr(model, "get_session_auth_hash"):
        return None
    try:
        pk = model._meta.pk.to_python(session[SESSION_KEY])
    except (KeyError, ValidationError):
        return None
    if user is None or user.pk != pk:
        user = _find_row(model, pk, router.db_for_read(model))
        if len(_owners) >= _MAX_OWNERS:
            _owners.clear()
        _owners[str(session.session_key)] = pk
    if user is None or not user.is_active:
        return None
    expected = user.get_session_auth_hash()
    return user if constant_time_compare(session.get(HASH_SESSION_KEY, ""), expected) else None


def discard_malformed_session(request: HttpRequest) -> None:
    """Give the request an empty session in place of one whose key no session store ever made.

    A cookie may hold NUL, in quotes and escaped, and databases answer that with an error.
    """
    key = request.COOKIES.get(django_settings.SESSION_COOKIE_NAME)
    if key is not None and hasattr(request, "session") and not _SESSION_KEY.fullmatch(key):
        request.session = import_module(django_settings.SESSION_ENGINE).SessionStore()
