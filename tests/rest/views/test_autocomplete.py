"""``GET r/{model}/autocomplete/``: twenty choices a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.keys import IntegerKey
from tests.testapp.models.shop import Tag

URL = "/conjure/r/testapp.Tag/autocomplete/"


@pytest.fixture
def client(admin: User, api: Api) -> Client:
    Tag.objects.bulk_create(Tag(name=f"tag {number:02}", slug=f"t{number}") for number in range(45))
    return api(admin)


def get(client: Client, **parameters: Any) -> Any:
    answer = client.get(URL, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_answer_has_results_and_says_whether_there_are_more(client: Client) -> None:
    body = get(client, q="tag 1")
    assert list(body) == ["results", "has_more"]
    assert body["has_more"] is False
    assert [choice["label"] for choice in body["results"]] == [f"tag 1{digit}" for digit in range(10)]
    assert all(list(choice) == ["value", "label"] for choice in body["results"])


def test_pages_hold_twenty_in_the_config_s_order(client: Client) -> None:
    pages = [get(client, page=number) for number in (1, 2, 3, 4)]
    assert [len(page["results"]) for page in pages] == [20, 20, 5, 0]
    assert [page["has_more"] for page in pages] == [True, True, False, False]
    labels = [choice["label"] for page in pages for choice in page["results"]]
    assert labels == sorted(labels)
    assert len(set(labels)) == 45


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "9" * 40])
def test_a_bad_page_is_the_first(client: Client, page: str) -> None:
    assert get(client, page=page) == get(client)


def test_a_term_of_digits_also_matches_the_key(admin: User, api: Api) -> None:
    IntegerKey.objects.create(number=77, name="by key")
    IntegerKey.objects.create(number=8, name="room 77")
    IntegerKey.objects.create(number=9, name="neither")
    body = api(admin).get("/conjure/r/testapp.IntegerKey/autocomplete/?q=77").json()
    assert {choice["value"] for choice in body["results"]} == {77, 8}


def test_values_are_keys_of_any_kind(shop: Shop, admin: User, api: Api) -> None:
    body = api(admin).get("/conjure/r/testapp.Customer/autocomplete/?q=ada").json()
    assert body["results"] == [{"value": str(shop.customers[0].pk), "label": "Ada Lovelace"}]


def test_hidden_rows_are_no_choices(shop: Shop, viewer: User, api: Api) -> None:
    body = api(viewer).get("/conjure/r/testapp.Note/autocomplete/").json()
    hidden = {note.pk for note in shop.notes if not note.is_public}
    assert hidden
    assert not hidden & {choice["value"] for choice in body["results"]}


@pytest.mark.parametrize("term", ["\0", "x" * 60_000])
def test_a_term_that_cannot_be_looked_for_is_refused(client: Client, term: str) -> None:
    answer = client.get(URL, {"q": term})
    assert (answer.status_code, list(answer.json())) == (400, ["q"])


def test_only_those_who_may_view_the_model_get_choices(client: Client, api: Api, clerk: User, outsider: User) -> None:
    assert [api(user).get(URL).status_code for user in (None, outsider, clerk)] == [401, 403, 403]
