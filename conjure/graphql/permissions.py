"""The one place that decides what a user may do, and can say why not."""

from __future__ import annotations

import logging
from typing import Any, Literal

from django.db import models
from django.http import HttpRequest

from conjure.conf import settings
from conjure.exceptions import ForbiddenError, UnauthenticatedError
from conjure.specs import ModelSpec

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
        user = self.user
        if user is None or not user.is_authenticated or not user.is_active:
            raise UnauthenticatedError
        if not getattr(user, "is_staff", False):
            raise ForbiddenError("Only staff may use this.")

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

    def _ask(self, right: Right, spec: ModelSpec, obj: models.Model | None) -> bool:
        if right != "view" and spec.is_readonly:
            return False
        check = getattr(spec.config, f"has_{right}_permission")
        try:
            return bool(check(self.request) if right == "add" else check(self.request, obj))
        except Exception as error:  # noqa: BLE001 - as above
            self._log_failure(f"{right} {spec.key}", error)
            return False

    def _log_failure(self, what: str, error: Exception) -> None:
        logger = logging.getLogger(settings.LOGGER_NAME)
        logger.error("The permission check for %s failed and denies.", what, exc_info=error)
