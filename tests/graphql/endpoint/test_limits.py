"""Documents over a limit are refused before anything is done for them, and those at it are executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from graphql import get_introspection_query

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import ask, is_refused

pytestmark = pytest.mark.django_db


def nested(levels: int) -> str:
    """A chain of categories that is so many levels deep in all."""
    return (
        "{ testappCategories(pagination: {limit: 1}) { results {" + " parent {" * (levels - 3) + " id" + " }" * levels
    )


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
    assert ask(client, document(12)).status_code == 200
    assert is_refused(client, document(13))


def test_the_limits_hold_for_documents_that_were_executed_before(api: Api, admin: User, settings: Any) -> None:
    client = api(admin)
    document = nested(10)
    assert ask(client, document).status_code == 200

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


def test_fragments_in_a_circle_are_invalid(api: Api, admin: User) -> None:
    text = "{ testappTags { results { ...a } } } fragment a on TestappTag { ...b } fragment b on TestappTag { id ...a }"

    response = ask(api(admin), text)

    assert response.status_code == 400
    assert "within itself" in response.json()["errors"][0]["message"]


def test_a_fragment_that_is_never_used_is_invalid(api: Api, admin: User) -> None:
    response = ask(api(admin), "{ me } fragment a on TestappTag { id }")

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_fragment_that_is_there_twice_is_invalid(api: Api, admin: User) -> None:
    tags = "fragment a on TestappTag { id }"

    assert ask(api(admin), f"{{ testappTags {{ results {{ ...a }} }} }} {tags} {tags}").status_code == 400


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
