"""Checks of what logins depend on: ``AUTH``, the sessions or SimpleJWT behind it, ``USER_PAYLOAD``, ``ACCESS``."""

from __future__ import annotations

import inspect
import reprlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.utils.module_loading import import_string

from conjure.auth.addresses import parse_proxies
from conjure.conf import settings

MODES = ("session", "jwt")
# Apps and admin sites that ask for more than a password.
_SECOND_FACTORS = ("django_otp", "allauth.mfa")
_STRICT_ADMIN_SITES = frozenset({"OTPAdminSite", "AdminSiteOTPRequired", "AdminSiteOTPRequiredMixin"})
# Settings of Django that say that requests come through a proxy.
_PROXY_SETTINGS = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT")
_BLACKLIST = "rest_framework_simplejwt.token_blacklist"
_ENGINES_WITH_TABLE = {"django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db"}


def check_logins() -> Iterator[CheckMessage]:
    """All checks of this module; the settings that they read are of the right type."""
    yield from check_mode()
    if settings.AUTH == "session":
        yield from check_sessions_app()
        yield from check_session_middleware()
    elif settings.AUTH == "jwt":
        yield from check_simplejwt()
        yield from check_revocation()
    yield from check_user_payload()
    yield from check_access()
    yield from check_second_factors()
    yield from check_trusted_proxies()
    yield from check_addresses()


def check_mode() -> Iterator[CheckMessage]:
    """``AUTH`` is one of the modes."""
    if settings.AUTH not in MODES:
        message = f'CONJURE["AUTH"] is {settings.AUTH!r}, which is not an authentication mode.'
        yield checks.Error(message, hint='Use "session" or "jwt".', id="conjure.E101")


def check_sessions_app() -> Iterator[CheckMessage]:
    """The app is installed whose table the session engine uses."""
    if django_settings.SESSION_ENGINE in _ENGINES_WITH_TABLE and not apps.is_installed("django.contrib.sessions"):
        message = 'CONJURE["AUTH"] is "session", but django.contrib.sessions is not installed: nobody can log in.'
        hint = 'Add "django.contrib.sessions" to INSTALLED_APPS, or choose a SESSION_ENGINE without a table.'
        yield checks.Error(message, hint=hint, id="conjure.E004")


def check_session_middleware() -> Iterator[CheckMessage]:
    """Requests have a session."""
    if not _has_session_middleware():
        message = 'CONJURE["AUTH"] is "session", but MIDDLEWARE has no SessionMiddleware: nobody can log in.'
        hint = "Add django.contrib.sessions.middleware.SessionMiddleware and AuthenticationMiddleware after it."
        yield checks.Warning(message, hint=hint, id="conjure.W104")


def check_simplejwt() -> Iterator[CheckMessage]:
    """SimpleJWT is installed, and can find a user: by a field that the user model has, and its manager ``objects``."""
    if find_spec("rest_framework_simplejwt") is None:
        message = 'CONJURE["AUTH"] is "jwt", but SimpleJWT is not installed.'
        hint = 'Run: pip install "django-graphql-conjure[jwt]", or set AUTH to "session".'
        yield checks.Error(message, hint=hint, id="conjure.E102")
        return
    from rest_framework_simplejwt import settings as simplejwt  # noqa: PLC0415 - an extra

    model = get_user_model()
    name = simplejwt.api_settings.USER_ID_FIELD
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        message = f"SIMPLE_JWT finds users by the field {name!r}, which {django_settings.AUTH_USER_MODEL} lacks."
        hint = f'Set SIMPLE_JWT["USER_ID_FIELD"], for example to "{model._meta.pk.name}".'
        yield checks.Error(message, hint=hint, id="conjure.E103")
    if not hasattr(model, "objects"):
        message = f'SimpleJWT finds users by the manager "objects", which {django_settings.AUTH_USER_MODEL} lacks.'
        yield checks.Error(message, hint="Give the user model a manager of that name.", id="conjure.E106")


def check_revocation() -> Iterator[CheckMessage]:
    """Refresh tokens can be revoked, and are good once where they are rotated."""
    if find_spec("rest_framework_simplejwt") is None:
        return
    from rest_framework_simplejwt import settings as simplejwt  # noqa: PLC0415 - an extra

    if not apps.is_installed(_BLACKLIST):
        message = f'CONJURE["AUTH"] is "jwt", but {_BLACKLIST} is not installed: a logout revokes nothing.'
        hint = f'Add "{_BLACKLIST}" to INSTALLED_APPS and run migrate.'
        yield checks.Warning(message, hint=hint, id="conjure.W107")
    elif simplejwt.api_settings.ROTATE_REFRESH_TOKENS and not simplejwt.api_settings.BLACKLIST_AFTER_ROTATION:
        message = "SIMPLE_JWT rotates refresh tokens, but those that were used stay good."
        hint = 'Set SIMPLE_JWT["BLACKLIST_AFTER_ROTATION"] to True, so that a stolen one is noticed when it is used.'
        yield checks.Warning(message, hint=hint, id="conjure.W108")


def check_user_payload() -> Iterator[CheckMessage]:
    """``USER_PAYLOAD`` can be imported and called."""
    hint = "Name a function that takes the user and gives a dict, or give the function itself."
    yield from _check_callable("USER_PAYLOAD", hint, "conjure.E003")


def check_access() -> Iterator[CheckMessage]:
    """``ACCESS`` can be imported and called, and nobody has to await it."""
    hint = "Name a function that takes the request and gives True, False or a Denial, or give the function itself."
    yield from _check_callable("ACCESS", hint, "conjure.E109")


def check_second_factors() -> Iterator[CheckMessage]:
    """A second factor that the project has installed is not passed by."""
    found = next((label for label in _SECOND_FACTORS if apps.is_installed(label)), None) or _find_strict_admin_site()
    if found is None or settings.ACCESS is not None or not settings.LOGIN:
        return
    message = f"{found} is installed, but conjure asks for no second factor: a password is enough."
    hint = 'Say who may enter with CONJURE["ACCESS"], or switch logins by password off: CONJURE["LOGIN"] = False.'
    yield checks.Warning(message, hint=hint, id="conjure.W110")


def _find_strict_admin_site() -> str | None:
    """The class of an admin site of the project that asks for a second factor."""
    if not apps.is_installed("django.contrib.admin"):
        return None
    from django.contrib.admin.sites import all_sites  # noqa: PLC0415 - imports models of apps that may be missing

    classes = [each for site in all_sites for each in type(site).__mro__]
    return next((each.__name__ for each in classes if each.__name__ in _STRICT_ADMIN_SITES), None)


def _check_callable(name: str, hint: str, number: str) -> Iterator[CheckMessage]:
    value: Any = getattr(settings, name)
    if isinstance(value, str):
        try:
            value = import_string(value)
        except ImportError as error:
            yield checks.Error(f'CONJURE["{name}"] cannot be imported: {error}.', hint=hint, id=number)
            return
    if value is None:
        return
    if not callable(value):
        message = f'CONJURE["{name}"] is {reprlib.repr(value)}, which cannot be called.'
        yield checks.Error(message, hint=hint, id=number)
    elif inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(type(value).__call__):
        message = f'CONJURE["{name}"] is declared with async def, and is never awaited.'
        yield checks.Error(message, hint=hint, id=number)


def check_trusted_proxies() -> Iterator[CheckMessage]:
    """``TRUSTED_PROXIES`` lists addresses and networks."""
    hint = 'List addresses ("10.0.0.7"), networks ("10.0.0.0/8"), or "unix" for a Unix socket.'
    for entry in parse_proxies(tuple(settings.TRUSTED_PROXIES))[1]:
        message = f'CONJURE["TRUSTED_PROXIES"] lists {entry!r}, which is not an address.'
        yield checks.Error(message, hint=hint, id="conjure.E105")


def check_addresses() -> Iterator[CheckMessage]:
    """Where failed logins count by address, the client's is known, as far as settings tell of a proxy."""
    limits = settings.LOGIN_ATTEMPTS_PER_MINUTE or settings.LOGIN_ATTEMPTS_PER_ADDRESS
    named = next((name for name in _PROXY_SETTINGS if getattr(django_settings, name, None)), None)
    if settings.LOGIN and limits and named is not None and not settings.TRUSTED_PROXIES:
        message = f"{named} says that there is a proxy, and TRUSTED_PROXIES is empty: logins count by its address."
        hint = (
            'List the proxy in CONJURE["TRUSTED_PROXIES"], or "unix" for a Unix socket: otherwise a few failed logins '
            "keep everybody out, or none by address are limited."
        )
        yield checks.Warning(message, hint=hint, id="conjure.W111")


def _has_session_middleware() -> bool:
    middleware = (import_string(path) for path in django_settings.MIDDLEWARE)
    return any(isinstance(each, type) and issubclass(each, SessionMiddleware) for each in middleware)
