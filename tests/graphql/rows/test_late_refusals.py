"""Filter values that a third party's field, its lookups or its column refuse late: the parameter is at fault."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.borrowed.models import Late, LateChild
from tests.conftest import Api, Gql
from tests.graphql.orders import code_of

pytestmark = pytest.mark.django_db
URL = "/conjure/r/borrowed.Late/"
NUMBER = "9" * 25


@pytest.fixture
def late() -> Late:
    late = Late.objects.create(text="plain", audience=["a"], picky="fine")
    LateChild.objects.create(late=late)
    return late


REFUSED = [("text__exact", NUMBER), ("text__lt", NUMBER), ("text__in", f"plain,{NUMBER}")]
REFUSED += [("audience", "{}"), ("audience__exact", "[1]"), ("picky", "picky")]


@pytest.mark.parametrize(("parameter", "value"), REFUSED)
def test_a_value_that_is_refused_late_is_the_parameters_fault(
    api: Api, admin: User, late: Late, parameter: str, value: str
) -> None:
    answer = api(admin).get(URL, {parameter: value})
    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == [parameter]


def test_a_value_that_the_columns_type_refuses_is_the_parameters_fault(api: Api, admin: User, late: Late) -> None:
    answer = api(admin).get(URL, {"address": "no address"})
    if connection.vendor == "postgresql":
        assert answer.status_code == 400, answer.content
        assert list(answer.json()) == ["address"]
    else:
        assert answer.json()["count"] == 0


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("text", "plain"), ("text__in", "plain,other"), ("picky", "fine"), ("address", "08:00:2b:01:02:03")],
)
def test_values_that_the_field_takes_find_their_rows(
    api: Api, admin: User, late: Late, parameter: str, value: str
) -> None:
    assert api(admin).get(URL, {parameter: value}).json()["count"] == 1


def test_a_typed_filter_names_what_is_refused_late(gql: Gql, admin: User, late: Late) -> None:
    query = "query ($f: BorrowedLateFilter) { borrowedLates(filters: $f) { totalCount } }"
    for filters in ({"text": {"exact": NUMBER}}, {"audience": {"exact": {}}}, {"picky": {"exact": "picky"}}):
        answer: dict[str, Any] = gql(admin, query, f=filters)
        assert code_of(answer) == "INVALID", answer
        (name,) = filters
        assert list(answer["errors"][0]["extensions"]["errors"]) == [f"{name}.exact"]


def test_a_filter_across_a_relation_names_what_is_refused_late(gql: Gql, admin: User, late: Late) -> None:
    query = "query ($f: BorrowedLateChildFilter) { borrowedLateChilds(filters: $f) { totalCount } }"
    answer = gql(admin, query, f={"late": {"picky": {"exact": "picky"}}})
    assert code_of(answer) == "INVALID", answer
    assert gql(admin, query, f={"late": {"picky": {"exact": "fine"}}})["data"]["borrowedLateChilds"]["totalCount"] == 1


def test_an_aggregate_names_what_is_refused_late(gql: Gql, admin: User, late: Late) -> None:
    query = "query ($f: BorrowedLateFilter) { borrowedLatesAggregate(filters: $f) { count } }"
    assert code_of(gql(admin, query, f={"audience": {"exact": {}}})) == "INVALID"


def test_rows_are_still_read_in_the_transaction_after_a_refusal(api: Api, admin: User, late: Late) -> None:
    client = api(admin)
    assert client.get(URL, {"address__in": "no address,nor this", "text": NUMBER}).status_code == 400
    assert client.get(URL).json()["count"] == 1


def test_filters_of_djangos_own_fields_cost_no_query_more(
    api: Api, admin: User, late: Late, django_assert_num_queries: Any
) -> None:
    client = api(admin)
    client.get("/conjure/r/borrowed.Dish/")
    with django_assert_num_queries(3) as plain:
        client.get("/conjure/r/borrowed.Dish/", {"code": "x"})
    assert not [query for query in plain.captured_queries if "1 = 0" in query["sql"]]
