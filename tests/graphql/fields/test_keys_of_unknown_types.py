"""Keys of fields that Django does not know: a text that their column cannot hold is the key of no row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from conjure import AdminConfig
from conjure.models import AdminAuditLog
from conjure.registry import registry
from tests.conftest import Api, Gql, restored_registry, unregister_all_but
from tests.planted.models import Card, Port

pytestmark = pytest.mark.django_db
URL = "/conjure/r/planted.Card/"
KEY = "08:00:2b:01:02:03"
MALFORMED = ["nonsense", "1", "08:00:2b:01:02", "08:00:2b:01:02:0g", "' OR 1=1 --", "é"]
JSON: Any = {"content_type": "application/json"}


class CardConfig(AdminConfig):
    """With an action on named rows."""

    actions = ("delete_selected",)


@pytest.fixture
def card(db: None) -> Iterator[Card]:
    with restored_registry():
        unregister_all_but(AdminAuditLog)
        registry.register(Card, CardConfig)
        registry.register(Port, AdminConfig)
        yield Card.objects.create(address=KEY, name="first")


@pytest.mark.parametrize("key", MALFORMED)
def test_a_row_of_a_malformed_key_is_not_found(api: Api, admin: User, card: Card, key: str) -> None:
    client = api(admin)
    answers = [
        client.get(f"{URL}{key}/"),
        client.get(f"{URL}{key}/related/"),
        client.patch(f"{URL}{key}/", {"name": "other"}, **JSON),
        client.delete(f"{URL}{key}/"),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"detail": "Not found."})] * 4
    assert client.get(f"{URL}{KEY}/").json()["name"] == "first"
    assert not AdminAuditLog.objects.exists()


@pytest.mark.parametrize("key", MALFORMED)
def test_graphql_finds_no_row_of_it_either(gql: Gql, admin: User, card: Card, key: str) -> None:
    documents = [
        "query ($pk: ID!) { plantedCard(pk: $pk) { name } }",
        "query ($pk: ID!) { plantedCardRelated(pk: $pk) { related { count } } }",
        "mutation ($pk: ID!) { deletePlantedCard(pk: $pk) { errors { code } } }",
    ]
    for document in documents:
        answer = gql(admin, document, pk=key)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"], answer


def test_lists_of_keys_refuse_it_where_the_column_does(api: Api, admin: User, card: Card) -> None:
    client = api(admin)
    bodies: list[tuple[str, Any]] = [
        ("bulk/", {"action": "delete", "ids": ["nonsense"]}),
        ("bulk/", {"action": "update", "ids": [KEY, "nonsense"], "data": {"name": "other"}}),
        ("action/delete_selected/", {"ids": ["nonsense"]}),
    ]
    for path, body in bodies:
        answer = client.post(f"{URL}{path}", body, **JSON)
        if connection.vendor == "postgresql":
            assert (answer.status_code, list(answer.json())) == (400, ["ids"])
        else:
            assert answer.status_code == 200
    operations = {"operations": [{"op": "update", "pk": "nonsense", "data": {"name": "other"}}]}
    assert client.post(f"{URL}bulk/", operations, **JSON).status_code == 404


def test_a_foreign_key_refuses_it_under_its_own_name(api: Api, admin: User, card: Card) -> None:
    client = api(admin)
    answer = client.post("/conjure/r/planted.Port/", {"card": "nonsense"}, **JSON)
    assert (answer.status_code, answer.json()) == (
        400,
        {"card": ['Invalid pk "nonsense" - object does not exist.']},
    )
    assert client.post("/conjure/r/planted.Port/", {"card": KEY}, **JSON).status_code == 201
    assert Port.objects.get().card == card


def test_a_search_for_it_finds_nothing(api: Api, admin: User, card: Card) -> None:
    assert api(admin).get(f"{URL}autocomplete/", {"q": "nonsense"}).json()["results"] == []
