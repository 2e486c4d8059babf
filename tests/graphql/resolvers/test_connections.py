"""Connections: windows onto rows as the specification has them, with what documents ask of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from conjure.exceptions import ForbiddenError, InvalidError
from conjure.specs.build import get_specs
from tests.graphql.cursors import PAGE, make_orders, query
from tests.testapp.factories import create, make_everything
from tests.testapp.models import shop
from tests.thoroughness import examples

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(db: None) -> list[shop.Order]:
    return make_orders()


@settings(max_examples=examples(15))
@given(
    first=st.none() | st.integers(0, 30),
    last=st.none() | st.integers(0, 30),
    after=st.none() | st.integers(0, 23),
    before=st.none() | st.integers(0, 23),
)
def test_a_window_is_what_the_specification_says(
    admin: User, orders: list[shop.Order], first: Any, last: Any, after: Any, before: Any
) -> None:
    everything = query(admin, PAGE, order=[{"weight": "ASC"}], first=100)["edges"]
    edges = everything[: None if before is None else before][0 if after is None else after + 1 :]
    if first is not None:
        edges = edges[:first]
    if last is not None:
        edges = edges[max(0, len(edges) - last) :]
    window = {
        "first": first,
        "last": last,
        "after": None if after is None else everything[after]["cursor"],
        "before": None if before is None else everything[before]["cursor"],
    }
    assert query(admin, PAGE, order=[{"weight": "ASC"}], **window)["edges"] == edges


def test_every_registered_model_can_be_walked(admin: User) -> None:
    make_everything()
    for spec in get_specs():
        if spec.model.__name__ == "ManagerRaises":
            continue
        text = (
            "query ($after: String) { %s(first: 2, after: $after) { nodes { __typename } edges { cursor }"
            % (spec.roots["connection"])
        )
        text += " pageInfo { hasNextPage endCursor } totalCount } }"
        seen, cursor, total = 0, None, 0
        while True:
            page = query(admin, text, after=cursor)
            total = page["totalCount"]
            seen += len(page["nodes"])
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"] or seen > 200:
                break
        assert seen == total, spec.key


def test_without_sizes_the_page_size_applies_and_sizes_are_capped(
    admin: User, orders: list[shop.Order], settings: Any
) -> None:
    settings.CONJURE = {"PAGE_SIZE": 5, "GRAPHQL_MAX_PAGE_SIZE": 10}
    assert len(query(admin, PAGE)["edges"]) == 5
    assert len(query(admin, PAGE, first=1_000)["edges"]) == 10
    assert len(query(admin, PAGE, last=1_000)["edges"]) == 10


def test_negative_sizes_are_refused(admin: User, orders: list[shop.Order]) -> None:
    with pytest.raises(InvalidError) as caught:
        query(admin, PAGE, first=-1, last=-2)
    assert set(caught.value.errors) == {"first", "last"}


def test_filters_and_search_narrow_the_rows_and_the_count(admin: User, orders: list[shop.Order]) -> None:
    text = """{ testappOrdersConnection(filters: {isGift: {exact: true}}, search: "N1", first: 2) {
        nodes { number isGift } totalCount pageInfo { hasNextPage } } }"""
    found = query(admin, text)
    expected = [order for order in orders if order.is_gift and "N1" in order.number]
    assert found["totalCount"] == len(expected)
    assert all(node["isGift"] and "N1" in node["number"] for node in found["nodes"])


def test_a_count_that_the_config_forbids_is_null(
    admin: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = get_specs().for_model(shop.Order)
    assert spec is not None
    monkeypatch.setattr(type(spec.config), "count", "none")
    assert query(admin, "{ testappOrdersConnection { totalCount } }") == {"totalCount": None}


def test_every_page_takes_as_many_queries_as_the_first(admin: User, orders: list[shop.Order]) -> None:
    text = """query ($after: String) { testappOrdersConnection(first: 5, after: $after, ordering: [{weight: DESC}]) {
        edges { cursor node { id _label customer { name } customerLabel items { quantity } } }
        pageInfo { hasNextPage endCursor } } }"""
    query(admin, text)
    counts, cursor = [], None
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            cursor = query(admin, text, after=cursor)["pageInfo"]["endCursor"]
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 4
    assert "OFFSET" not in captured.captured_queries[0]["sql"]


def test_aliases_and_fragments_ask_for_rows_of_their_own(admin: User, orders: list[shop.Order]) -> None:
    text = """
    { testappOrdersConnection(first: 3, ordering: [{number: ASC}]) {
        __typename
        edges { __typename c: cursor a: node { number } ...rest }
        again: edges { node { id } }
        nodes { number customer { name } }
    } }
    fragment rest on TestappOrderEdge { b: node { id _label } }"""
    found = query(admin, text)
    assert found["__typename"] == "TestappOrderConnection"
    assert [list(edge) for edge in found["edges"]] == [["__typename", "c", "a", "b"]] * 3
    assert [edge["a"]["number"] for edge in found["edges"]] == [node["number"] for node in found["nodes"]]
    assert [edge["b"]["id"] for edge in found["edges"]] == [edge["node"]["id"] for edge in found["again"]]


def test_connections_ask_the_view_permission(clerk: User, orders: list[shop.Order], gql: Any) -> None:
    with pytest.raises(ForbiddenError):
        query(clerk, PAGE)
    assert gql(clerk, "{ testappOrdersConnection { totalCount } }")["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_rows_that_the_scope_hides_are_not_walked(clerk: User) -> None:
    clerk.user_permissions.add(Permission.objects.get(content_type__app_label="testapp", codename="view_note"))
    create(shop.Note, {"title": "hidden"}, {"title": "public", "is_public": True})
    found = query(User.objects.get(pk=clerk.pk), "{ testappNotesConnection { totalCount nodes { title } } }")
    assert found == {"totalCount": 1, "nodes": [{"title": "public"}]}
