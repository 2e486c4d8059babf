"""A config may search by words, and then finds what Django's admin finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import ModelAdmin, site
from django.contrib.auth.models import User
from django.test import RequestFactory

from conjure.checks.attributes import check_attribute_types
from conjure.options import AdminConfig
from tests.conftest import Api, Configure, Gql
from tests.graphql.orders import ask, code_of, numbers
from tests.testapp.factories import Shop
from tests.testapp.models import Customer, Order

pytestmark = pytest.mark.django_db

FIELDS = ["number", "customer__name", "=comment", "^status"]
TERMS = [
    "ada",
    "ada paid",
    "paid ada",
    "  ada   lovelace ",
    '"ada lovelace"',
    "'ada lovelace' a-1",
    '"lovelace ada"',
    "lovelace ada",
    "ring",
    '"Please ring twice"',
    "ring twice",
    "draft a-",
    '"',
    "'ada",
    '"" ada',
    "ada nobody",
    r'"a\"b"',
]


def found_by_the_admin(term: str) -> list[str]:
    admin = type("OrderAdmin", (ModelAdmin,), {"search_fields": FIELDS})(Order, site)
    rows, _ = admin.get_search_results(RequestFactory().get("/"), Order.objects.all(), term)
    return sorted(set(rows.values_list("number", flat=True)))


@pytest.mark.parametrize("term", TERMS)
def test_words_find_what_the_admin_finds(
    shop: Shop, admin: User, api: Api, gql: Gql, configure: Configure, term: str
) -> None:
    configure(Order, search="words", search_fields=FIELDS)
    expected = found_by_the_admin(term)
    rows = api(admin).get("/conjure/r/testapp.Order/", {"search": term}).json()["results"]
    assert sorted(row["number"] for row in rows) == expected
    answer = gql(admin, "query ($s: String) { testappOrders(search: $s) { results { number } } }", s=term)
    assert sorted(numbers(answer)) == expected


def test_some_of_these_terms_tell_words_from_phrases(shop: Shop, admin: User, gql: Gql, configure: Configure) -> None:
    configure(Order, search_fields=FIELDS)
    assert found_by_the_admin("lovelace ada")
    assert numbers(gql(admin, ask('search: "lovelace ada"'))) == []


def test_choices_are_searched_by_words_too(shop: Shop, admin: User, api: Api, configure: Configure) -> None:
    url = "/conjure/r/testapp.Customer/autocomplete/"
    for search, found in (("phrase", 0), ("words", 1)):
        configure(Customer, search=search, autocomplete_search_fields=["name"])
        assert len(api(admin).get(url, {"q": "lovelace ada"}).json()["results"]) == found


def test_there_may_not_be_any_number_of_words(
    shop: Shop, admin: User, gql: Gql, configure: Configure, settings: Any
) -> None:
    settings.CONJURE = {"MAX_CONDITIONS": 3}
    configure(Order, search="words", search_fields=FIELDS)
    assert numbers(gql(admin, ask('search: "a a a"'))) is not None
    assert code_of(gql(admin, ask('search: "a a a a"'))) == "LIMITED"


@pytest.mark.parametrize(("name", "value"), [("search", "word"), ("search", None), ("count", True)])
def test_other_values_are_an_error_of_the_check(name: str, value: Any) -> None:
    config = type("Config", (AdminConfig,), {name: value})(Order)
    assert check_attribute_types(config)[name].id == "conjure.E200"
