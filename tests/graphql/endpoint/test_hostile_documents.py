"""Documents that are written to make much work are refused with little, however they are written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api
from tests.graphql.endpoint.asking import ask, is_refused

pytestmark = pytest.mark.django_db


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
    ask(client, "{ me }")
    usual = count_calls(lambda: ask(client, "{ me }"))

    assert is_refused(client, HOSTILE[name])
    assert count_calls(lambda: ask(client, HOSTILE[name])) - usual < 120_000


def test_a_document_of_wrong_names_takes_little_work(api: Api, admin: User) -> None:
    client = api(admin)
    document = "{" + " ".join(f"testappOrderz{number}" for number in range(600)) + "}"
    ask(client, "{ me }")

    assert ask(client, document).status_code == 400
    assert len(ask(client, document).json()["errors"]) < 30
    assert count_calls(lambda: ask(client, document)) < 250_000
