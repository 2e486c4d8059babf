"""Decide what a user may do, in one place, and say why not."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any, Literal

from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.http import HttpRequest

from conjure.actions.declare import ActionOptions, DefaultPermission
from conjure.auth.staff import is_superuser, require_staff
from conjure.conf import settings
from conjure.exceptions import ForbiddenError
from conjure.graphql.rules import action_codename, action_rule, right_rule
from conjure.options import is_overridden, require_bool
from conjure.specs.models import ModelSpec

Right = Literal["view", "add", "change", "delete"]
RIGHTS: tuple[Right, ...] = ("view", "add", "change", "delete")


def is_asked_by_row(right: Right, spec: ModelSpec) -> bool:
    """Whether the config overrides the check of a right, so that the answer may depend on the row.

    A row that may not be seen may not be changed or deleted either.
    """
    return _is_overridden(right, spec) or (right in ("change", "delete") and _is_overridden("view", spec))


def _is_overridden(right: Right, spec: ModelSpec) -> bool:
    return is_overridden(spec.config, f"has_{right}_permission")


class Permissions:
    """What the user of one request may do. Answers that do not depend on a row are kept."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)
        self._answers: dict[tuple[Right, str], bool] = {}
        self._failed: set[tuple[Right, str]] = set()
        self._is_staff = False

    def require_staff(self) -> None:
        """Raise UnauthenticatedError where no active user is logged in, ForbiddenError for anybody but staff."""
        if not self._is_staff:
            require_staff(self.user)
            self._is_staff = True

    def can(self, right: Right, spec: ModelSpec, obj: models.Model | None = None) -> bool:
        """Whether the user has the right on the model, or on this row of it.

        A check that raises anything denies, and so does one that gives anything but a bool.
        """
        return self.find_refusal(right, spec, obj) is None

    def find_refusal(self, right: Right, spec: ModelSpec, obj: models.Model | None = None) -> str | None:
        """The rule that refuses a right on the model, or on this row of it; None where the user has the right."""
        has_right = self._has_on_model(right, spec) if obj is None else self._has_on_row(right, spec, obj)
        if not has_right:
            return right_rule(right, spec)
        if obj is not None and right != "view" and self.denies_row(spec, obj):
            return right_rule("view", spec)
        return None

    def _has_on_model(self, right: Right, spec: ModelSpec) -> bool:
        key = (right, spec.key)
        if key not in self._answers:
            self._answers[key] = self._ask(right, spec, None)
        return self._answers[key]

    def _has_on_row(self, right: Right, spec: ModelSpec, obj: models.Model) -> bool:
        return self._ask(right, spec, obj) if _is_overridden(right, spec) else self._has_on_model(right, spec)

    def denies_row(self, spec: ModelSpec, obj: models.Model) -> bool:
        """Whether the user may view the model, but not this row of it.

        Who may not view the model at all can still have other rights on it, which do not depend on this one.
        """
        return _is_overridden("view", spec) and self.can("view", spec) and not self.can("view", spec, obj)

    def require(self, right: Right, spec: ModelSpec, obj: models.Model | None = None) -> None:
        """Raise UnauthenticatedError or ForbiddenError where the user lacks the right."""
        self.require_staff()
        rule = self.find_refusal(right, spec, obj)
        if rule is not None:
            if right != "view" and spec.is_readonly:
                message = f"{spec.verbose_name_plural} are read-only.".capitalize()
            else:
                message = f"You do not have permission to {right} {spec.verbose_name_plural}."
            raise ForbiddenError(message, rule=rule)

    def has_failed(self, right: Right, spec: ModelSpec) -> bool:
        """Whether the check of a right, which was asked before, could not be answered and therefore denied."""
        return (right, spec.key) in self._failed

    def require_codename(self, permission: str) -> None:
        """Raise ForbiddenError where the user lacks a permission such as ``store.refund_invoice``."""
        self.require_staff()
        if not self.has_codename(permission):
            raise ForbiddenError(f"This needs the permission {permission}.", rule=permission)

    def has_codename(self, permission: str) -> bool:
        """Whether the user has a permission such as ``store.refund_invoice``.

        A backend that raises anything denies, and so does one that gives anything but a bool.
        """
        try:
            return require_bool(self.user.has_perm(permission))
        except Exception as error:  # noqa: BLE001 - a project's authentication backend may raise anything
            self._log_failure(permission, error)
            return False

    def can_run(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None = None) -> bool:
        """Whether the user may run an action on a model (or on this row of it), read-only models included.

        An action that needs a codename, or no permission, depends on the row only in that the user may see it.
        """
        return self._find_refusal_to_run(spec, options, obj) is None

    def _find_refusal_to_run(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None) -> str | None:
        if obj is not None and self.denies_row(spec, obj):
            return right_rule("view", spec)
        return None if self._has_permission_of(spec, options, obj) else action_rule(spec, options)

    def _has_permission_of(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None) -> bool:
        permission = options.permission
        if permission is None:
            return True
        if isinstance(permission, DefaultPermission):
            is_a_write = permission.right != "change"
            return self.can(permission.right, spec, obj) if is_a_write else self._ask_hook("change", spec, obj)
        return self.has_codename(action_codename(spec, permission))

    def require_action(self, spec: ModelSpec, options: ActionOptions, obj: models.Model | None = None) -> None:
        """Raise UnauthenticatedError or ForbiddenError where the user may not run the action."""
        self.require_staff()
        rule = self._find_refusal_to_run(spec, options, obj)
        if rule is not None:
            which = spec.verbose_name_plural if obj is None else f"the {spec.verbose_name} {obj.pk}"
            raise ForbiddenError(f"You do not have permission to run this action on {which}.", rule=rule)

    def _ask(self, right: Right, spec: ModelSpec, obj: models.Model | None) -> bool:
        if right != "view" and spec.is_readonly:
            return False
        return self._ask_hook(right, spec, obj)

    def _ask_hook(self, right: Right, spec: ModelSpec, obj: models.Model | None) -> bool:
        if self._may_do_everything and not _is_overridden(right, spec):
            return True
        check = getattr(spec.config, f"has_{right}_permission")
        try:
            return require_bool(check(self.request) if right == "add" else check(self.request, obj))
        except Exception as error:  # noqa: BLE001 - a config's own check may raise anything
            self._failed.add((right, spec.key))
            self._log_failure(f"{right} {spec.key}", error)
            return False

    @cached_property
    def _may_do_everything(self) -> bool:
        """Whether the user is a superuser whom Django grants every permission, so that only a config may deny one."""
        user = self.user
        # The class of the user behind the lazy object that Django's middleware sets, too.
        has_perm = getattr(user.__class__, "has_perm", None)
        return has_perm is PermissionsMixin.has_perm and is_superuser(user)

    def _log_failure(self, what: str, error: Exception) -> None:
        logger = logging.getLogger(settings.LOGGER_NAME)
        logger.error("The permission check for %s failed and denies.", what, exc_info=error)
