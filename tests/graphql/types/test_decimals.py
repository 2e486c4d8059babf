"""Decimals are read by the digits that a client sent, never through a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.conftest import Api, Gql
from tests.testapp.models import Limits

pytestmark = pytest.mark.django_db
URL = "/conjure/r/testapp.Limits/"
LONG = "1234567890123456.7891000000"
exact = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite stores decimals as floats.")
OTHERS = '"big": 1, "ratio": 1.5, "moment": "2024-02-29T10:00Z", "day": "2024-02-29", "time": "10:00", "length": "5"'


@pytest.fixture(params=["1.1000000000", pytest.param(LONG, marks=exact)])
def number(request: pytest.FixtureRequest, admin: User, api: Api) -> str:
    """The digits of a decimal, which a row was made with by a number of JSON."""
    body = '{"precise": %s, "document": [%s], %s}' % (request.param, request.param, OTHERS)
    answer = api(admin).post(URL, body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["document"] == [float(request.param)]
    assert answer.json()["precise"] == str(Limits.objects.get().precise) == request.param
    return str(request.param)


def test_numbers_in_variables_find_the_row(number: str, admin: User, api: Api) -> None:
    query = "query ($f: TestappLimitsFilter) { testappLimitses(filters: $f) { totalCount } }"
    for condition in ('{"exact": %s}', '{"inList": [%s]}', '{"gte": %s}', '{"lte": %s}', '{"exact": "%s"}'):
        variables = '{"f": {"precise": %s}}' % (condition % number)
        body = '{"query": "%s", "variables": %s}' % (query, variables)
        answer = api(admin).post("/conjure/graphql/", body, content_type="application/json").json()
        assert answer == {"data": {"testappLimitses": {"totalCount": 1}}}, condition


def test_numbers_in_documents_find_the_row_and_change_it(number: str, admin: User, gql: Gql) -> None:
    def count(condition: str) -> Any:
        return gql(admin, "{ testappLimitses(filters: {precise: {%s}}) { totalCount } }" % condition)

    for condition in (f"exact: {number}", f"inList: [{number}]", f"gte: {number}", f"lte: {number}"):
        assert count(condition) == {"data": {"testappLimitses": {"totalCount": 1}}}, condition
    pk = Limits.objects.get().pk
    for shape in ("data: {precise: %s}", "values: {precise: %s}"):
        Limits.objects.update(precise=0)
        text = 'mutation { updateTestappLimits(pk: "%s", %s) { result { precise } } }' % (pk, shape % number)
        gql(admin, text)
        assert Limits.objects.get().precise == Decimal(number), shape


def test_numbers_in_having_are_compared_exactly(number: str, admin: User, gql: Gql) -> None:
    having = "[{function: MAX, field: precise, %s: %s}]"
    text = "{ testappLimitsesAggregate(groupBy: [{field: day}], having: " + having + ") { count } }"
    for lookup, groups in (("exact", [{"count": 1}]), ("gte", [{"count": 1}]), ("gt", []), ("lt", [])):
        assert gql(admin, text % (lookup, number)) == {"data": {"testappLimitsesAggregate": groups}}, lookup
