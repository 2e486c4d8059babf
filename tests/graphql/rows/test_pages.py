"""Pages are no larger than the settings say, however they are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.testapp.models import Category, Customer, Order

pytestmark = pytest.mark.django_db

LARGEST = 3


@pytest.fixture(autouse=True)
def _rows(settings: Any) -> None:
    settings.CONJURE = {"PAGE_SIZE": 2, "MAX_PAGE_SIZE": LARGEST, "GRAPHQL_MAX_PAGE_SIZE": LARGEST}
    Category.objects.bulk_create([Category(name=f"category {number}") for number in range(LARGEST + 2)])
    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    Order.objects.bulk_create(
        [Order(number=f"N{number}", customer=customer, ordered_on="2024-01-01") for number in range(LARGEST + 2)]
    )


@pytest.mark.parametrize("size", [LARGEST + 1, 10**6])
def test_rest_caps_the_page_size(admin: User, api: Api, size: int) -> None:
    answer = api(admin).get("/conjure/r/testapp.Category/", {"page_size": size}).json()
    assert (len(answer["results"]), answer["count"]) == (LARGEST, LARGEST + 2)
    assert "page=2" in answer["next"]


@pytest.mark.parametrize("limit", [LARGEST + 1, 10**6])
def test_graphql_caps_the_limit(admin: User, gql: Gql, limit: int) -> None:
    answer = gql(admin, "{ testappCategories(pagination: {limit: %d}) { results { id } pageInfo { limit } } }" % limit)
    listing = answer["data"]["testappCategories"]
    assert (len(listing["results"]), listing["pageInfo"]["limit"]) == (LARGEST, LARGEST)


@pytest.mark.parametrize("end", ["first", "last"])
def test_connections_are_capped_from_either_end(admin: User, gql: Gql, end: str) -> None:
    query = "{ testappCategoriesConnection(%s: 1000) { nodes { id } edges { node { id } } totalCount } }" % end
    connection = gql(admin, query)["data"]["testappCategoriesConnection"]
    assert len(connection["nodes"]) == len(connection["edges"]) == LARGEST
    assert connection["totalCount"] == LARGEST + 2


@pytest.mark.parametrize(("pagination", "shown"), [("(pagination: {limit: 1000})", LARGEST), ("", 2)])
def test_nested_lists_are_capped(admin: User, gql: Gql, pagination: str, shown: int) -> None:
    answer = gql(admin, "{ testappCustomers { results { orders%s { number } } } }" % pagination)
    (customer,) = answer["data"]["testappCustomers"]["results"]
    assert len(customer["orders"]) == shown


def test_groups_are_capped(admin: User, gql: Gql) -> None:
    query = "{ testappCategoriesAggregate(groupBy: [{field: name}], pagination: {limit: 1000}) { count } }"
    assert len(gql(admin, query)["data"]["testappCategoriesAggregate"]) == LARGEST
