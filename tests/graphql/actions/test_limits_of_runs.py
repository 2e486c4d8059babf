"""Runs of actions that must not go further than they were meant to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest

from conjure import action
from conjure.graphql.actions import run as actions
from tests.conftest import Api, Configure, Gql
from tests.testapp.factories import Shop, make_shop
from tests.testapp.models import Order, Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None, media_root: Any) -> Shop:
    """The ordinary shop, with the permissions of its actions."""
    call_command("sync_admin_actions", verbosity=0)
    return make_shop()


def run(api: Api, user: User, path: str, **body: Any) -> tuple[int, Any]:
    model, key = path.split("/")
    url = f"/conjure/r/testapp.{model}/action/{key}/"
    answer = api(user).post(url, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.django_db(transaction=True)
def test_a_handler_is_never_called_twice(shop: Shop, admin: User, api: Api, configure: Configure) -> None:
    calls: list[int] = []

    @action(permission=None)
    def flaky(self: Any, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        calls.append(1)
        raise OperationalError("database is locked")

    configure(Order, actions=("flaky",), flaky=flaky)
    assert run(api, admin, "Order/flaky", ids=[shop.orders[0].pk])[0] == 503
    assert len(calls) == 1


def test_an_action_by_filter_asks_the_view_permission(shop: Shop, clerk: User, api: Api) -> None:
    clerk.user_permissions.add(Permission.objects.get(codename="refund_order"))
    assert run(api, clerk, "Order/refund", all_filtered=True, params={"status": "paid"})[0] == 403
    assert run(api, clerk, "Order/refund", ids=[shop.orders[1].pk]) == (200, {"refunded": 1})
    assert Order.objects.get(pk=shop.orders[0].pk).total > 0


def test_a_large_export_is_not_written_into_an_answer(
    shop: Shop, admin: User, gql: Gql, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = 'mutation { runTestappProductAction(action: "export", allFiltered: true) }'
    assert gql(admin, query)["data"]["runTestappProductAction"]["content"].count("\n") > Product.objects.count()
    monkeypatch.setattr(actions, "INLINE_LIMIT", 20)
    assert gql(admin, query)["errors"][0]["extensions"]["code"] == "INVALID"
