"""System checks of the ``CONJURE`` settings that logins depend on."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.utils.module_loading import import_string

from conjure.auth.addresses import parse_proxies
from conjure.conf import settings

MODES = ("session", "jwt")


def check_auth(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All checks of this module, for one registration."""
    return [*check_auth_mode(), *check_jwt_extra(), *check_session_middleware(), *check_trusted_proxies()]


def check_auth_mode(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """``AUTH`` is one of the modes."""
    if settings.AUTH in MODES:
        return []
    message = f'CONJURE["AUTH"] is {settings.AUTH!r}, which is no way to log in.'
    return [Error(message, hint='Use "session" or "jwt".', id="conjure.E101")]


def check_jwt_extra(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """JWT mode has SimpleJWT, and SimpleJWT finds users by a field that they have."""
    if settings.AUTH != "jwt":
        return []
    if find_spec("rest_framework_simplejwt") is None:
        message = 'CONJURE["AUTH"] is "jwt", but SimpleJWT is not installed.'
        hint = 'Run: pip install "django-graphql-conjure[jwt]", or set AUTH to "session".'
        return [Error(message, hint=hint, id="conjure.E102")]
    from rest_framework_simplejwt import settings as simplejwt

    name = simplejwt.api_settings.USER_ID_FIELD
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        message = f"SIMPLE_JWT finds users by the field {name!r}, which {django_settings.AUTH_USER_MODEL} lacks."
        hint = f'Set SIMPLE_JWT["USER_ID_FIELD"], for example to "{get_user_model()._meta.pk.name}".'
        return [Error(message, hint=hint, id="conjure.E103")]
    return []


def check_session_middleware(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Session mode has sessions."""
    if settings.AUTH != "session" or _has_session_middleware():
        return []
    message = 'CONJURE["AUTH"] is "session", but MIDDLEWARE has no SessionMiddleware: nobody can log in.'
    hint = "Add django.contrib.sessions.middleware.SessionMiddleware and AuthenticationMiddleware after it."
    return [checks.Warning(message, hint=hint, id="conjure.W104")]


def check_trusted_proxies(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """``TRUSTED_PROXIES`` is a list of addresses and networks."""
    proxies = settings.TRUSTED_PROXIES
    invalid = [proxies] if isinstance(proxies, str) else parse_proxies(tuple(proxies))[1]
    hint = 'List addresses ("10.0.0.7"), networks ("10.0.0.0/8"), or "unix" for a Unix socket.'
    return [
        Error(f'CONJURE["TRUSTED_PROXIES"] holds {entry!r}, which is no address.', hint=hint, id="conjure.E105")
        for entry in invalid
    ]


def _has_session_middleware() -> bool:
    from django.contrib.sessions.middleware import SessionMiddleware

    middleware = (import_string(path) for path in django_settings.MIDDLEWARE)
    return any(isinstance(each, type) and issubclass(each, SessionMiddleware) for each in middleware)
