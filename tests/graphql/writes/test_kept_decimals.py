"""Decimals that a write keeps to the last digit, or refuses: none is stored that the database cannot give back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.conftest import Api, Gql
from tests.edges.models import Bounded
from tests.stored.models import Reading

pytestmark = pytest.mark.django_db
URL = "/conjure/r/stored.Reading/"
JSON = {"content_type": "application/json"}
LOST = "The database cannot keep all digits of this number."

# Of 20 digits with 4 places; SQLite keeps them as a float, and what it rounds up may be a digit too long to be read.
TOO_LONG = ["9999999999999999.9999", "-9999999999999999.9999", "9999999999999999.9990"]
FITTING = ["0.0001", "123456789.1234", "-99999999999.9999", "9007199254740993.0000"]


@pytest.mark.parametrize("number", TOO_LONG)
@pytest.mark.parametrize("as_number", [True, False], ids=["number", "text"])
def test_a_decimal_that_cannot_be_given_back_is_refused(
    api: Api, admin: User, gql: Gql, number: str, as_number: bool
) -> None:
    client, row = api(admin), Reading.objects.create(name="there")
    sent = number if as_number else json.dumps(number)
    update = '{"action": "update", "ids": [%s], "data": {"price": %s}}' % (row.pk, sent)
    operation = '{"operations": [{"op": "update", "pk": %s, "data": {"price": %s}}]}' % (row.pk, sent)
    answers = [
        client.post(URL, '{"name": "new", "price": %s}' % sent, **JSON),
        client.patch(f"{URL}{row.pk}/", '{"price": %s}' % sent, **JSON),
        client.post(f"{URL}bulk/", update, **JSON),
        client.post(f"{URL}bulk/", operation, **JSON),
    ]
    text = 'mutation { updateStoredReading(pk: "%s", data: {price: %s}) { result { price } errors { messages } } }'
    written = gql(admin, text % (row.pk, sent))["data"]["updateStoredReading"]
    if connection.vendor == "sqlite":
        assert [(answer.status_code, answer.json()["price"]) for answer in answers] == [(400, [LOST])] * 4
        assert written == {"result": None, "errors": [{"messages": [LOST]}]}
        assert [reading.price for reading in Reading.objects.all()] == [0]
    else:
        assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
        assert written["result"] == {"price": number}
        assert {reading.price for reading in Reading.objects.all()} == {Decimal(number)}
    assert client.get(URL).status_code == 200


@pytest.mark.parametrize("number", FITTING)
def test_what_the_answer_says_is_what_is_stored(api: Api, admin: User, number: str) -> None:
    client = api(admin)
    row = client.post(URL, '{"name": "new", "price": %s}' % number, **JSON).json()
    assert client.get(f"{URL}{row['id']}/").json()["price"] == row["price"]
    if connection.vendor != "sqlite" or len(number.lstrip("-0.")) <= 16:
        assert row["price"] == number
        assert client.get(URL, {"price": number}).json()["count"] == 1


@pytest.mark.parametrize("number", ["1.1", "1234567890123456.7891", "0.10", "1e2"])
def test_the_input_of_an_action_has_the_digits_that_were_sent(api: Api, admin: User, gql: Gql, number: str) -> None:
    key = Bounded.objects.create().pk
    for sent in (number, f'"{number}"'):
        body = '{"ids": [%s], "input": {"amount": %s}}' % (key, sent)
        answer: Any = api(admin).post("/conjure/r/edges.Bounded/action/tell/", body, **JSON)
        assert Decimal(answer.json()["digits"]) == Decimal(number)
        run = 'mutation { runEdgesBoundedAction(action: "tell", pks: [%s], input: {amount: %s}) }' % (key, sent)
        assert Decimal(gql(admin, run)["data"]["runEdgesBoundedAction"]["digits"]) == Decimal(number)
