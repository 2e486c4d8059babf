"""A key has one spelling, the one that rows serve: through both faces, in URLs, lists of keys and bodies."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conjure.models import AdminAuditLog
from tests.conftest import Api, Configure, Gql
from tests.testapp.factories import Shop
from tests.testapp.models import Category, Tag
from tests.testapp.models.keys import CompositeKey, DateKey, DecimalKey, IntegerKey, StringKey, UUIDKey

KEY = UUID("0a1b2c3d-0000-4000-8000-00000000abcd")
NUMBERS = [
    "+1",
    " 1",
    "1 ",
    "1\n",
    "01",
    "1.0",
    "1.",
    "1e0",
    "1_0",
    "0x1",
    "\u0661",
    "\uff11",
    "1\u00a0",
    "\u20071",
    "--1",
]
UUIDS = [
    KEY.hex,
    str(KEY).upper(),
    "{" + str(KEY) + "}",
    KEY.urn,
    f" {KEY}",
    f"{KEY}\n",
    str(KEY).replace("0", "\u0660"),
    "0-a1b2c3d0000400080000000 0000abcd".replace(" ", ""),
]


@pytest.fixture
def client(shop: Shop, admin: User, api: Api) -> Client:
    IntegerKey.objects.bulk_create(IntegerKey(number=n, name=str(n)) for n in (0, 1, 10))
    UUIDKey.objects.create(key=KEY, name="u")
    return api(admin)


SPELLINGS = {
    ("IntegerKey", "1"): NUMBERS,
    ("IntegerKey", "0"): ["-0", "00", ""],
    ("UUIDKey", str(KEY)): UUIDS,
    ("DecimalKey", "1.00"): ["1", "1.0", "+1.00", "1.000", "1.00 ", "01.00", "1e0"],
    ("DateKey", "2024-01-02"): ["2024-1-2", "20240102", " 2024-01-02", "2024-W01-2"],
    ("CompositeKey", "1,1"): ["+1,1", "1, 1", "1,01", "1,1 "],
}


def test_another_spelling_is_not_the_key(client: Client, gql: Gql, admin: User, configure: Configure) -> None:
    for kind in (IntegerKey, UUIDKey, DecimalKey, DateKey, CompositeKey):
        configure(kind, actions=("delete_selected",))
    DecimalKey.objects.create(amount=Decimal("1.00"), name="d")
    DateKey.objects.create(day=datetime.date(2024, 1, 2), name="d")
    CompositeKey.objects.create(tenant=1, number=1, name="c")
    for (model, served), texts in SPELLINGS.items():
        url = f"/conjure/r/testapp.{model}/"
        assert client.get(f"{url}{served}/").status_code == 200
        for text in texts:
            wrong = [status for status in try_all(client, url, text) if status not in (400, 404)]
            asked = gql(admin, f"query ($pk: ID!) {{ testapp{model}(pk: $pk) {{ name }} }}", pk=text)
            assert (text, wrong, asked["errors"][0]["extensions"]["code"]) == (text, [], "NOT_FOUND")
        assert client.get(f"{url}{served}/").json()["name"] != "changed"
    assert not AdminAuditLog.objects.exists()


def try_all(client: Client, url: str, text: str) -> Iterator[int]:
    """The status of each request that names a row by the text."""
    if text:
        row = f"{url}{quote(text, safe='')}/"
        yield client.get(row).status_code
        yield client.get(f"{row}related/").status_code
        yield client.delete(row).status_code
        yield client.patch(row, '{"name": "changed"}', content_type="application/json").status_code
    for body in (
        {"action": "delete", "ids": [text]},
        {"action": "update", "ids": [text], "data": {"name": "changed"}},
        {"operations": [{"op": "delete", "pk": text}]},
    ):
        yield client.post(f"{url}bulk/", json.dumps(body), content_type="application/json").status_code
    ids = json.dumps({"ids": [text]})
    yield client.post(f"{url}action/delete_selected/", ids, content_type="application/json").status_code


@pytest.mark.parametrize("text", NUMBERS)
def test_nor_in_the_foreign_keys_of_bodies(client: Client, shop: Shop, text: str) -> None:
    Category.objects.get_or_create(pk=1, defaults={"name": "The first"})
    Tag.objects.get_or_create(pk=1, defaults={"name": "The first", "slug": "the-first"})
    url = f"/conjure/r/testapp.Product/{shop.products[0].pk}/"
    data: dict[str, Any]
    for data in ({"category": text}, {"tags": [text]}):
        answer = client.patch(url, json.dumps(data), content_type="application/json")
        assert answer.status_code == 400, answer.content
        assert list(answer.json()) == list(data)


def test_a_key_is_taken_as_text_and_as_a_number(client: Client, shop: Shop, gql: Gql, admin: User) -> None:
    product = shop.products[0]
    url = f"/conjure/r/testapp.Product/{product.pk}/"
    for key in (product.category_id, str(product.category_id)):
        assert client.patch(url, json.dumps({"category": key}), content_type="application/json").status_code == 200
    for key in (1, "10"):
        body = {"action": "update", "ids": [key], "data": {"name": "changed"}}
        answer = client.post("/conjure/r/testapp.IntegerKey/bulk/", json.dumps(body), content_type="application/json")
        assert answer.json() == {"updated": 1}
    for key in (1, "1"):
        asked = gql(admin, "query ($pk: ID!) { testappIntegerKey(pk: $pk) { name } }", pk=key)
        assert asked["data"]["testappIntegerKey"]["name"] == "changed"


def test_a_choice_is_found_by_the_spelling_of_its_key_alone(client: Client) -> None:
    url = "/conjure/r/testapp.IntegerKey/autocomplete/"
    found = {q: [row["value"] for row in client.get(url, {"q": q}).json()["results"]] for q in ("10", "010", "+10")}
    assert found == {"10": [10], "010": [], "+10": []}


def test_texts_are_keys_to_the_letter(client: Client) -> None:
    StringKey.objects.create(code=" 01 ", name="padded")
    assert client.get("/conjure/r/testapp.StringKey/%2001%20/").status_code == 200
    assert client.get("/conjure/r/testapp.StringKey/01/").status_code == 404
