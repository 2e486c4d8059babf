"""Lists that a client can lengthen: each has a bound, and what is repeated in it costs nothing more."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Api
from tests.graphql.endpoint.asking import URL
from tests.testapp.factories import Shop

pytestmark = pytest.mark.django_db
LIST = "/conjure/r/testapp.Order/"
ACTION = f"{LIST}action/count_rows/"


@pytest.fixture
def client(shop: Shop, admin: User, api: Api, settings: Any) -> Client:
    # Of the parameters of a URL Django takes 1,000, unless a project raises that.
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    return api(admin)


def ask(client: Client, arguments: str, **variables: Any) -> dict[str, Any]:
    """The answer to a query of which these are the variables' types and the field."""
    body = json.dumps({"query": f"query{arguments}", "variables": variables})
    answer: dict[str, Any] = client.post(URL, body, content_type="application/json").json()
    return answer


AGGREGATE = "testappOrdersAggregate(groupBy: [{field: status}]"
LISTS: dict[str, tuple[str, Callable[[int], Any]]] = {
    "having": (
        f"($x: [TestappOrderHaving!]) {{ {AGGREGATE}, having: $x) {{ count }} }}",
        lambda n: [{"function": "COUNT", "gt": -number} for number in range(n // 2)],
    ),
    "groupBy": (
        "($x: [TestappOrderGroupBy!]) { testappOrdersAggregate(groupBy: $x) { count } }",
        lambda n: [{"field": "status"}] * n,
    ),
    "ordering": (
        f"($x: [TestappOrderGroupOrder!]) {{ {AGGREGATE}, ordering: $x) {{ count }} }}",
        lambda n: [{"function": "COUNT"}] * n,
    ),
    "order of rows": (
        "($x: [TestappOrderOrder!]) { testappOrders(ordering: $x) { results { id } } }",
        lambda n: [{"number": "ASC"}] * n,
    ),
    "filters": (
        "($x: TestappOrderFilter) { testappOrders(filters: $x) { totalCount } }",
        lambda n: {"OR": [{"NOT": [{"number": {"exact": "x"}}]} for _ in range(n // 3)]},
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_conditions_has_a_bound(client: Client, settings: Any, name: str) -> None:
    arguments, make = LISTS[name]
    settings.CONJURE = {"MAX_CONDITIONS": 30}
    taken, refused = ask(client, arguments, x=make(24)), ask(client, arguments, x=make(90))
    codes = [error["extensions"]["code"] for error in taken.get("errors", [])]
    assert codes == (["INVALID"] if name == "groupBy" else [])  # A field that is named twice is an error of its own.
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["LIMITED"]
    assert "no more than 30 conditions" in refused["errors"][0]["message"]


@pytest.mark.parametrize("name", LISTS)
def test_what_is_too_long_is_refused_before_the_database_is_asked(client: Client, name: str) -> None:
    arguments, make = LISTS[name]
    ask(client, arguments, x=[])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        began = time.perf_counter()
        answer = ask(client, arguments, x=make(20_000))
        seconds = time.perf_counter() - began
    assert answer["errors"][0]["extensions"]["code"] == "LIMITED"
    assert not [query for query in queries if "testapp_order" in query["sql"]]
    assert seconds < 5  # Of 20,000 conditions it took 16 seconds.


def test_the_values_of_all_lists_of_a_filter_are_counted_together(client: Client, settings: Any) -> None:
    settings.CONJURE = {"BULK_MAX_ROWS": 20}
    arguments = "($x: TestappOrderFilter) { testappOrders(filters: $x) { totalCount } }"
    for lists, code in ((2, None), (3, "LIMITED")):
        answer = ask(client, arguments, x={"OR": [{"number": {"inList": ["a"] * 10}}] * lists})
        assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ([code] if code else [])
    names = ("id__in", "number__in", "comment__in")
    for count, status in ((2, 200), (3, 413)):
        query = dict.fromkeys(names[:count], ",".join(["1"] * 10))
        assert client.get(LIST, query).status_code == status
        body = json.dumps({"all_filtered": True, "params": query})
        assert client.post(ACTION, body, content_type="application/json").status_code == status


def test_parameters_have_a_bound_and_those_that_are_no_filters_do_not_count(client: Client, settings: Any) -> None:
    settings.CONJURE = {"MAX_CONDITIONS": 3}
    filters = {"number": "1", "comment": "1", "status": "paid", "total__gt": "1"}
    three = {name: filters[name] for name in list(filters)[:3]}
    assert client.get(LIST, {**three, **{f"_{number}": "x" for number in range(100)}}).status_code == 200
    assert client.get(LIST, filters).status_code == 413
    for params, status in ((three, 200), (filters, 413)):
        body = json.dumps({"all_filtered": True, "params": params})
        assert client.post(ACTION, body, content_type="application/json").status_code == status


def test_a_name_that_comes_again_in_an_order_is_passed_over(client: Client) -> None:
    order = ",".join(["-number", "number", "status", "-status"] * 15_000)
    began = time.perf_counter()
    rows = client.get(LIST, {"ordering": order}).json()["results"]
    assert time.perf_counter() - began < 3  # Of 60,000 names it took 9 seconds.
    numbers = [row["number"] for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    page = "(first: 1, after: $after, ordering: $x) { nodes { number } pageInfo { endCursor } }"
    connection_ = f"($x: [TestappOrderOrder!], $after: String) {{ testappOrdersConnection{page} }}"
    sent = [{"number": "DESC"}, {"number": "ASC"}, {"number": "ASC_NULLS_FIRST"}] * 100
    first = ask(client, connection_, x=sent)["data"]["testappOrdersConnection"]
    with CaptureQueriesContext(connection) as queries:
        second = ask(client, connection_, x=sent, after=first["pageInfo"]["endCursor"])["data"]
    assert [first["nodes"], second["testappOrdersConnection"]["nodes"]] == [[{"number": n}] for n in numbers[:2]]
    assert max(query["sql"].count("number") for query in queries) < 20
    groups = ask(
        client,
        f"($x: [TestappOrderGroupOrder!]) {{ {AGGREGATE}, ordering: $x) {{ key {{ status }} }} }}",
        x=[{"field": "status", "direction": "DESC"}, {"field": "status"}] * 50,
    )["data"]["testappOrdersAggregate"]
    statuses = [group["key"]["status"] for group in groups]
    assert statuses == sorted(statuses, reverse=True)


def test_a_place_in_an_order_of_many_terms_is_not_looked_for(client: Client) -> None:
    arguments = "($x: [TestappCategoryOrder!]) { testappCategoriesConnection(ordering: $x) { nodes { id } } }"

    def order(levels: int) -> list[Any]:
        terms: list[Any] = []
        for level in range(levels):
            for field in ("name", "position", "description", "id"):
                term: Any = {field: "ASC"}
                for _ in range(level):
                    term = {"parent": term}
                terms.append(term)
        return terms

    assert "errors" not in ask(client, arguments, x=order(5))
    assert ask(client, arguments, x=order(9))["errors"][0]["extensions"]["code"] == "LIMITED"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Other databases take more.")
def test_what_is_too_large_for_the_database_is_400(client: Client, settings: Any) -> None:
    settings.CONJURE = {"MAX_CONDITIONS": 50_000}
    arguments = "($x: TestappOrderFilter) { testappOrders(filters: $x) { totalCount } }"
    answer = ask(client, arguments, x={"AND": [{"number": {"contains": f"{number}"}} for number in range(2_000)]})
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    assert "fewer conditions" in answer["errors"][0]["message"]
    assert client.get(LIST).status_code == 200
