"""Numbers beyond what a column holds: refused where they would be stored, and compared rightly in filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.edges.models import Bounded, Tick

pytestmark = pytest.mark.django_db
URL = "/conjure/r/edges.Bounded/"

# What the validators let through, and the columns do not hold.
BEYOND = [
    ("small", 40_000, "Ensure this value is less than or equal to 32767."),
    ("small", -40_000, "Ensure this value is greater than or equal to -32768."),
    ("whole", 10**11, "Ensure this value is less than or equal to 2147483647."),
    ("big", 2**69, "Ensure this value is less than or equal to 9223372036854775807."),
    ("big", -(2**69), "Ensure this value is greater than or equal to -9223372036854775808."),
    ("count", -3, "Ensure this value is greater than or equal to 0."),
    ("price", "1000000", "Ensure that there are no more than 5 digits in total."),
    ("ratio", "1e400", "A valid number is required."),
]


@pytest.mark.parametrize(("name", "value", "message"), BEYOND)
def test_a_number_that_only_the_validators_take_is_refused(
    api: Api, admin: User, name: str, value: Any, message: str
) -> None:
    client, row = api(admin), Bounded.objects.create()
    bulk = {"action": "update", "ids": [row.pk], "data": {name: value}}
    operations = {"operations": [{"op": "update", "pk": row.pk, "data": {name: value}}]}
    answers = [
        client.post(URL, {name: value}, content_type="application/json"),
        client.post(URL, {name: str(value)}),
        client.patch(f"{URL}{row.pk}/", {name: value}, content_type="application/json"),
        client.post(f"{URL}bulk/", bulk, content_type="application/json"),
        client.post(f"{URL}bulk/", operations, content_type="application/json"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()[name]) == (400, [message])
    assert Bounded.objects.count() == 1


@pytest.mark.parametrize("key", [40_000, -40_000, 10**30])
def test_a_key_beyond_its_column_is_the_key_of_no_row(api: Api, admin: User, key: int) -> None:
    client = api(admin)
    for name in ("tick", "by_number", "ticks"):
        body = {name: [key] if name == "ticks" else key}
        answer = client.post(URL, body, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, [name])
    assert client.get(f"/conjure/r/edges.Tick/{key}/").status_code == 404
    assert client.delete(f"/conjure/r/edges.Tick/{key}/").status_code == 404
    assert client.get("/conjure/r/edges.Tick/autocomplete/", {"q": abs(key)}).json()["results"] == []


# A comparison, and whether it finds the numbers -5 or 5. The rows without a number are found by none.
COMPARISONS = [
    ("small__lt=40000", True),
    ("small__lte=40000", True),
    ("small__gt=-40000", True),
    ("small__gte=-40000", True),
    ("small__gt=40000", False),
    ("small__lt=-40000", False),
    ("small=40000", False),
    ("small__in=40000,-40000", False),
    ("small__in=40000,5", True),
    ("whole__lt=99999999999", True),
    ("count__gt=-1", True),
    ("count__lte=-1", False),
    ("percent__gte=-1", True),
    ("tick__number__gt=-1", True),
    ("tick__number__lt=99999999999", True),
    ("tick__gt=-40000", True),
    ("by_number__gt=-1", True),
    ("by_number__lt=99999999999", True),
]


@pytest.fixture
def rows() -> list[Bounded]:
    tick = Tick.objects.create(number=5)
    full = Bounded.objects.create(small=5, whole=5, count=5, percent=5, tick=tick, by_number=tick)
    return [full, Bounded.objects.create()]


@pytest.mark.parametrize(("filters", "finds"), COMPARISONS)
def test_a_comparison_with_a_number_beyond_the_column_finds_no_null(
    api: Api, admin: User, rows: list[Bounded], filters: str, finds: bool
) -> None:
    answer = api(admin).get(f"{URL}?{filters}").json()
    assert [row["id"] for row in answer["results"]] == ([rows[0].pk] if finds else []), answer


def test_a_number_beyond_64_bits_is_the_parameters_fault(api: Api, admin: User, rows: list[Bounded]) -> None:
    for name in ("small__lt", "big", "big__in", "tick", "tick__number__gt"):
        answer = api(admin).get(URL, {name: str(10**30)})
        assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("small: {lt: 40000}", 1),
        ("small: {range: [-40000, 40000]}", 1),
        ("NOT: [{small: {lt: 40000}}]", 1),
        ("NOT: [{small: {gt: 40000}}]", 2),
        ("tick: {number: {gt: -1}}", 1),
    ],
)
def test_a_typed_comparison_beyond_the_column_finds_no_null(
    gql: Gql, admin: User, rows: list[Bounded], filters: str, count: int
) -> None:
    query = "{ list: edgesBoundeds(filters: {%s}) { totalCount } all: edgesBoundedsAggregate(filters: {%s}) { count } }"
    data = gql(admin, query % (filters, filters))["data"]
    assert (data["list"]["totalCount"], data["all"][0]["count"]) == (count, count)


@pytest.mark.parametrize(
    ("having", "groups"),
    [
        ("function: SUM, field: small, gt: 40000", 1),
        ("function: SUM, field: small, exact: 60000", 1),
        ("function: SUM, field: small, lt: 70000", 1),
        ("function: MAX, field: small, lt: 40000", 1),
        ("function: MIN, field: count, gt: -1", 1),
        ("function: MAX, field: small, gt: 40000", 0),
    ],
)
def test_having_compares_sums_beyond_the_column_and_no_null(gql: Gql, admin: User, having: str, groups: int) -> None:
    for small, percent in ((30_000, 1), (30_000, 1), (None, 2)):
        Bounded.objects.create(small=small, percent=percent, count=small)
    query = "{ all: edgesBoundedsAggregate(groupBy: [{field: percent}], having: [{%s}]) { key { percent } } }"
    assert gql(admin, query % having)["data"]["all"] == [{"key": {"percent": 1}}] * groups


def test_openapi_has_the_bounds_that_validators_and_columns_leave(api: Api, admin: User) -> None:
    schemas = api(admin).get("/conjure/openapi.json").json()["components"]["schemas"]
    bounds = {
        "small": (-(2**15), 2**15 - 1),
        "whole": (-(2**31), 2**31 - 1),
        "big": (-(2**63), 2**63 - 1),
        "count": (0, 2**15 - 1),
        "percent": (0, 100),
        "price": (-999.99, 999.99),
        "ratio": (0, None),
    }
    for kind in ("New", "Change", "NewForm"):
        found = schemas[f"edges.Bounded.{kind}"]["properties"]
        assert {name: (found[name].get("minimum"), found[name].get("maximum")) for name in bounds} == bounds
    assert "minimum" not in schemas["edges.Bounded"]["properties"]["small"]


def test_the_frozen_schema_has_no_bounds(api: Api, admin: User) -> None:
    fields = api(admin).get("/conjure/schema/edges.Bounded/").json()["fields"]
    assert not {"min_value", "max_value"} & {key for field in fields for key in field}
