"""Rows come in the order that is asked for, and pages do not overlap."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.graphql.orders import ask, numbers
from tests.testapp.models import Category, inheritance, keys

pytestmark = pytest.mark.django_db
ROWS = 60


@pytest.mark.usefixtures("shop")
def test_ordering_takes_directions_relations_and_places_for_null(admin: User, gql: Gql) -> None:
    assert numbers(gql(admin, ask("ordering: [{number: DESC}]"))) == ["A-3", "A-2", "A-1"]
    assert numbers(gql(admin, ask("ordering: [{customer: {name: ASC}}]")))[0] == "A-1"
    assert numbers(gql(admin, ask("ordering: [{weight: ASC_NULLS_LAST}]")))[0] == "A-1"


@pytest.mark.usefixtures("shop")
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


# Primary keys that are relations: their name stands for the order of the model they point to, which may have ties.


@pytest.fixture
def _extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty rows whose targets, ordered by name, all tie."""
    monkeypatch.setattr(keys.UUIDKey._meta, "ordering", ["name"])
    targets = keys.UUIDKey.objects.bulk_create([keys.UUIDKey(name="same") for _ in range(ROWS)])
    keys.OneToOneKey.objects.bulk_create([keys.OneToOneKey(target=target) for target in targets])


@pytest.fixture
def _children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inheritance.Place._meta, "ordering", ["address"])
    for number in range(ROWS):
        inheritance.Bar.objects.create(name=f"n{number}", address="same")


@pytest.mark.usefixtures("_extensions")
@pytest.mark.parametrize("ordering", ["", "&ordering=target", "&ordering=-target"])
def test_pages_hold_every_row_of_a_relation_key_once(api: Api, admin: User, ordering: str) -> None:
    body = api(admin).get("/conjure/r/testapp.OneToOneKey/?page_size=100").json()
    everything = {row["target"] for row in body["results"]}
    assert len(everything) == ROWS
    seen = []
    for number in range(1, ROWS // 7 + 2):
        page = api(admin).get(f"/conjure/r/testapp.OneToOneKey/?page_size=7&page={number}{ordering}").json()
        seen += [row["target"] for row in page["results"]]
    assert len(seen) == ROWS
    assert set(seen) == everything


@pytest.mark.usefixtures("_extensions")
def test_a_connection_leads_to_the_last_row_of_a_relation_key(gql: Gql, admin: User) -> None:
    query = """query ($after: String) { testappOneToOneKeysConnection(first: 7, after: $after) {
        edges { node { targetId } } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    for _ in range(ROWS):
        connection = gql(admin, query, after=after)["data"]["testappOneToOneKeysConnection"]
        seen += [edge["node"]["targetId"] for edge in connection["edges"]]
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == ROWS


@pytest.mark.usefixtures("_children")
def test_pages_hold_every_child_of_an_ordered_parent_once(api: Api, admin: User) -> None:
    seen = []
    for number in range(1, ROWS // 7 + 2):
        page = api(admin).get(f"/conjure/r/testapp.Bar/?page_size=7&page={number}").json()
        seen += [row["location"] for row in page["results"]]
    assert len(seen) == len(set(seen)) == ROWS
