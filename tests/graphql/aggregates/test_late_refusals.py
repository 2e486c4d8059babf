"""Values that a third party's field or its column refuses late, in aggregates, widgets and actions: a 400 there too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from conjure import register_widget
from conjure.graphql.aggregates.run import run_aggregate
from conjure.widgets import _widgets
from tests.borrowed.models import Late, LateChild
from tests.conftest import Api, Configure, Gql
from tests.graphql.orders import code_of

pytestmark = pytest.mark.django_db
URL = "/conjure/r/borrowed.Late/"
NUMBER = "9" * 25
HAVING = "query ($h: [BorrowedLateHaving!]) { borrowedLatesAggregate(groupBy: [{field: id}], having: $h) { count } }"
COUNT = "{ borrowedLatesAggregate { count } }"
JSON = {"content_type": "application/json"}


@pytest.fixture
def late(configure: Configure) -> Late:
    configure(Late, actions=("export", "delete_selected"))
    configure(LateChild, actions=("export",), list_filter=("late__picky", "late__text"))
    late = Late.objects.create(text="plain", picky="fine")
    LateChild.objects.create(late=late)
    return late


def errors_of(answer: dict[str, Any]) -> Any:
    assert code_of(answer) == "INVALID", answer
    return answer["errors"][0]["extensions"]["errors"]


@pytest.mark.parametrize("function", ["MIN", "MAX"])
def test_having_names_itself_where_a_lookup_refuses_its_value(gql: Gql, admin: User, late: Late, function: str) -> None:
    condition = {"function": function, "field": "picky", "exact": "picky"}
    assert list(errors_of(gql(admin, HAVING, h=[condition]))) == ["having"]
    found = gql(admin, HAVING, h=[{**condition, "exact": "fine"}])
    assert found["data"]["borrowedLatesAggregate"] == [{"count": 1}]


def test_having_is_invalid_where_the_database_compares_no_such_values(gql: Gql, admin: User, late: Late) -> None:
    answers = [
        gql(admin, HAVING, h=[{"function": "MAX", "field": "text", "exact": "5"}]),
        gql(admin, HAVING, h=[{"function": "MAX", "field": "address", "gt": "no address"}]),
    ]
    if connection.vendor == "postgresql":
        assert [list(errors_of(answer)) for answer in answers] == [["having"], ["having"]]
    else:
        assert all("errors" not in answer for answer in answers)
    assert gql(admin, COUNT)["data"]["borrowedLatesAggregate"] == [{"count": 1}]


def test_a_measure_that_the_database_does_not_have_of_a_type_is_invalid(gql: Gql, admin: User, late: Late) -> None:
    answer = gql(admin, "{ borrowedLatesAggregate { min { address } } }")
    if connection.vendor == "postgresql":
        assert code_of(answer) == "INVALID"
    else:
        assert answer["data"]["borrowedLatesAggregate"] == [{"min": {"address": late.address}}]
    assert gql(admin, COUNT)["data"]["borrowedLatesAggregate"] == [{"count": 1}]


def test_groups_of_late_fields_are_counted(gql: Gql, admin: User, late: Late) -> None:
    keys = (
        "{ borrowedLatesAggregate(groupBy: [{field: text}, {field: picky}, {field: address}]) { key { picky } count } }"
    )
    assert gql(admin, keys)["data"]["borrowedLatesAggregate"] == [{"key": {"picky": "fine"}, "count": 1}]


@pytest.mark.parametrize("year", [-1, 0, 10_000])
def test_a_year_outside_of_the_calendar_is_invalid(gql: Gql, admin: User, year: int) -> None:
    for name in ("orderedOn", "createdAt"):
        filters = {name: {"year": year}}
        for field in ("testappOrders(filters: $f) { totalCount }", "testappOrdersAggregate(filters: $f) { count }"):
            answer = gql(admin, "query ($f: TestappOrderFilter) { %s }" % field, f=filters)
            assert list(errors_of(answer)) == [f"{name}.year"]


@pytest.mark.parametrize(("name", "value"), [("picky", "picky"), ("text__in", f"plain,{NUMBER}"), ("audience", "{}")])
def test_actions_and_exports_name_the_parameter(api: Api, admin: User, late: Late, name: str, value: str) -> None:
    for action in ("export", "delete_selected"):
        body = {"all_filtered": True, "params": {name: value}}
        answer = api(admin).post(f"{URL}action/{action}/", body, **JSON)
        assert (answer.status_code, list(answer.json())) == (400, [name])
    assert Late.objects.count() == 1


def test_typed_filters_of_actions_name_what_is_refused(gql: Gql, admin: User, late: Late) -> None:
    run = (
        'mutation ($f: BorrowedLateFilter) { runBorrowedLateAction(action: "export", allFiltered: true, filters: $f) }'
    )
    assert list(errors_of(gql(admin, run, f={"picky": {"exact": "picky"}}))) == ["picky.exact"]


def test_paths_of_exports_across_a_relation_name_the_parameter(api: Api, admin: User, late: Late) -> None:
    for name, value in (("late__picky", "picky"), ("late__text", NUMBER)):
        body = {"all_filtered": True, "params": {name: value}}
        answer = api(admin).post("/conjure/r/borrowed.LateChild/action/export/", body, **JSON)
        assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.fixture
def widget() -> Iterator[str]:
    """A widget that counts rows by what its caller asks for."""

    def count(request: Any) -> dict[str, Any]:
        asked = json.loads(request.GET["asked"])
        return {"groups": run_aggregate(request, "borrowed.Late", **asked)}

    register_widget("late-counts")(count)
    yield "/conjure/widgets/late-counts/"
    del _widgets["late-counts"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"parameters": {"picky": "picky"}}, ["picky"]),
        ({"parameters": {"text": NUMBER}}, ["text"]),
        ({"filters": {"picky": {"exact": "picky"}}}, ["picky.exact"]),
        (
            {"group_by": ["text"], "measures": {"most": "max:picky"}, "having": {"most": {"exact": "picky"}}},
            ["having"],
        ),
        ({"group_by": ["text"], "measures": {"n": "count"}, "having": {"n": {"gt": "x"}}}, ["having.gt"]),
    ],
)
def test_widgets_name_what_is_refused(
    api: Api, admin: User, late: Late, widget: str, asked: dict[str, Any], names: list[str]
) -> None:
    answer = api(admin).get(widget, {"asked": json.dumps(asked)})
    assert (answer.status_code, list(answer.json())) == (400, names)
    assert api(admin).get(widget, {"asked": "{}"}).json() == {"groups": [{"count": 1}]}
