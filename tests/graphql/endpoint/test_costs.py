"""The cost of a document is the number of values that its answer may hold, and what its root fields do beside them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api
from tests.graphql.endpoint.asking import ask, is_refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ me }", 1),
        ("{ testappTag(pk: 1) { id name } }", 3),
        ("{ testappTags { totalCount results { id } } }", 1 + 10_000 + 50 * 3),
        ("{ testappTags(pagination: {limit: 7}) { results { id } } }", 1 + 7 * 2),
        ("{ testappTags(pagination: {limit: 7, offset: 90}) { results { id } } }", 1 + 7 * 2),
        ("{ testappTags(pagination: {offset: 90}) { results { id } } }", 1 + 50 * 2),
        ("{ testappTags(pagination: null) { results { id } } }", 1 + 50 * 2),
        ("{ testappTags(pagination: {limit: 100000}) { results { id } } }", 1 + 5_000 * 2),
        ("{ testappCategory(pk: 1) { children { id } } }", 1 + 1 + 50),
        ("{ testappCategory(pk: 1) { children(pagination: {limit: 3}) { id name } } }", 1 + 1 + 3 * 2),
        ("{ testappCategory(pk: 1) { parent { parent { id } } } }", 4),
        (
            "{ testappCategories(pagination: {limit: 2}) { results { children(pagination: {limit: 3}) { id } } } }",
            1 + 2 * (1 + 1 + 3),
        ),
        ("{ testappTagsConnection(first: 7) { nodes { id } } }", 1 + 7 * 2),
        ("{ testappTagsConnection(last: 7) { edges { node { id } } } }", 1 + 7 * 3),
        ("{ testappTagsConnection(first: 2, last: 7) { nodes { id } } }", 1 + 7 * 2),
        ("{ testappTagsConnection { nodes { id } } }", 1 + 50 * 2),
        ('{ testappProduct(pk: "a") { tagsIds } }', 1 + 50),
        ("{ testappTags(filters: {id: {inList: [1, 2, 3]}}) { results { id } } }", 3 + 1 + 50 * 2),
        ("{ testappTagAutocomplete { results { value label } hasMore } }", 1 + 20 * (1 + 2 + 1)),
        ("query($n: Int = 4) { testappTags(pagination: {limit: $n}) { results { id } } }", 1 + 4 * 2),
        ("{ testappTags(pagination: {limit: 7}) { ... { results { ... on TestappTag { id } } } } }", 1 + 7 * 2),
        ("{ a: me b: me c: me }", 3),
        ("{ me @skip(if: true) }", 1),
        ("{ me __typename }", 1),
    ],
)
def test_the_cost_is_the_number_of_values_that_the_answer_may_hold(
    api: Api, admin: User, settings: Any, query: str, cost: int
) -> None:
    client = api(admin)

    settings.CONJURE = {"GRAPHQL_MAX_COST": cost}
    assert not is_refused(client, query)
    settings.CONJURE = {"GRAPHQL_MAX_COST": cost - 1}
    assert is_refused(client, query)


@pytest.mark.parametrize(
    ("variables", "cost"),
    [
        ({"page": {"limit": 9}}, 1 + 9 * 2),
        ({"page": {}}, 1 + 50 * 2),
        ({"page": None}, 1 + 50 * 2),
        ({}, 1 + 50 * 2),
    ],
)
def test_variables_are_looked_at(api: Api, admin: User, settings: Any, variables: dict[str, Any], cost: int) -> None:
    query = "query($page: OffsetPaginationInput) { testappTags(pagination: $page) { results { id } } }"
    client = api(admin)

    settings.CONJURE = {"GRAPHQL_MAX_COST": cost}
    assert not is_refused(client, query, **variables)
    settings.CONJURE = {"GRAPHQL_MAX_COST": cost - 1}
    assert is_refused(client, query, **variables)


def test_a_document_that_was_seen_costs_what_the_page_size_is_now(api: Api, admin: User, settings: Any) -> None:
    query, client = "{ testappTags { results { id } } }", api(admin)
    settings.CONJURE = {"GRAPHQL_MAX_COST": 1 + 20 * 2, "PAGE_SIZE": 20}
    assert not is_refused(client, query)
    settings.CONJURE = {"GRAPHQL_MAX_COST": 1 + 20 * 2, "PAGE_SIZE": 30}
    assert is_refused(client, query)


@pytest.mark.parametrize("limit", ["x", -5, 1.5, [], {}, True, 10**400, "9" * 5_000])
def test_a_page_size_that_is_none_is_an_error_of_its_own(api: Api, admin: User, limit: Any) -> None:
    query = "query($n: Int) { testappTags(pagination: {limit: $n}) { results { id } } }"

    response = ask(api(admin), query, n=limit)

    assert response.json()["errors"][0]["extensions"]["code"] in {"INVALID", "LIMITED"}


def test_a_page_size_of_thousands_of_digits_is_an_error_of_its_own(api: Api, admin: User) -> None:
    response = ask(api(admin), "{ testappTags(pagination: {limit: %s}) { results { id } } }" % ("9" * 5_000))

    assert response.status_code == 400


def test_the_message_says_what_to_do(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_COST": 200_000}

    response = ask(
        api(admin), "{ testappCategories(pagination: {limit: 200}) { results { children { children { id } } } } }"
    )

    assert response.json()["errors"][0]["message"] == (
        "The document may cost 510,401 values, and 200000 are allowed: "
        "ask for smaller pages, in nested lists too, or for less at once."
    )
