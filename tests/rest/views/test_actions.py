"""``POST r/{model}/action/{key}/``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conjure import registry
from conjure.models import AdminAuditLog
from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Order

URL = "/conjure/r/testapp.Order/action/{}/"


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


def run(client: Client, key: str, body: Any) -> Any:
    return client.post(URL.format(key), body, content_type="application/json")


def test_the_answer_is_the_handler_s(client: Client, shop: Shop) -> None:
    ids = [shop.orders[0].pk, str(shop.orders[1].pk)]
    answer = run(client, "mark_paid", {"ids": ids})
    assert (answer.status_code, answer.json()) == (200, {"message": "2 paid", "changed": 2})


def test_a_handler_without_an_answer_has_a_message(client: Client, shop: Shop) -> None:
    answer = run(client, "cancel", {"ids": [shop.orders[0].pk]})
    assert answer.status_code == 200
    assert list(answer.json()) == ["message"]
    [entry] = AdminAuditLog.objects.filter(action="action:cancel")
    assert str(shop.orders[0].pk) in str(entry.object_pk) + str(entry.diff)


def test_the_filter_is_applied_again_on_the_server(client: Client) -> None:
    answer = run(client, "count_rows", {"all_filtered": True, "params": {"number__in": "A-1,A-2", "page_size": "1"}})
    assert answer.json() == {"count": 2, "numbers": ["A-1", "A-2"]}
    answer = run(client, "count_rows", {"all_filtered": True, "params": {"search": "lovelace"}})
    assert answer.json()["numbers"] == ["A-1", "A-3"]
    assert run(client, "count_rows", {"all_filtered": True, "params": {}}).json()["count"] == 3


@pytest.mark.parametrize("body", [{}, [], "ids", {"all_filtered": "yes"}])
def test_an_unknown_model_is_404_whatever_the_body_is(client: Client, body: Any) -> None:
    answer = client.post("/conjure/r/testapp.Nothing/action/cancel/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.parametrize("params", [{"nmber": "A-1"}, {"number__regex": "A"}, {"priority": "x"}, {"secret_note": "x"}])
def test_a_parameter_that_is_not_understood_touches_no_row(client: Client, params: dict[str, str]) -> None:
    answer = run(client, "cancel", {"all_filtered": True, "params": params})
    assert (answer.status_code, list(answer.json())) == (400, list(params))
    assert not Order.objects.filter(status="cancelled").exists()


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": "34"}, {"ids": {"5": 1}}, {"ids": [True]}, {"ids": [1.5]}, {"ids": [None]}]
)
def test_ids_that_are_none_are_refused(client: Client, body: Any) -> None:
    answer = run(client, "cancel", body)
    assert (answer.status_code, list(answer.json())) == (400, ["ids"])
    assert not Order.objects.filter(status="cancelled").exists()


@pytest.mark.parametrize("key", ["nothing", "get_queryset", "__init__", "has_view_permission", "%00"])
def test_an_unknown_action_is_not_found(client: Client, shop: Shop, key: str) -> None:
    assert run(client, key, {"ids": [shop.orders[0].pk]}).status_code == 404


def test_a_failing_action_is_undone_and_masked(client: Client, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    answer = run(client, "explode", {"ids": [shop.orders[0].pk]})
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    refused = run(client, "refuse", {"ids": [shop.orders[0].pk]})
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["These orders cannot be refused."]})
    assert not Order.objects.filter(comment="must be rolled back").exists()


def test_input_is_validated(client: Client, shop: Shop) -> None:
    ids = [shop.orders[0].pk]
    assert run(client, "ship", {"ids": ids, "input": {"carrier": "Post", "parcels": 2}}).json() == {
        "message": "Shipped with Post",
        "express": False,
    }
    assert run(client, "ship", {"ids": ids}).status_code == 400
    assert run(client, "ship", {"ids": ids, "input": {"carrier": "Post", "parcels": "x"}}).status_code == 400


def test_actions_ask_their_own_permission(shop: Shop, viewer: User, clerk: User, api: Api) -> None:
    body = {"ids": [shop.orders[0].pk]}
    assert run(api(viewer), "cancel", body).status_code == 403
    assert run(api(viewer), "refund", body).status_code == 403
    assert run(api(viewer), "count_rows", body).json()["count"] == 1
    assert run(api(None), "cancel", body).status_code == 401


def test_read_only_models_have_actions_too(client: Client, shop: Shop) -> None:
    url = "/conjure/r/testapp.Event/action/summarise/"
    answer = client.post(url, {"ids": [shop.events[0].pk]}, content_type="application/json")
    assert answer.json() == {"message": "1 events"}


def test_an_export_is_streamed_as_a_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    config = registry.get("testapp.Order")
    monkeypatch.setattr(config, "actions", (*config.actions, "export"))
    answer = run(client, "export", {"all_filtered": True, "params": {}, "input": {"format": "csv"}})
    assert answer.status_code == 200, answer.content
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    assert b"A-1" in b"".join(answer.streaming_content)
    assert answer["Cache-Control"] == "no-store"
