"""Connections in the order of fields that say nothing of NULL hold every row once: they read an empty text as None,
the database computes their column, or they need another column to be read.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from djmoney.money import Money

from tests.borrowed.models import Traveller
from tests.conftest import Gql
from tests.edges.models import Quiet
from tests.packaged.models import Ticket
from tests.stored.models import Computed
from tests.testapp.models import CustomFields

pytestmark = pytest.mark.django_db


FORWARD = ("first", "after", "hasNextPage", "endCursor")
BACKWARD = ("last", "before", "hasPreviousPage", "startCursor")
both_ways = pytest.mark.parametrize("window", [FORWARD, BACKWARD], ids=["forward", "backward"])
both_directions = pytest.mark.parametrize("direction", ["ASC", "DESC"])


def walk(gql: Gql, user: User, root: str, name: str, direction: str, window: tuple[str, ...]) -> list[Any]:
    size, place, has_more, end = window
    query = f"""query ($place: String) {{ page: {root}(
        {size}: 2, {place}: $place, ordering: [{{{name}: {direction}}}]
    ) {{ edges {{ node {{ id }} }} pageInfo {{ {has_more} {end} }} }} }}"""
    found: list[Any] = []
    cursor = None
    for _ in range(10):
        page = gql(user, query, place=cursor)["data"]["page"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"][end]
        if not page["pageInfo"][has_more]:
            break
    return sorted(found)


@both_ways
@both_directions
@pytest.mark.parametrize("name", ["zone", "phone", "member"])
def test_a_field_that_reads_an_empty_text_as_none(
    gql: Gql, admin: User, name: str, direction: str, window: tuple[str, ...]
) -> None:
    values = {"zone": "UTC", "phone": "+44", "member": "red"}
    for number in range(9):
        Traveller.objects.create(**{name: values[name] if number % 3 == 0 else None if name != "phone" else ""})
    found = walk(gql, admin, "borrowedTravellersConnection", name, direction, window)
    assert found == sorted(Traveller.objects.values_list("pk", flat=True))


@both_ways
@both_directions
def test_a_field_that_reads_null_as_an_empty_text(
    gql: Gql, admin: User, direction: str, window: tuple[str, ...]
) -> None:
    """The empty text, asked for, is NULL again, which nothing is less or more than."""
    CustomFields.objects.bulk_create(
        CustomFields(price=f"{n} EUR", country="FR", nickname="ann" if n % 3 == 0 else "") for n in range(9)
    )
    found = walk(gql, admin, "testappCustomFieldsesConnection", "nickname", direction, window)
    assert found == sorted(CustomFields.objects.values_list("pk", flat=True))


@both_ways
@both_directions
def test_a_computed_column_that_may_be_null(gql: Gql, admin: User, direction: str, window: tuple[str, ...]) -> None:
    Computed.objects.bulk_create(Computed(name=str(n), number=n if n % 3 == 0 else None) for n in range(9))
    found = walk(gql, admin, "storedComputedsConnection", "doubled", direction, window)
    assert found == sorted(Computed.objects.values_list("pk", flat=True))


@both_ways
@both_directions
def test_an_amount_whose_currency_is_not_asked_for(
    gql: Gql, admin: User, direction: str, window: tuple[str, ...]
) -> None:
    for number in range(9):
        Ticket.objects.create(seat=str(number), fee=Money(number // 3, "EUR"))
    found = walk(gql, admin, "packagedTicketsConnection", "fee", direction, window)
    assert found == sorted(Ticket.objects.values_list("pk", flat=True))


def test_a_field_without_comparisons_gives_no_order_for_cursors(gql: Gql, admin: User) -> None:
    Quiet.objects.bulk_create(Quiet(deaf=f"d{number}") for number in range(3))
    answer = gql(admin, "{ edgesQuietsConnection(first: 1, ordering: [{deaf: ASC}]) { edges { cursor } } }")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    assert gql(admin, "{ edgesQuiets(ordering: [{deaf: ASC}]) { totalCount } }")["data"]["edgesQuiets"]
