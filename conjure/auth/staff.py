"""Who may log in at all, active staff, and whom Django grants everything, active superusers."""

from __future__ import annotations

from typing import Any

from conjure.exceptions import ForbiddenError, UnauthenticatedError


def is_active_staff(user: Any) -> bool:
    """Whether the user may log in. A user model without ``is_staff`` has no staff."""
    return bool(user.is_active and getattr(user, "is_staff", False))


def is_superuser(user: Any) -> bool:
    """Whether Django grants the user everything. An inactive superuser is granted nothing."""
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def require_staff(user: Any) -> None:
    """Raise UnauthenticatedError for nobody and for inactive users, ForbiddenError for users who are not staff."""
    if user is None or not user.is_authenticated or not user.is_active:
        raise UnauthenticatedError
    if not is_active_staff(user):
        raise ForbiddenError(rule="is_staff")
