"""Who asks: nobody, somebody who is not staff, staff with nothing, with one permission each, a superuser."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client

from conjure.graphql.permissions import RIGHTS
from conjure.testing.report import Report
from conjure.testing.requests import Caller
from conjure.testing.rows import RowMaker

ANONYMOUS, OUTSIDER, CLERK, SUPERUSER = "anonymous", "non-staff", "staff", "superuser"


class Users:
    """One caller for each kind of user; ``clerk`` is the member of staff whose permissions are set as needed."""

    def __init__(self, report: Report, maker: RowMaker) -> None:
        self._report = report
        self._maker = maker
        self.anonymous = Caller(Client(), report, ANONYMOUS)
        self.outsider = self._make(OUTSIDER, is_staff=False, is_superuser=False)
        self.clerk = self._make(CLERK, is_staff=True, is_superuser=False)
        self.superuser = self._make(SUPERUSER, is_staff=True, is_superuser=True)
        user = fresh_user(self.superuser)
        if not getattr(user, "is_superuser", False) and hasattr(user, "user_permissions"):
            user.user_permissions.set(Permission.objects.all())  # The project knows no superusers.

    @property
    def all(self) -> tuple[Caller, ...]:
        """Every caller."""
        return (self.anonymous, self.outsider, self.clerk, self.superuser)

    def walk(self, model: str) -> None:
        """What is found from now on concerns that model."""
        for caller in self.all:
            caller.model = model

    def _make(self, name: str, **flags: bool) -> Caller:
        user_model = get_user_model()
        user: Any = self._maker.build(user_model)
        for flag, value in {**flags, "is_active": True}.items():
            if isinstance(getattr(type(user), flag, None), property):
                continue
            setattr(user, flag, value)
        user.set_unusable_password()
        user.save()
        client = Client()
        client.force_login(user, backend=_backend())
        caller = Caller(client, self._report, name)
        client.user = user  # type: ignore[attr-defined]
        return caller

    def grant(self, model: type[models.Model], right: str | None) -> bool:
        """Let the clerk have one right on a model (``view``), or none; whether there is such a permission."""
        user = fresh_user(self.clerk)
        if not hasattr(user, "user_permissions"):
            return right is None
        self.clerk.who = CLERK if right is None else f"{CLERK} with {right}"
        if right is None:
            user.user_permissions.clear()
            return True
        options = model._meta
        found = Permission.objects.filter(
            content_type__app_label=options.app_label, codename=f"{right}_{options.model_name}"
        )
        user.user_permissions.set(found)
        return bool(found)

    def kinds(self, model: type[models.Model]) -> Any:
        """Every kind of user in turn, as callers; the clerk comes once with nothing and once with each right."""
        yield self.anonymous
        yield self.outsider
        for right in (None, *RIGHTS):
            if self.grant(model, right):
                yield self.clerk
        yield self.superuser


def fresh_user(caller: Caller) -> Any:
    """The caller's user, read again, so that no permission is remembered."""
    user: Any = caller.client.user  # type: ignore[attr-defined]
    return type(user)._base_manager.get(pk=user.pk)


def _backend() -> str:
    from django.conf import settings

    model_backends = [name for name in settings.AUTHENTICATION_BACKENDS if name.endswith("ModelBackend")]
    return (model_backends or list(settings.AUTHENTICATION_BACKENDS))[0]
