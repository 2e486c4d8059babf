"""Filters and orderings that databases cannot take are refused before they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import ask

pytestmark = pytest.mark.django_db


def nest(levels: int, step: Callable[[Any], Any], leaf: Any) -> Any:
    for _ in range(levels):
        leaf = step(leaf)
    return leaf


FILTERS: dict[str, Any] = {
    "conditions side by side": {"OR": [{"number": {"exact": str(number)}} for number in range(501)]},
    "conditions of a hundred thousand": {"AND": [{"number": {"exact": "x"}}] * 50_000},
    "operators in each other": nest(40, lambda inner: {"NOT": [inner]}, {"number": {"exact": "x"}}),
    "relations in each other": nest(20, lambda inner: {"customer": {"orders": inner}}, {"number": {"exact": "x"}}),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_beyond_what_databases_take_is_refused(api: Api, admin: User, name: str) -> None:
    query = "query($f: TestappOrderFilter) { testappOrders(filters: $f) { totalCount } }"

    response = ask(api(admin), query, f=FILTERS[name])

    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "LIMITED"


@pytest.mark.parametrize(
    "filters",
    [
        {"OR": [{"number": {"exact": str(number)}} for number in range(240)]},
        nest(9, lambda inner: {"NOT": [inner]}, {"number": {"exact": "x"}}),
        nest(5, lambda inner: {"customer": {"orders": inner}}, {"number": {"exact": "x"}}),
        {"number": {"inList": [str(number) for number in range(9_000)]}},
    ],
    ids=["side by side", "operators", "relations", "values"],
)
def test_a_filter_within_the_limits_is_executed(gql: Gql, admin: User, filters: Any) -> None:
    query = "query($f: TestappOrderFilter) { testappOrders(filters: $f) { totalCount } }"

    assert isinstance(gql(admin, query, f=filters)["data"]["testappOrders"]["totalCount"], int)


def test_an_ordering_over_many_relations_is_refused(gql: Gql, admin: User) -> None:
    query = "query($o: [TestappCategoryOrder!]) { testappCategories(ordering: $o) { results { id } } }"

    for order in ([nest(40, lambda inner: {"parent": inner}, {"id": "ASC"})], [{"id": "ASC"}] * 501):
        assert gql(admin, query, o=order)["errors"][0]["extensions"]["code"] == "LIMITED"
