"""Users who are stored nowhere: members of staff with exactly the permissions that are asked about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.http import HttpRequest


class StandIn:
    """A user for hooks to ask, and ``asked``, the permissions that they asked for."""

    def __init__(
        self, permissions: Collection[str] = (), *, is_superuser: bool = False, group: Group | None = None
    ) -> None:
        self.asked: set[str] = set()
        self.permissions = frozenset(permissions)
        self.is_superuser = is_superuser
        self.user = _make_user(is_superuser, group)
        self.user.has_perm = self._has_perm
        self.user.has_module_perms = self._has_module_perms
        for name in ("get_all_permissions", "get_group_permissions", "get_user_permissions"):
            setattr(self.user, name, lambda obj=None: set(self.permissions))

    def request(self) -> HttpRequest:
        """A request of the user."""
        return request_of(self.user)

    def _has_perm(self, permission: str, obj: Any = None) -> bool:
        self.asked.add(permission)
        return self.is_superuser or permission in self.permissions

    def _has_module_perms(self, app_label: str) -> bool:
        return self.is_superuser or any(held.startswith(f"{app_label}.") for held in self.permissions)


def _make_user(is_superuser: bool, group: Group | None) -> Any:
    user: Any = get_user_model()()
    for name, value in (("is_active", True), ("is_staff", True), ("is_superuser", is_superuser)):
        if not isinstance(getattr(type(user), name, None), property):
            setattr(user, name, value)
    if user.pk is None and isinstance(user._meta.pk, models.IntegerField):
        user.pk = 0  # No stored user's, and hooks may still look for rows of the user's own.
    groups = Group._base_manager.none() if group is None else Group._base_manager.filter(pk=group.pk)
    # What Django takes for the user's own, whatever a hook asks of it.
    user._prefetched_objects_cache = {"groups": groups, "user_permissions": Permission._base_manager.none()}
    return user


def request_of(user: Any) -> HttpRequest:
    """A request that a user might make, for the config's hooks."""
    request = HttpRequest()
    request.method = "GET"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1"}
    request.user = user
    return request
