"""Who asks: an anonymous user, one who is not staff, staff with no and with each single permission, a superuser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
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

    def __init__(self, maker: RowMaker) -> None:
        self._maker = maker
        self.anonymous = Caller(Client(), ANONYMOUS)
        self.outsider = self._make(OUTSIDER, is_staff=False, is_superuser=False)
        self.clerk = self._make(CLERK, is_staff=True, is_superuser=False)
        self.superuser = self._make(SUPERUSER, is_staff=True, is_superuser=True)
        user = fresh_user(self.superuser)
        if not getattr(user, "is_superuser", False) and hasattr(user, "user_permissions"):
            user.user_permissions.set(Permission.objects.all())  # The project's user model has no superusers.

    def report_to(self, report: Report, model: str) -> None:
        """Count every caller's requests in that report from now on, and note failures there, as those of the model."""
        for caller in (self.anonymous, self.outsider, self.clerk, self.superuser):
            caller.report = report
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
        client.force_login(user, backend=_login_backend())
        return Caller(client, name, user)

    def grant(self, model: type[models.Model], right: str | None) -> bool:
        """Give the clerk one right on a model (such as ``view``), or none. Say whether there is such a permission."""
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

    def each(self, model: type[models.Model]) -> Iterator[Caller]:
        """Every kind of user in turn; the clerk comes once with no permission and once with each right."""
        yield self.anonymous
        yield self.outsider
        for right in (None, *RIGHTS):
            if self.grant(model, right):
                yield self.clerk
        yield self.superuser


def fresh_user(caller: Caller) -> Any:
    """The caller's user, read again, because Django caches permissions on the instance."""
    return type(caller.user)._base_manager.get(pk=caller.user.pk)


def _login_backend() -> str:
    names: list[str] = list(settings.AUTHENTICATION_BACKENDS)
    return next((name for name in names if name.endswith("ModelBackend")), names[0])
