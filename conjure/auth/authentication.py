"""Authenticate a request: by bearer token, by session cookie, or as nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from conjure.auth.csrf import enforce_csrf, refuse_foreign_origin
from conjure.auth.sessions import session_user
from conjure.auth.tokens import bearer_token, read_access_token, user_of_token
from conjure.conf import settings
from conjure.exceptions import ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest


class Identity(NamedTuple):
    """A user, and the token that they sent (None where a session named them)."""

    user: AbstractBaseUser
    token: Any | None


def is_jwt_mode() -> bool:
    """Whether logins give tokens. The session cookie is accepted in both modes."""
    return settings.AUTH == "jwt"


def authenticate_header() -> str:
    """The value of ``WWW-Authenticate`` in a 401."""
    return "Bearer" if is_jwt_mode() else "Session"


def identify(request: HttpRequest) -> Identity | None:
    """Who makes the request; None where it bears neither a token nor a session of an active user.

    In JWT mode a bearer token goes before the session cookie. Raise UnauthenticatedError for a token that is not
    valid, ForbiddenError for an unsafe request with a foreign ``Origin``, or by cookie without a CSRF token.
    """
    refuse_foreign_origin(request)
    if is_jwt_mode():
        raw = bearer_token(request)
        if raw is not None:
            token = read_access_token(raw)
            return Identity(user_of_token(token), token)
    return _identify_by_session(request)


def _identify_by_session(request: HttpRequest) -> Identity | None:
    user = session_user(request)
    if user is None:
        return None
    enforce_csrf(request)
    return Identity(user, None)


def identify_for_logout(request: HttpRequest) -> Identity | None:
    """Who logs out: as ``identify`` has it, but a token that is no longer valid is passed over."""
    try:
        return identify(request)
    except UnauthenticatedError:
        return _identify_by_session(request)


def authenticate_request(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """The user of a plain Django request, AnonymousUser for nobody; ``request.user`` is set to them.

    ``request.auth`` is set to their token (None for a session), as DRF does it. Raise what ``identify`` raises;
    ``request.user`` is anonymous then.
    """
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - models cannot be imported before django.setup()

    try:
        identity = identify(request)
    except (UnauthenticatedError, ForbiddenError):
        request.user = AnonymousUser()
        raise
    user: Any = AnonymousUser() if identity is None else identity.user
    request.user = user
    request.auth = None if identity is None else identity.token  # type: ignore[attr-defined]
    return request.user
