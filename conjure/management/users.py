"""The user whom a command is about."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError


def find_user(name: str) -> Any:
    """The user of that name. Raise CommandError where there is none."""
    model: Any = get_user_model()
    found = model._base_manager.filter(**{model.USERNAME_FIELD: name}).first()
    if found is None:
        raise CommandError(f"There is no user {name!r}.")
    return found
