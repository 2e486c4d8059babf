"""Checks of actions that came from elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import action as admin_action
from django.http import HttpRequest

from conjure import AdminConfig
from conjure.checks.configs import check_config
from tests.testapp.models import Order


def test_what_other_packages_read_of_an_action_is_found() -> None:
    class Moved(AdminConfig):
        actions = ("notify", "publish")

        def notify(self, request: HttpRequest, queryset: Any) -> None: ...

        notify.scope = "toolbar"  # type: ignore[attr-defined]
        notify.label = "Notify"  # type: ignore[attr-defined]

        @admin_action(permissions=["delete"], description="Publish")
        def publish(self, request: HttpRequest, queryset: Any) -> None: ...

    messages = check_config(Moved(Order))
    assert [(m.id, m.msg.split(", ")[-1].split(" of the action ")) for m in messages] == [
        ("conjure.W207", ["nothing reads 'scope'", "'notify'."]),
        ("conjure.W207", ["nothing reads 'allowed_permissions'", "'publish'."]),
    ]
