"""Rows come in the order that is asked for, and pages do not overlap."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql
from tests.graphql.orders import ask, numbers
from tests.testapp.models import Category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_ordering_takes_directions_relations_and_places_for_null(admin: User, gql: Gql) -> None:
    assert numbers(gql(admin, ask("ordering: [{number: DESC}]"))) == ["A-3", "A-2", "A-1"]
    assert numbers(gql(admin, ask("ordering: [{customer: {name: ASC}}]")))[0] == "A-1"
    assert numbers(gql(admin, ask("ordering: [{weight: ASC_NULLS_LAST}]")))[0] == "A-1"


def test_pages_do_not_overlap_where_everything_ties(admin: User, gql: Gql) -> None:
    tied = [Category(name=f"tied {number}", position=9) for number in range(30)]
    Category.objects.bulk_create(tied)
    seen: list[int] = []
    for offset in range(0, 40, 7):
        query = (
            "{ testappCategories(ordering: [{position: ASC}], pagination: {offset: %d, limit: 7}) { results { id } } }"
        )
        seen += [row["id"] for row in gql(admin, query % offset)["data"]["testappCategories"]["results"]]
    assert len(seen) == len(set(seen)) == Category.objects.count()
