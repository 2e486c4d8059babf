"""A shop with actions, and how they are run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command

from tests.conftest import Api
from tests.testapp.factories import Shop, make_shop
from tests.testapp.models import Order

Answer = tuple[int, Any]
Run = Callable[..., Answer]


@pytest.fixture
def shop(db: None, media_root: Any) -> Shop:
    """The ordinary shop, with the permissions of its actions."""
    call_command("sync_admin_actions", verbosity=0)
    return make_shop()


@pytest.fixture
def run(api: Api) -> Run:
    """``run(user, "Order/cancel", ids=[1])`` posts to the action's URL and gives status and body."""

    def post(user: User | None, path: str, **body: Any) -> Answer:
        model, key = path.split("/")
        answer = api(user).post(
            f"/conjure/r/testapp.{model}/action/{key}/", json.dumps(body), content_type="application/json"
        )
        if answer.streaming:
            return answer.status_code, b"".join(answer.streaming_content).decode()
        return answer.status_code, answer.json()

    return post


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def keys(rows: list[Any]) -> list[Any]:
    return [row.pk for row in rows]


def statuses() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))
