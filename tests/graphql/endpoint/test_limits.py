"""Documents that ask for too much are refused before anything is done for them, however they are written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query

from tests.conftest import Api, Gql

URL = "/conjure/graphql/"

pytestmark = pytest.mark.django_db


def post(client: Client, query: str, **variables: Any) -> Any:
    return client.post(URL, json.dumps({"query": query, "variables": variables}), content_type="application/json")


def is_refused(client: Client, query: str, **variables: Any) -> bool:
    """Whether the document is over a limit; then nothing was looked up for it but the user."""
    with CaptureQueriesContext(connection) as queries:
        response = post(client, query, **variables)
    errors = response.json().get("errors", [])
    if not errors or errors[0]["extensions"]["code"] != "LIMITED":
        return False
    assert response.status_code == 400
    assert "data" not in response.json()
    assert not [query for query in queries.captured_queries if "testapp" in query["sql"]]
    return True


def nested(levels: int) -> str:
    """A chain of categories that is so many levels deep in all."""
    return (
        "{ testappCategories(pagination: {limit: 1}) { results {" + " parent {" * (levels - 3) + " id" + " }" * levels
    )


def ladder(levels: int, step: str = "...{next} ...{next}") -> str:
    """Fragments each of which spreads the next one twice: spelled out, twice as long with each."""
    fragments = [
        f"fragment f{level} on TestappCategory {{ {step.format(next=f'f{level + 1}')} }}" for level in range(levels)
    ]
    fragments.append(f"fragment f{levels} on TestappCategory {{ id }}")
    return "{ testappCategories { results { ...f0 } } } " + " ".join(fragments)


def spread(selection: str, times: int) -> str:
    """The same field so many times, each in a fragment of its own."""
    names = [f"f{number}" for number in range(times)]
    fragments = [f"fragment {name} on TestappCategory {{ {selection} }}" for name in names]
    return (
        f"{{ testappCategories {{ results {{ {' '.join(f'...{name}' for name in names)} }} }} }} {' '.join(fragments)}"
    )


# Each limit, at its edge


@pytest.mark.parametrize(
    ("setting", "document"),
    [
        ("GRAPHQL_MAX_DEPTH", nested),
        ("GRAPHQL_MAX_ALIASES", lambda n: "{" + " ".join(f"a{i}: me" for i in range(n)) + "}"),
        ("GRAPHQL_MAX_DIRECTIVES", lambda n: "{" + " ".join(["me @include(if: true)"] * n) + "}"),
        ("GRAPHQL_MAX_CHARACTERS", "{ me }".ljust),
        ("GRAPHQL_MAX_TOKENS", lambda n: "{ me" + " me" * (n - 3) + " }"),
    ],
)
def test_a_document_at_the_limit_is_executed_and_one_over_it_is_refused(
    api: Api, admin: User, settings: Any, setting: str, document: Callable[[int], str]
) -> None:
    settings.CONJURE = {setting: 12}
    client = api(admin)

    assert not is_refused(client, document(12))
    assert post(client, document(12)).status_code == 200
    assert is_refused(client, document(13))


def test_the_limits_hold_for_documents_that_were_executed_before(api: Api, admin: User, settings: Any) -> None:
    client = api(admin)
    document = nested(10)
    assert post(client, document).status_code == 200

    settings.CONJURE = {"GRAPHQL_MAX_DEPTH": 9}

    assert is_refused(client, document)


def test_fragments_count_wherever_they_are_spread(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_DEPTH": 5, "GRAPHQL_MAX_ALIASES": 4, "GRAPHQL_MAX_DIRECTIVES": 4}
    client = api(admin)
    end = "} } } fragment a on TestappCategory"

    assert not is_refused(client, f"{{ testappCategories {{ results {{ parent {{ ...a }} {end} {{ parent {{ id }} }}")
    assert is_refused(
        client, f"{{ testappCategories {{ results {{ parent {{ ...a }} {end} {{ parent {{ parent {{ id }} }} }}"
    )
    assert not is_refused(
        client, f"{{ testappCategories {{ results {{ ...a parent {{ ...a }} {end} {{ x: id y: name }}"
    )
    assert is_refused(
        client, f"{{ testappCategories {{ results {{ ...a z: id parent {{ ...a }} {end} {{ x: id y: name }}"
    )
    skip = "@skip(if: false)"
    assert not is_refused(
        client, f"{{ testappCategories {{ results {{ ...a {skip} parent {{ ...a }} {end} {{ id {skip} }}"
    )
    assert is_refused(
        client, f"{{ testappCategories {{ results {{ ...a {skip} parent {skip} {{ ...a {skip} }} {end} {{ id {skip} }}"
    )


def test_tokens_count_wherever_a_fragment_is_spread(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_TOKENS": 70}
    client = api(admin)

    def document(times: int) -> str:
        spreads = " ".join(f"a{number}: parent {{ ...a }}" for number in range(times))
        return f"{{ testappCategories {{ results {{ {spreads} }} }} }} fragment a on TestappCategory {{ {'id ' * 20} }}"

    assert not is_refused(client, document(2))
    # The text itself has no more than 53 tokens.
    assert is_refused(client, document(4))


def test_fields_that_are_repeated_too_often_are_refused(api: Api, admin: User) -> None:
    client = api(admin)
    assert not is_refused(client, "{" + " me" * 100 + " }")
    assert is_refused(client, "{" + " me" * 150 + " }")


def test_what_is_asked_of_the_schema_is_limited(api: Api, admin: User) -> None:
    client = api(admin)
    # Nothing is found below a scalar, but what might be is what counts.
    asked = '__type(name: "Int") { fields { args { type { fields { name } } } } }'

    def document(times: int) -> str:
        return "{ " + " ".join(f"a{number}: {asked}" for number in range(times)) + " }"

    assert not is_refused(client, document(3))
    assert is_refused(client, document(6))


def test_inline_fragments_add_no_level(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_DEPTH": 3}

    assert not is_refused(
        api(admin), "{ ... { ... { testappTags { ... { results { ... on TestappTag { id } } } } } } }"
    )


@pytest.mark.parametrize("levels", [12, 18, 60, 100])
@pytest.mark.parametrize(
    "step",
    [
        "...{next} ...{next}",
        "parent {{ ...{next} }} children {{ ...{next} }}",
        "...{next} ... {{ ...{next} }} ...{next}",
    ],
)
def test_ladders_of_fragments_are_refused(api: Api, admin: User, levels: int, step: str) -> None:
    assert is_refused(api(admin), ladder(levels, step))


def test_ladders_without_a_single_field_are_refused(api: Api, admin: User) -> None:
    document = ladder(30).replace("{ id }", "{ ... { __typename } }")

    assert is_refused(api(admin), document)


def test_fragments_in_a_circle_are_invalid(api: Api, admin: User) -> None:
    text = "{ testappTags { results { ...a } } } fragment a on TestappTag { ...b } fragment b on TestappTag { id ...a }"

    response = post(api(admin), text)

    assert response.status_code == 400
    assert "within itself" in response.json()["errors"][0]["message"]


def test_a_fragment_that_is_never_used_is_invalid(api: Api, admin: User) -> None:
    response = post(api(admin), "{ me } fragment a on TestappTag { id }")

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_fragment_that_is_there_twice_is_invalid(api: Api, admin: User) -> None:
    tags = "fragment a on TestappTag { id }"

    assert post(api(admin), f"{{ testappTags {{ results {{ ...a }} }} }} {tags} {tags}").status_code == 400


# How much work a refusal is


def count_calls(action: Callable[[], Any]) -> int:
    """How many functions Python calls for it."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return calls


HOSTILE = {
    "many tokens": "{" + " me" * 6_600 + "}",
    "many characters": "{ me }" + " " * 2_000_000,
    "one field many times": "{" + " me" * 1_990 + "}",
    "one object many times": "{ testappCategories { results {" + " parent { id }" * 450 + " } } }",
    "many fields of an object many times": "{ testappCategories { results {"
    + " parent { id name label: name }" * 220
    + " } } }",
    "one field in many fragments": spread("id", 180),
    "one object in many fragments": spread("parent { id }", 120),
    "a ladder": ladder(18),
    "a long ladder": ladder(100),
    "a branching ladder": ladder(90, "parent {{ ...{next} }} children {{ ...{next} }}"),
    "deep fields": "{" + " a {" * 900 + " a" + " }" * 901,
    "deep values": "{ testappTags(filters: " + "{AND: [" * 400 + "]}" * 400 + ") { totalCount } }",
    "many directives": "{" + " me @include(if: true)" * 240 + "}",
    "many aliases": "{" + " ".join(f"a{number}: me" for number in range(480)) + "}",
    "the schema again and again": "{"
    + " ".join(f"s{n}: __schema {{ types {{ fields {{ args {{ name type {{ name }} }} }} }} }}" for n in range(30))
    + "}",
    "deep pages": "{ testappCategories { results { children { children { children { id } } } } } }",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_with_little_work(api: Api, admin: User, name: str) -> None:
    client = api(admin)
    post(client, "{ me }")
    usual = count_calls(lambda: post(client, "{ me }"))

    assert is_refused(client, HOSTILE[name])
    assert count_calls(lambda: post(client, HOSTILE[name])) - usual < 120_000


def test_a_document_of_wrong_names_takes_little_work(api: Api, admin: User) -> None:
    client = api(admin)
    document = "{" + " ".join(f"testappOrderz{number}" for number in range(600)) + "}"
    post(client, "{ me }")

    assert post(client, document).status_code == 400
    assert len(post(client, document).json()["errors"]) < 30
    assert count_calls(lambda: post(client, document)) < 250_000


# The cost


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ me }", 1),
        ("{ testappTag(pk: 1) { id name } }", 3),
        ("{ testappTags { totalCount results { id } } }", 1 + 50 * 3),
        ("{ testappTags(pagination: {limit: 7}) { results { id } } }", 1 + 7 * 2),
        ("{ testappTags(pagination: {limit: 7, offset: 90}) { results { id } } }", 1 + 7 * 2),
        ("{ testappTags(pagination: {offset: 90}) { results { id } } }", 1 + 50 * 2),
        ("{ testappTags(pagination: null) { results { id } } }", 1 + 50 * 2),
        ("{ testappTags(pagination: {limit: 100000}) { results { id } } }", 1 + 5_000 * 2),
        ('{ testappTags(pageSize: "7") { results { id } } }', 1 + 7 * 2),
        ("{ testappCategory(pk: 1) { children { id } } }", 1 + 1 + 50),
        ("{ testappCategory(pk: 1) { children(pagination: {limit: 3}) { id name } } }", 1 + 1 + 3 * 2),
        ("{ testappCategory(pk: 1) { parent { parent { id } } } }", 4),
        (
            "{ testappCategories(pagination: {limit: 2}) { results { children(pagination: {limit: 3}) { id } } } }",
            1 + 2 * (1 + 1 + 3),
        ),
        ("{ testappTagAutocomplete { results { value label } hasMore } }", 1 + 1 + 50 * 2 + 1),
        ("query($n: Int = 4) { testappTags(pagination: {limit: $n}) { results { id } } }", 1 + 4 * 2),
        ('{ testappTags(pageSize: "7") { results { ...a } } } fragment a on TestappTag { id }', 1 + 7 * 2),
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

    response = post(api(admin), query, n=limit)

    assert response.json()["errors"][0]["extensions"]["code"] in {"INVALID", "LIMITED"}


def test_a_page_size_of_thousands_of_digits_is_an_error_of_its_own(api: Api, admin: User) -> None:
    response = post(api(admin), "{ testappTags(pagination: {limit: %s}) { results { id } } }" % ("9" * 5_000))

    assert response.status_code == 400


def test_the_message_says_what_to_do(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_COST": 200_000}

    response = post(
        api(admin), "{ testappCategories(pagination: {limit: 200}) { results { children { children { id } } } } }"
    )

    assert response.json()["errors"][0]["message"] == (
        "The answer may hold 510,401 values, and 200000 are allowed: ask for smaller pages, in nested lists too."
    )


# What passes


def test_what_graphiql_asks_of_the_schema_passes(gql: Gql, admin: User) -> None:
    text = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        type_depth=12,
    )

    assert "errors" not in gql(admin, text)


@pytest.mark.usefixtures("media_root")
def test_our_own_documents_have_no_limits(api: Api, admin: User, settings: Any) -> None:
    settings.CONJURE = dict.fromkeys(
        (
            "GRAPHQL_MAX_DEPTH",
            "GRAPHQL_MAX_ALIASES",
            "GRAPHQL_MAX_TOKENS",
            "GRAPHQL_MAX_CHARACTERS",
            "GRAPHQL_MAX_DIRECTIVES",
            "GRAPHQL_MAX_COST",
        ),
        1,
    )

    assert api(admin).get("/conjure/r/testapp.Order/").status_code == 200


# Filters and orderings


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

    response = post(api(admin), query, f=FILTERS[name])

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
