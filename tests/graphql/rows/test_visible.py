"""Rows and columns that a request may not see are hidden wherever rows are read."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql
from tests.graphql.orders import ask, code_of, numbers, permission
from tests.testapp.models import Customer, Note

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_an_excluded_column_is_no_filter_no_order_and_no_field(admin: User, gql: Gql) -> None:
    for query in (
        ask('filters: {secretNote: {startsWith: "a"}}'),
        ask("ordering: [{secretNote: ASC}]"),
        "{ testappOrders { results { secretNote } } }",
        ask('filters: {customer: {apiToken: {startsWith: "a"}}}'),
    ):
        assert code_of(gql(admin, query)) == "GRAPHQL_VALIDATION_FAILED"


def test_what_get_exclude_hides_is_forbidden_to_ask_to_filter_and_to_order_by(
    viewer: User, admin: User, gql: Gql
) -> None:
    queries = (
        "{ testappShipments { results { cost } } }",
        '{ testappShipments(filters: {cost: {gt: "1"}}) { results { id } } }',
        "{ testappShipments(ordering: [{cost: ASC}]) { results { id } } }",
        '{ testappOrders(filters: {shipments: {cost: {gt: "1"}}}) { results { id } } }',
        "{ testappOrders { results { shipments { cost } } } }",
    )
    for query in queries:
        assert code_of(gql(viewer, query)) == "FORBIDDEN"
        assert "errors" not in gql(admin, query)


def test_hidden_rows_are_hidden_in_lists_relations_filters_labels_and_counts(viewer: User, gql: Gql) -> None:
    hidden = set(Note.objects.exclude(is_public=True).exclude(owner=viewer).values_list("title", flat=True))
    assert hidden
    answer = gql(
        viewer,
        "{ testappNotes { totalCount results { title } } testappFolders { results { name cover { title } coverLabel"
        " notesIds notes { title } } } }",
    )
    listing, folders = answer["data"]["testappNotes"], answer["data"]["testappFolders"]["results"]
    assert listing["totalCount"] == len(listing["results"])
    assert not hidden & {row["title"] for row in listing["results"]}
    everything = next(folder for folder in folders if folder["name"] == "All")
    assert everything["cover"] is None
    assert everything["coverLabel"] is None
    assert not hidden & {note["title"] for note in everything["notes"]}
    assert len(everything["notesIds"]) == len(everything["notes"]) < Note.objects.count()
    for title in hidden:
        for field in ("notes", "cover"):
            query = '{ testappFolders(filters: {%s: {title: {exact: "%s"}}}) { totalCount } }' % (field, title)
            assert gql(viewer, query)["data"]["testappFolders"]["totalCount"] == 0
        query = '{ testappFolders(search: "%s") { totalCount } }' % title
        assert gql(viewer, query)["data"]["testappFolders"]["totalCount"] == 0


def test_a_relation_to_a_model_that_one_may_not_view_is_forbidden(clerk: User, gql: Gql) -> None:
    clerk.user_permissions.add(permission("view_order"))
    assert numbers(gql(clerk, ask('search: "A-1"'))) == ["A-1"]
    for query in (
        "{ testappOrders { results { customer { name } } } }",
        "{ testappOrders { results { items { quantity } } } }",
        ask('filters: {customer: {name: {exact: "x"}}}'),
        ask("filters: {items: {quantity: {exact: 1}}}"),
        ask("ordering: [{customer: {name: ASC}}]"),
    ):
        assert code_of(gql(clerk, query)) == "FORBIDDEN"
    labels = gql(clerk, "{ testappOrders { results { customerLabel } } }")["data"]["testappOrders"]["results"]
    assert {row["customerLabel"] for row in labels} == set(
        Customer.objects.filter(orders__isnull=False).values_list("name", flat=True)
    )


def test_the_change_permission_is_enough_to_see(clerk: User, gql: Gql) -> None:
    assert code_of(gql(clerk, ask('search: "A-1"'))) == "FORBIDDEN"
    clerk.user_permissions.add(permission("change_order"))
    gql_again = gql(User.objects.get(pk=clerk.pk), ask('search: "A-1"'))
    assert numbers(gql_again) == ["A-1"]
