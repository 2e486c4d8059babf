"""Scalars: each field has the one of its kind, and a value that a scalar cannot represent is refused at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql

pytestmark = pytest.mark.django_db

# Of a model with a field of each kind: the scalar of the value, and the lookups.
KINDS = {
    "aBigInteger": ("BigInt", "BigIntFilterLookup"),
    "aBinary": ("String", "StrOpaqueFilterLookup"),
    "aBoolean": ("Boolean", "BoolFilterLookup"),
    "aChar": ("String", "StrFilterLookup"),
    "aDate": ("Date", "DateFilterLookup"),
    "aDatetime": ("DateTime", "DatetimeFilterLookup"),
    "aDecimal": ("Decimal", "DecimalFilterLookup"),
    "aDuration": ("Duration", "DurationFilterLookup"),
    "aFloat": ("Float", "FloatFilterLookup"),
    "aJson": ("JSON", "JSONFilterLookup"),
    "aPositive": ("Int", "IntFilterLookup"),
    "aPositiveBig": ("BigInt", "BigIntFilterLookup"),
    "aSmall": ("Int", "IntFilterLookup"),
    "aText": ("String", "StrFilterLookup"),
    "aTime": ("Time", "TimeFilterLookup"),
    "aUuid": ("UUID", "UUIDFilterLookup"),
    "anInteger": ("Int", "IntFilterLookup"),
    "anIp": ("String", "StrFilterLookup"),
}


def test_each_kind_of_field_has_its_scalar_and_its_lookups(gql: Gql, admin: User) -> None:
    document = """{
      row: __type(name: "TestappEveryField") { fields { name type { name ofType { name } } } }
      input: __type(name: "TestappEveryFieldInput") { inputFields { name type { name } } }
      filter: __type(name: "TestappEveryFieldFilter") { inputFields { name type { name } } }
    }"""
    told = gql(admin, document)["data"]
    rows = {field["name"]: (field["type"]["ofType"] or field["type"])["name"] for field in told["row"]["fields"]}
    inputs = {field["name"]: field["type"]["name"] for field in told["input"]["inputFields"]}
    filters = {field["name"]: field["type"]["name"] for field in told["filter"]["inputFields"]}
    assert {name: (rows[name], filters[name]) for name in KINDS} == KINDS
    assert {name: inputs[name] for name in KINDS} == {name: scalar for name, (scalar, _) in KINDS.items()}
    # Files are sent as files, and served as their addresses.
    assert [inputs["aFile"], inputs["anImage"]] == ["Upload", "Upload"]
    assert [field["type"] for field in told["row"]["fields"] if field["name"] == "aFile"] == [
        {"name": "String", "ofType": None}
    ]


REFUSED: list[tuple[str, str, Any]] = [
    *(("BigInt", "big", value) for value in (True, 1.5, "x", "1" * 21, [[]], {})),
    *(("Decimal", "precise", value) for value in (True, [[]], {})),
    *(("DateTime", "moment", value) for value in (True, 1.5, 7, [[]], {})),
    *(("Date", "day", value) for value in (True, 20240229, [[]], {})),
    *(("Time", "time", value) for value in (True, 10, [[]], {})),
    *(("Duration", "length", value) for value in (True, 5, [[]], {})),
]


def literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@pytest.mark.parametrize(("scalar", "field", "value"), REFUSED)
def test_a_value_that_the_scalar_cannot_represent_is_refused(
    gql: Gql, admin: User, scalar: str, field: str, value: Any
) -> None:
    document = "{ testappLimitses(filters: {%s: {exact: %s}}) { totalCount } }"
    written = gql(admin, document % (field, literal(value)))
    sent = gql(admin, f"query ($v: {scalar}) {document % (field, '$v')}", v=value)
    for answer in (written, sent):
        assert "data" not in answer
        [error] = answer["errors"]
        assert f"{scalar} cannot represent" in error["message"]
    assert written["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    text = document % (field, literal(value))
    assert written["errors"][0]["locations"] == [{"line": 1, "column": text.index(literal(value)) + 1}]
    assert sent["errors"][0]["extensions"]["code"] == "INVALID"


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), str(2**63 - 1)])
def test_numbers_of_64_bits_are_taken_as_numbers_and_as_texts(gql: Gql, admin: User, value: Any) -> None:
    document = "{ testappLimitses(filters: {big: {exact: %s}}) { totalCount } }"
    expected = {"data": {"testappLimitses": {"totalCount": 0}}}
    assert gql(admin, document % literal(value)) == expected
    assert gql(admin, f"query ($v: BigInt) {document % '$v'}", v=value) == expected


def test_a_number_that_no_float_holds_is_refused(gql: Gql, admin: User) -> None:
    answer = gql(admin, "{ testappLimitses(filters: {precise: {exact: 1e400}}) { totalCount } }")
    assert answer["errors"][0]["message"] == "1e400 is too large."
    assert "data" not in answer
