"""Each URL answers 405 with ``Allow`` to methods that it does not have; fixed routes win over rows of their name."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conjure import registry
from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.keys import StringKey
from tests.testapp.models.shop import Order

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
FIXED = {
    "autocomplete": "GET, HEAD",
    "bulk": "POST",
    "action/x": "POST",
    "x/related": "GET, HEAD",
    "x/history": "GET, HEAD",
}


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


@pytest.mark.parametrize("with_row", [True, False])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", FIXED)
def test_a_fixed_route_wins_for_every_method(client: Client, route: str, method: str, with_row: bool) -> None:
    if with_row:
        StringKey.objects.create(code=route, name="a row of that name")
    answer = getattr(client, method)(f"/conjure/r/testapp.StringKey/{route}/", content_type="application/json")
    if method.upper() in FIXED[route].split(", "):
        assert answer.status_code != 405
    else:
        assert (answer.status_code, answer["Allow"]) == (405, FIXED[route])
    if method != "head":
        assert "a row of that name" not in answer.content.decode().replace('"label":"a row of that name"', "")
    assert StringKey.objects.filter(code=route, name="a row of that name").exists() is with_row


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_the_related_url_of_a_row_never_writes_the_row(client: Client, shop: Shop, method: str) -> None:
    pk = shop.orders[0].pk
    body = {"number": "changed"}
    answer = getattr(client, method)(f"/conjure/r/testapp.Order/{pk}/related/", body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (405, ["detail"])
    assert Order.objects.get(pk=pk).number == shop.orders[0].number


@pytest.mark.parametrize("key", ["autocomplete", "bulk", "action/x", "x/related", "x/history"])
def test_a_row_that_bears_the_name_of_a_fixed_route_is_found_by_a_filter(client: Client, key: str) -> None:
    StringKey.objects.create(code=key, name="found")
    body = client.get("/conjure/r/testapp.StringKey/", {"code": key}).json()
    assert [row["name"] for row in body["results"]] == ["found"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("r/testapp.Order/", "GET, HEAD, POST"),
        ("r/testapp.Order/1/", "GET, HEAD, PATCH, DELETE"),
        ("r/testapp.Order/nothing/", "GET, HEAD, PATCH, DELETE"),
        ("schema/", "GET, HEAD"),
        ("auth/login/", "POST"),
    ],
)
@pytest.mark.parametrize("method", ["put", "options"])
def test_put_and_options_are_not_allowed(client: Client, path: str, allowed: str, method: str) -> None:
    answer = getattr(client, method)(f"/conjure/{path}", content_type="application/json")
    assert (answer.status_code, answer["Allow"], list(answer.json())) == (405, allowed, ["detail"])


@pytest.mark.parametrize(
    ("path", "allowed"), [("", "GET, HEAD"), ("1/", "GET, HEAD"), ("bulk/", ""), ("action/summarise/", "POST")]
)
def test_a_read_only_model_allows_no_method_that_writes(client: Client, path: str, allowed: str) -> None:
    assert registry.get("testapp.Event").is_readonly
    answer = client.options(f"/conjure/r/testapp.Event/{path}")
    assert (answer.status_code, answer["Allow"]) == (405, allowed)


def test_a_write_of_a_read_only_model_is_still_403(client: Client) -> None:
    assert client.post("/conjure/r/testapp.Event/", {}, "application/json").status_code == 403
    assert client.delete("/conjure/r/testapp.Event/1/").status_code == 403


def test_an_unknown_model_has_the_methods_of_the_url(client: Client) -> None:
    answer = client.put("/conjure/r/testapp.Nothing/1/", {}, content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, PATCH, DELETE")


def test_a_hook_that_fails_does_not_spoil_the_answer_to_a_wrong_method(
    api: Api, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, request: object, obj: object = None) -> list[str]:
        raise RuntimeError("the project's mistake")

    monkeypatch.setattr(type(registry.get("testapp.Order")), "get_exclude", fail)
    answer = api(admin).put("/conjure/r/testapp.Order/")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/json"
    assert "POST" in answer["Allow"]
