"""A value that cannot be read is a null key or measure of its own group, and costs no other group."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from conjure.graphql.aggregates.run import run_aggregate
from tests.conftest import Gql
from tests.graphql.rows.test_values_that_cannot_be_shown import CASES, FINE, hold
from tests.stored.models import Reading, Sealed

pytestmark = pytest.mark.django_db
GROUPED = sorted({column for column, _ in CASES} - {"document"})


@pytest.fixture
def sealed(db: None) -> None:
    """Two groups of one row, one of which has a code that its field cannot read, and one of two rows."""
    rows = [Sealed.objects.create(code=code, number=number) for number, code in enumerate(["a", "b", "broken", "b"])]
    hold(rows[2], "code", "'broken'")


def aggregate(gql: Gql, user: User, root: str, rest: str) -> Any:
    answer = gql(user, f"{{ groups: {root}{rest} }}")
    assert "errors" not in answer, answer
    return answer["data"]["groups"]


def test_a_key_that_its_field_cannot_read_is_null(gql: Gql, admin: User, sealed: None, caplog: Any) -> None:
    groups = aggregate(gql, admin, "storedSealedsAggregate", "(groupBy: [{field: code}]) { key { code } count }")
    assert sorted(((g["key"]["code"], g["count"]) for g in groups), key=str) == [("a", 1), ("b", 2), (None, 1)]
    assert "A value in an aggregate of stored.Sealed cannot be read: ValueError." in caplog.messages
    assert "broken" not in caplog.text


def test_pages_orders_and_conditions_of_groups_stay_the_same(gql: Gql, admin: User, sealed: None) -> None:
    asked = "(groupBy: [{field: code}], having: [{function: MIN, field: number, gte: 1}], %s) { key { code } count }"
    first = aggregate(gql, admin, "storedSealedsAggregate", asked % "pagination: {offset: 0, limit: 1}")
    second = aggregate(gql, admin, "storedSealedsAggregate", asked % "pagination: {offset: 1, limit: 1}")
    assert sorted([*first, *second], key=str) == sorted(
        [{"key": {"code": "b"}, "count": 2}, {"key": {"code": None}, "count": 1}], key=str
    )
    assert len(first) == len(second) == 1


def test_a_measure_that_its_field_cannot_read_is_null(gql: Gql, admin: User, sealed: None) -> None:
    Sealed.objects.filter(number__lt=2).delete()
    [total] = aggregate(gql, admin, "storedSealedsAggregate", "{ count min { code number } max { code } }")
    assert total == {"count": 2, "min": {"code": None, "number": 2}, "max": {"code": "b"}}
    groups = aggregate(
        gql, admin, "storedSealedsAggregate", "(groupBy: [{field: number}]) { key { number } min { code } }"
    )
    assert groups == [
        {"key": {"number": 2}, "min": {"code": None}},
        {"key": {"number": 3}, "min": {"code": "b"}},
    ]


def test_widgets_read_them_too(admin: User, sealed: None) -> None:
    request = RequestFactory().get("/")
    request.user = admin
    groups = run_aggregate(request, "stored.Sealed", group_by=["code"])
    assert sorted(groups, key=str) == sorted(
        [{"code": "a", "count": 1}, {"code": "b", "count": 2}, {"code": None, "count": 1}], key=str
    )


@pytest.mark.parametrize(("column", "value"), [case for case in CASES if case[0] in GROUPED])
def test_what_a_table_holds_against_its_field_costs_no_other_group(
    gql: Gql, admin: User, column: str, value: str
) -> None:
    name = {"token_id": "tokenId"}.get(column, column)
    fine = Reading._meta.get_field(column).to_python(FINE[column])
    Reading.objects.create(name="good", **{column: fine})
    hold(Reading.objects.create(name="bad", **{column: fine}), column, value)
    shown = aggregate(gql, admin, "storedReadings", f"{{ results {{ name {name} }} }}")["results"]
    groups = aggregate(
        gql,
        admin,
        "storedReadingsAggregate",
        f"(groupBy: [{{field: name}}, {{field: {name}}}]) {{ key {{ name {name} }} count }}",
    )
    found = {group["key"]["name"]: group["key"][name] for group in groups}
    assert found == {row["name"]: row[name] for row in shown}
    assert [group["count"] for group in groups] == [1, 1]
