"""JSON Web Tokens by SimpleJWT, which end with the account, its staff flag and its password.

SimpleJWT is an extra, and imports models: it is imported inside the functions that need it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from conjure.auth.access import admit_login
from conjure.auth.revocation import (
    FAMILY_CLAIM,
    end_family_of_used,
    family_of,
    has_blacklist,
    is_family_revoked,
    revoke,
    revoke_family,
)
from conjure.auth.staff import is_active_staff
from conjure.exceptions import UnauthenticatedError

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

PASSWORD_CLAIM = "conjure_auth"  # noqa: S105 - a claim's name
"""Holds a digest of the user's session hash, which changes with the password, so that tokens end when sessions do."""

MISSING_EXTRA = 'CONJURE["AUTH"] is "jwt", which needs SimpleJWT: pip install "django-graphql-conjure[jwt]".'

# Raised for lone surrogates, and for a header of nested arrays, which older PyJWT lets through.
_UNREADABLE = (ValueError, RecursionError)


class TokenPair(NamedTuple):
    """An access token, and the refresh token that renews it (None where the client keeps the one it has)."""

    access: str
    refresh: str | None


def issue_tokens(user: AbstractBaseUser) -> TokenPair:
    """New tokens for a user who has just logged in, with the claims of the project's obtain serializer."""
    refresh = import_string(_api_settings().TOKEN_OBTAIN_SERIALIZER).get_token(user)
    refresh[PASSWORD_CLAIM] = _password_digests(user)[0]
    return TokenPair(access=str(refresh.access_token), refresh=str(refresh))


def renew_tokens(request: HttpRequest, raw: object) -> TokenPair:
    """A new access token for a refresh token, and a new refresh token where SimpleJWT rotates them.

    Raise UnauthenticatedError for anything but a refresh token of an account that may still use it, DeniedError where
    ``ACCESS`` refuses its user.
    """
    api_settings = _api_settings()
    refresh = _read_refresh_token(raw)
    if is_family_revoked(refresh):
        raise _invalid_token()
    admit_login(request, user_of_token(refresh), refresh)
    access = str(refresh.access_token)
    if not api_settings.ROTATE_REFRESH_TOKENS:
        return TokenPair(access=access, refresh=None)
    # SimpleJWT's own serializer lets two requests at once use the same token.
    if api_settings.BLACKLIST_AFTER_ROTATION and not revoke(refresh):
        revoke_family(type(refresh), family_of(refresh))
        raise _invalid_token()
    if has_blacklist(refresh):
        refresh[FAMILY_CLAIM] = family_of(refresh)
    refresh.set_jti()
    refresh.set_exp()
    refresh.set_iat()
    refresh.outstand()
    return TokenPair(access=access, refresh=str(refresh))


def revoke_refresh_token(raw: object) -> None:
    """Blacklist a refresh token and its family, where SimpleJWT's blacklist is installed.

    Do nothing for one that is not valid.
    """
    try:
        refresh = _read_refresh_token(raw)
    except UnauthenticatedError:
        return
    if has_blacklist(refresh):
        revoke(refresh)
        revoke_family(type(refresh), family_of(refresh))


def bearer_token(request: HttpRequest) -> str | None:
    """The raw token of the ``Authorization`` header, or None where the header is absent or of another scheme.

    The scheme is read in any case (RFC 9110, section 11.1), which SimpleJWT does not do. Raise UnauthenticatedError
    for a header of the scheme that does not hold exactly one token.
    """
    api_settings = _api_settings()
    scheme, *values = request.META.get(api_settings.AUTH_HEADER_NAME, "").split() or [""]
    types = api_settings.AUTH_HEADER_TYPES
    known = [types] if isinstance(types, str) else types
    if scheme.lower() not in {name.lower() for name in known}:
        return None
    if len(values) != 1:
        raise _invalid_token()
    return str(values[0])


def read_access_token(raw: str) -> Any:
    """The validated access token. Raise UnauthenticatedError for anything else."""
    from rest_framework_simplejwt.authentication import JWTAuthentication
    from rest_framework_simplejwt.exceptions import InvalidToken

    try:
        return JWTAuthentication().get_validated_token(raw)  # type: ignore[arg-type]  # PyJWT takes both
    except (InvalidToken, *_UNREADABLE) as error:
        raise _invalid_token() from error


def user_of_token(token: Any) -> AbstractBaseUser:
    """The staff user whom a validated token names.

    Raise UnauthenticatedError once the account is deleted, inactive or no longer staff, or has another password.
    """
    from rest_framework.exceptions import AuthenticationFailed
    from rest_framework_simplejwt.authentication import JWTAuthentication

    try:
        user: Any = JWTAuthentication().get_user(token)
    # All but the first: the claim is not a value of the field by which users are found.
    except (AuthenticationFailed, TypeError, ValueError, ValidationError) as error:
        raise _invalid_token() from error
    claimed = token.get(PASSWORD_CLAIM)
    has_password = isinstance(claimed, str) and any(
        constant_time_compare(claimed, digest) for digest in _password_digests(user)
    )
    if not (has_password and is_active_staff(user) and _api_settings().USER_AUTHENTICATION_RULE(user)):
        raise _invalid_token()
    return cast("AbstractBaseUser", user)


def _api_settings() -> Any:
    """SimpleJWT's settings as they are now; importing them is what the extra is for."""
    try:
        from rest_framework_simplejwt import settings as simplejwt
    except ImportError as error:
        raise ImproperlyConfigured(MISSING_EXTRA) from error
    return simplejwt.api_settings


def _read_refresh_token(raw: object) -> Any:
    from rest_framework_simplejwt.exceptions import TokenError

    if not isinstance(raw, str):
        raise _invalid_token()
    token_class = import_string(_api_settings().TOKEN_OBTAIN_SERIALIZER).token_class
    try:
        return token_class(raw)
    except (TokenError, *_UNREADABLE) as error:
        end_family_of_used(token_class, raw)
        raise _invalid_token() from error


def _password_digests(user: AbstractBaseUser) -> list[str]:
    """The claim for the user's password, first by SECRET_KEY, then by each of SECRET_KEY_FALLBACKS."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return [hashlib.sha256(f"conjure.auth.tokens:{each}".encode()).hexdigest()[:32] for each in hashes]


def _invalid_token() -> UnauthenticatedError:
    return UnauthenticatedError(_("The token is invalid or has expired."))
