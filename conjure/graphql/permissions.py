"""The one place that decides what a user may do, and can say why not."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any, Literal

from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.http import HttpRequest

from conjure.actions.declare import ActionOptions, DefaultPermission
from conjure.auth.staff import require_staff
from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.options import AdminConfig
from conjure.specs.models import ModelSpec

Right = Literal["view", "add", "change", "delete"]
RIGHTS: tuple[Right, ...] = ("view", "add", "change", "delete")


class Permissions:
    """The answers for one request's user; those that do not depend on a row are asked once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)
        self._answers: dict[tuple[Right, str], bool] = {}

    def require_staff(self) -> None:
        """Let active staff pass. Raise UnauthenticatedError for nobody, ForbiddenError for everybody else."""
        require_staff(self.user)

    def can(self, right: Right, spec: ModelSpec, obj: models.Model | None = None) -> bool:
        """Whether the user has the right on the model, or on this row of it; a check that raises denies."""
        key = (right, spec.key)
        if obj is None and key in self._answers:
            return self._answers[key]
        answer = self._ask(right, spec, obj)
        if obj is None:
            self._answers[key] = answer
        return answer

    def require(self, right: Right, spec: ModelSpec, obj: models.Model | None = None) -> None:
        """Raise UnauthenticatedError or ForbiddenError where the user lacks the right."""
        self.require_staff()
        if not self.can(right, spec, obj):
            if right != "view" and spec.is_readonly:
                raise ForbiddenError(f"{spec.verbose_name_plural} are read-only.".capitalize())
            raise ForbiddenError(f"You do not have permission to {right} {spec.verbose_name_plural}.")

    def require_codename(self, permission: str) -> None:
        """Raise ForbiddenError where the user lacks a permission such as ``store.refund_invoice``."""
        self.require_staff()
        if not self.has_codename(permission):
            raise ForbiddenError(f"This needs the permission {permission}.")

    def has_codename(self, permission: str) -> bool:
        """Whether the user has a permission such as ``store.refund_invoice``; a check that raises denies."""
        try:
            return bool(self.user.has_perm(permission))
        except Exception as error:  # noqa: BLE001 - a check that raises denies
            self._log_failure(permission, error)
            return False

    def can_run(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None = None) -> bool:
        """Whether the user may run an action on a model (or on this row of it), read-only models included.

        An action that asks a codename, or nothing, asks nothing of a single row.
        """
        permission = options.permission
        if permission is None:
            return True
        if isinstance(permission, DefaultPermission):
            is_a_write = permission.right != "change"
            return self.can(permission.right, spec, obj) if is_a_write else self._ask_hook("change", spec, obj)
        return self.has_codename(permission if "." in permission else f"{spec.app_label}.{permission}")

    def require_action(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None = None) -> None:
        """Raise UnauthenticatedError or ForbiddenError where the user may not run the action."""
        self.require_staff()
        if not self.can_run(spec, options, obj):
            which = spec.verbose_name_plural if obj is None else f"the {spec.verbose_name} {obj.pk}"
            raise ForbiddenError(f"You do not have permission to run this action on {which}.")

    def _ask(self, right: Right, spec: ModelSpec, obj: models.Model | None) -> bool:
        if right != "view" and spec.is_readonly:
            return False
        return self._ask_hook(right, spec, obj)

    def _ask_hook(self, right: Right, spec: ModelSpec, obj: models.Model | None) -> bool:
        name = f"has_{right}_permission"
        if self._may_do_everything and getattr(type(spec.config), name) is getattr(AdminConfig, name):
            return True
        check = getattr(spec.config, name)
        try:
            return bool(check(self.request) if right == "add" else check(self.request, obj))
        except Exception as error:  # noqa: BLE001 - as above
            self._log_failure(f"{right} {spec.key}", error)
            return False

    @cached_property
    def _may_do_everything(self) -> bool:
        """Whether the user is a superuser to whom no permission is denied, unless a config says so."""
        user = self.user
        # The class of the user behind the lazy object that Django's middleware sets, too.
        has_perm = getattr(user.__class__, "has_perm", None)
        return has_perm is PermissionsMixin.has_perm and user.is_active and user.is_superuser

    def _log_failure(self, what: str, error: Exception) -> None:
        logger = logging.getLogger(settings.LOGGER_NAME)
        logger.error("The permission check for %s failed and denies.", what, exc_info=error)
