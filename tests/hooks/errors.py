"""What hooks raise."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError
from django.http import Http404

from tests.thoroughness import IS_THOROUGH

SECRET = "a secret of the project's"
ERRORS: list[Exception] = [
    ValueError(SECRET),
    DatabaseError(SECRET),
    TypeError(SECRET),
    PermissionDenied("denied"),
    IntegrityError(SECRET),
    RecursionError(SECRET),
    Http404(SECRET),
    ValidationError("not valid"),
]
# What may be answered where one of them refuses a write.
REFUSALS: dict[type[Exception], set[str]] = {
    PermissionDenied: {"FORBIDDEN", "INVALID"},
    IntegrityError: {"INVALID", "PROTECTED"},
}


def errors_for(turn: int) -> list[Exception]:
    """All of them in a thorough run; where people wait, the one whose turn it is."""
    return ERRORS if IS_THOROUGH else [ERRORS[turn % len(ERRORS)]]


def faces_for(turn: int) -> list[str]:
    """Both faces in a thorough run; where people wait, the one whose turn it is."""
    return ["rest", "graphql"] if IS_THOROUGH else [["rest", "graphql"][turn // 2 % 2]]


def refusals_of(error: Any) -> set[str]:
    """The codes that a write may be refused with."""
    return REFUSALS.get(type(error), {"INVALID"})
