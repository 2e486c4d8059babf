"""Connections in the order of fields that read an empty text as None hold every row once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.borrowed.models import Traveller
from tests.conftest import Gql

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("name", ["zone", "phone", "member"])
def test_every_row_is_on_one_page(gql: Gql, admin: User, name: str, direction: str, forward: bool) -> None:
    values = {"zone": "UTC", "phone": "+44", "member": "red"}
    for number in range(9):
        Traveller.objects.create(**{name: values[name] if number % 3 == 0 else None if name != "phone" else ""})
    size, place, has_more, end = (
        ("first", "after", "hasNextPage", "endCursor")
        if forward
        else ("last", "before", "hasPreviousPage", "startCursor")
    )
    query = f"""query ($place: String) {{ borrowedTravellersConnection(
        {size}: 2, {place}: $place, ordering: [{{{name}: {direction}}}]
    ) {{ edges {{ node {{ id }} }} pageInfo {{ {has_more} {end} }} }} }}"""
    found: list[Any] = []
    cursor = None
    for _ in range(10):
        page = gql(admin, query, place=cursor)["data"]["borrowedTravellersConnection"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"][end]
        if not page["pageInfo"][has_more]:
            break
    assert sorted(found) == sorted(Traveller.objects.values_list("pk", flat=True))
