"""Authentication backends of a project's own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.contrib.auth.models import User


class BrokenBackend(BaseBackend):
    """Its directory server is down."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        raise ConnectionError


class NobodyBackend(BaseBackend):
    """It knows no one."""

    def get_user(self, user_id: Any) -> None:
        return None


class DeputyBackend(ModelBackend):
    """It has ``viewer`` stand in for everybody."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.get(username="viewer")
