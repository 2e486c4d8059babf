"""Lists: pages of rows and their counts, asked for as a client asks for them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conjure.conf import settings
from conjure.graphql.resolvers import lists
from tests.conftest import Api, Gql
from tests.graphql.orders import ask, code_of
from tests.testapp.models import Customer, Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.mark.parametrize("pagination", ["{offset: -1}", "{limit: -1}"])
def test_a_negative_slice_is_refused(admin: User, gql: Gql, pagination: str) -> None:
    assert code_of(gql(admin, ask(f"pagination: {pagination}"))) == "INVALID"


def test_the_count_is_exact_on_every_page_and_costs_a_query_only_where_it_must(admin: User, gql: Gql) -> None:
    query = (
        "{ testappOrders(filters: {id: {gt: 0}}, pagination: {offset: %d, limit: %d}) { totalCount results { id } } }"
    )
    counting = {}
    for offset, limit in ((0, 2), (2, 2), (0, 50), (50, 2)):
        with CaptureQueriesContext(connection) as captured:
            answer = gql(admin, query % (offset, limit))
        assert answer["data"]["testappOrders"]["totalCount"] == 3
        counting[offset, limit] = sum("COUNT(" in q["sql"] for q in captured.captured_queries)
    assert counting == {(0, 2): 1, (2, 2): 0, (0, 50): 0, (50, 2): 1}


def test_a_deep_page_is_looked_up_by_keys_and_is_the_same(
    admin: User, gql: Gql, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "{ testappOrders(pagination: {offset: 1, limit: 1}) { totalCount results { number customerLabel } } }"
    answers, statements = [], []
    for deep in (1_000, 1):
        monkeypatch.setattr(lists, "_DEEP_OFFSET", deep)
        with CaptureQueriesContext(connection) as captured:
            answers.append(gql(admin, query))
        offsets = [q["sql"] for q in captured.captured_queries if "OFFSET" in q["sql"]]
        statements.append(["number" in sql.split("FROM")[0] for sql in offsets])
    assert answers[0] == answers[1]
    assert answers[0]["data"]["testappOrders"]["totalCount"] == 3
    assert len(answers[0]["data"]["testappOrders"]["results"]) == 1
    # The rows' columns come with the offset, or the keys alone.
    assert statements == [[True], [False]]


def test_results_under_two_aliases_each_hold_what_they_ask(admin: User, gql: Gql) -> None:
    answer = gql(admin, "{ testappOrders { a: results { number } b: results { status number } totalCount } }")
    listing = answer["data"]["testappOrders"]
    assert [list(row) for row in listing["a"]] == [["number"]] * 3
    assert [list(row) for row in listing["b"]] == [["status", "number"]] * 3


@pytest.mark.django_db(transaction=True)
def test_a_label_whose_query_the_database_refuses_costs_neither_list_nor_count(
    gql: Gql, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Customer) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT no_such_column FROM testapp_customer WHERE name = '{self.name}'")
        return self.name

    monkeypatch.setattr(Customer, "__str__", fail)
    query = "{ testappOrders(pagination: {limit: 2}) { totalCount results { number customerId customerLabel } } }"
    for _ in range(2):
        answer = gql(admin, query)
        assert "errors" not in answer, answer["errors"]
        assert answer["data"]["testappOrders"]["totalCount"] == Order.objects.count()
        rows = answer["data"]["testappOrders"]["results"]
        assert [row["customerLabel"] for row in rows] == [f"Customer ({row['customerId']})" for row in rows]


@pytest.mark.parametrize("filters", ["", "filters: {id: {gt: 0}}"])
@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_the_count_is_the_same_for_a_page_of_any_size(gql: Gql, admin: User, limit: int, filters: str) -> None:
    fields = "id number customerLabel productLabel createdAt items { quantity }"
    query = f"{{ testappOrders({filters} pagination: {{offset: %d, limit: %d}}) {{ %s }} }}"
    whole = gql(admin, query % (0, 1000, "results { %s }" % fields))["data"]["testappOrders"]["results"]
    counts_apart = bool(filters) or not settings.FAST_READS
    for offset in (0, 1):
        for parts in ("totalCount results { %s }", "results { %s } totalCount", "a: totalCount results { %s }"):
            with CaptureQueriesContext(connection) as queries:
                answer = gql(admin, query % (offset, limit, parts % fields))["data"]["testappOrders"]
            assert answer["results"] == whole[offset : offset + limit]
            assert answer.get("totalCount", answer.get("a")) == len(whole)
            counted = sum(query["sql"].startswith("SELECT COUNT(") for query in queries)
            assert counted == (counts_apart and offset + limit <= len(whole))
            came_along = sum(", (SELECT COUNT(*) FROM " in query["sql"] for query in queries)
            assert came_along == (not counts_apart)


def test_what_the_database_refuses_is_the_clients_fault_though_rows_are_counted(api: Api, admin: User) -> None:
    """PostgreSQL has no such number in JSON, and the error of the first query has to be the one that is answered."""
    answer = api(admin).get("/conjure/r/conjure.AdminAuditLog/", {"diff__exact": "1e999"})
    assert answer.status_code in {200, 400}, answer.content
