"""Refresh tokens that are no longer good, and the families that they belong to, in SimpleJWT's blacklist.

A family is the refresh token of a login with all that were rotated from it, each good once. If one comes back that was
used before, somebody has a copy, and nobody can tell who: the family ends (RFC 9700, section 4.14.2).
"""

from __future__ import annotations

from typing import Any

FAMILY_CLAIM = "conjure_family"
"""Holds the id of the family's first token, in all others."""

_PREFIX = "conjure-family:"


def has_blacklist(token: Any) -> bool:
    """Whether tokens of this class can be revoked: SimpleJWT gives them the method only where its app is installed."""
    return hasattr(token, "blacklist")


def family_of(refresh: Any) -> str:
    """The id of the family of a refresh token."""
    return str(refresh.get(FAMILY_CLAIM) or refresh[_id_claim()])


def revoke(refresh: Any) -> bool:
    """Blacklist a refresh token, and say whether it was good until now; True where there is no blacklist."""
    if not has_blacklist(refresh):
        return True
    _row, is_new = refresh.blacklist()
    return bool(is_new)


def revoke_family(token_class: Any, family: str) -> None:
    """Refuse every token of a family from now on, those that are being made at this moment too."""
    if not has_blacklist(token_class):
        return
    from rest_framework_simplejwt.utils import aware_utcnow

    outstanding, blacklisted = _tables()

    now = aware_utcnow()
    # No token of the family lives longer, so ``flushexpiredtokens`` may delete this then.
    defaults = {"token": "", "created_at": now, "expires_at": now + token_class.lifetime}
    row, _ = outstanding.objects.get_or_create(jti=f"{_PREFIX}{family}", defaults=defaults)
    blacklisted.objects.get_or_create(token=row)


def is_family_revoked(refresh: Any) -> bool:
    """Whether the family of a refresh token has ended."""
    if not has_blacklist(refresh):
        return False
    _outstanding, blacklisted = _tables()
    return bool(blacklisted.objects.filter(token__jti=f"{_PREFIX}{family_of(refresh)}").exists())


def end_family_of_used(token_class: Any, raw: str) -> None:
    """Revoke the family of a refresh token that is genuine and was blacklisted before; pass over anything else."""
    if not has_blacklist(token_class):
        return
    from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError

    token = token_class()
    try:
        token.payload = token.get_token_backend().decode(raw, verify=True)
        token.verify_token_type()
    except (TokenError, TokenBackendError, ValueError, RecursionError):
        return
    try:
        token.check_blacklist()
    except TokenError:
        revoke_family(token_class, family_of(token))
    except KeyError:  # A genuine token of somebody else's making, without an id.
        return


def _tables() -> tuple[Any, Any]:
    """The models of tokens that were given out, and of those that are no longer good."""
    from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

    return OutstandingToken, BlacklistedToken


def _id_claim() -> str:
    from rest_framework_simplejwt.settings import api_settings

    return str(api_settings.JTI_CLAIM)
