"""A filter that says nothing, such as a value that got lost, never has an action run on every row."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql
from tests.graphql.actions.conftest import Run, statuses
from tests.testapp.factories import Shop

BODIES: dict[str, dict[str, Any]] = {
    "params": {},
    "null": {"params": None},
    "status": {"params": {"status": None}},
    "search": {"params": {"search": None}},
    "status__in": {"params": {"status__in": ""}},
    "number__in": {"params": {"status": "paid", "number__in": []}},
}


@pytest.mark.parametrize("name", BODIES)
def test_rest_refuses_what_says_nothing(run: Run, admin: User, shop: Shop, name: str) -> None:
    status, body = run(admin, "Order/cancel", all_filtered=True, **BODIES[name])
    assert (status, list(body)) == (400, ["params" if name == "null" else name])
    assert "cancelled" not in statuses()


@pytest.mark.parametrize("params", [{}, {"status": ""}, {"search": "", "status": "", "page": "2"}])
def test_an_empty_object_and_empty_texts_mean_no_filter(run: Run, admin: User, shop: Shop, params: Any) -> None:
    assert run(admin, "Order/count_rows", all_filtered=True, params=params)[1]["count"] == 3


QUERY = """mutation ($f: TestappOrderFilter) {
    runTestappOrderAction(action: "cancel", allFiltered: true, filters: $f) }"""
FILTERS: dict[str, Any] = {
    "filters": None,
    "filters ": {},
    "number": {"number": {}},
    "number ": {"number": None, "status": {"exact": "paid"}},
    "number.exact": {"number": {"exact": None}},
    "number.inList": {"number": {"inList": []}},
    "OR": {"OR": []},
    "AND": {"AND": [{}]},
    "NOT.number.exact": {"NOT": [{"number": {"exact": None}}]},
    "customer": {"customer": {}},
    "customer.name.iContains": {"customer": {"name": {"iContains": None}}},
    "items": {"items": {}},
}


@pytest.mark.parametrize("name", FILTERS)
def test_graphql_refuses_what_says_nothing(gql: Gql, admin: User, shop: Shop, name: str) -> None:
    [error] = gql(admin, QUERY, f=FILTERS[name])["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert name.strip() in str(error)
    assert "cancelled" not in statuses()


def test_graphql_runs_on_what_a_filter_says(gql: Gql, admin: User, shop: Shop) -> None:
    wanted = {"OR": [{"number": {"exact": "A-1"}}, {"NOT": [{"customer": {"name": {"iContains": ""}}}]}]}
    assert "errors" not in gql(admin, QUERY, f=wanted)
    assert statuses().count("cancelled") == 1
    assert "errors" not in gql(admin, QUERY.replace(", filters: $f", "").replace("($f: TestappOrderFilter)", ""))
    assert statuses().count("cancelled") == 3


def test_a_list_passes_over_what_says_nothing(gql: Gql, admin: User, shop: Shop) -> None:
    query = "{ testappOrders(filters: {number: {exact: null}, OR: []}) { totalCount } }"
    assert gql(admin, query)["data"]["testappOrders"]["totalCount"] == 3
