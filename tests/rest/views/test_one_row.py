"""``GET r/{model}/{pk}/``: any key, and nothing but keys."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.keys import StringKey


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    return api(admin)


@pytest.mark.parametrize(
    "key", ["plain", "a/b c?d#e", "action", "action/x/y", "related", "42", "%2F", "größe", "a\nb", "..", "a//"]
)
def test_a_text_key_may_be_any_text(client: Client, key: str) -> None:
    StringKey.objects.create(code=key, name="found")
    answer = client.get(f"/conjure/r/testapp.StringKey/{quote(key, safe='')}/").json()
    assert (answer["code"], answer["name"]) == (key, "found")


@pytest.mark.parametrize("key", ["x", "0", "-1", "1.0", "²", "1" + "0" * 23, "9" * 5000, "%00", "%F0%9F%92%A9", "null"])
def test_what_is_no_key_of_the_model_is_not_found(client: Client, key: str) -> None:
    answer = client.get(f"/conjure/r/testapp.Order/{key}/")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


@pytest.mark.parametrize("model", ["testapp.StringKey", "testapp.UUIDKey", "testapp.DateKey", "testapp.CompositeKey"])
@pytest.mark.parametrize("key", ["%00", "nothing", "%ED%A0%80", "1,2,3", "\u2028", "9999-99-99"])
def test_of_no_kind_of_key(client: Client, model: str, key: str) -> None:
    assert client.get(f"/conjure/r/{model}/{key}/").status_code == 404


def test_head_has_the_headers_of_get(client: Client, shop: Shop) -> None:
    url = f"/conjure/r/testapp.Order/{shop.orders[0].pk}/"
    head, get = client.head(url), client.get(url)
    assert head.status_code == 200
    assert head.content == b""
    assert head["Content-Type"] == get["Content-Type"] == "application/json"


def test_a_row_that_is_hidden_is_not_there(shop: Shop, viewer: User, api: Api) -> None:
    hidden = next(note for note in shop.notes if not note.is_public)
    answers = [api(viewer).get(f"/conjure/r/testapp.Note/{pk}/") for pk in (hidden.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_nobody_learns_of_rows_that_they_may_not_view(shop: Shop, clerk: User, outsider: User, api: Api) -> None:
    urls = [f"/conjure/r/testapp.Order/{pk}/" for pk in (shop.orders[0].pk, 10**9)]
    assert [api(None).get(url).status_code for url in urls] == [401, 401]
    assert [api(outsider).get(url).status_code for url in urls] == [403, 403]
    assert [api(clerk).get(url).status_code for url in urls] == [403, 403]
