"""Whose code a class or a method is: what Django itself ships is known, and a project's may do anything."""

from __future__ import annotations

from typing import Any


def is_django_code(member: Any) -> bool:
    """Whether a class or a method is Django's own, its ``contrib`` packages among it."""
    return _module_of(member).startswith("django.")


def is_orm_code(member: Any) -> bool:
    """Whether a class or a method is one of Django's model layer, which knows nothing of ``contrib``."""
    return _module_of(member).startswith("django.db.models.")


def _module_of(member: Any) -> str:
    return str(getattr(member, "__module__", ""))
