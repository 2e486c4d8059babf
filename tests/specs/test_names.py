"""Names that GraphQL does not allow, or that would be equal there, are told apart, and lead to what they name."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models

from tests.conftest import Gql
from tests.testapp.models import Customer, names

pytestmark = pytest.mark.django_db


def same(*own: str) -> dict[str, str]:
    return dict(zip(own, own, strict=True))


# By the root field of each list: the model, and what GraphQL calls its fields.
FIELDS: dict[str, tuple[Any, dict[str, str]]] = {
    "testappCamelCollisionses": (
        names.CamelCollisions,
        {"a_b": "aB", "aB": "aB2", "x1": "x1", "x_1": "x12", "html_label": "htmlLabel", "htmlLabel": "htmlLabel2"}
        | {"_private": "_private", "private": "private", "Upper": "Upper", "_1": "_1", "_ä": "_ue4"},
    ),
    "testappHelperNameses": (
        names.HelperNames,
        {"status_display": "statusDisplay", "customer_label": "customerLabel"} | same("_label", "_version", "label"),
    ),
    "testappKeywordses": (
        names.Keywords,
        same("type", "input", "query", "mutation", "fragment", "enum", "schema", "node", "edges", "cursor", "errors"),
    ),
    "testappPythonKeywordses": (
        names.PythonKeywords,
        same("in", "class", "from", "None", "True", "lambda", "self", "def"),
    ),
    "testappParameterses": (
        names.Parameters,
        {"AND": "AND2", "OR": "OR2", "NOT": "NOT2", "amount_gte": "amountGte", "total_count": "totalCount"}
        | same("page", "search", "ordering", "filters", "pagination", "exact", "amount", "count", "results", "q"),
    ),
    "testappM2s": (names.M2, {"field_2_a": "field2A", "field2a": "field2a", "field_2a": "field2a2"}),
    "testappStraudfes": (
        names.Straße,
        {"名前": "u540du524d", "ß": "udf", "ss": "ss", "größer_als": "gruf6udferAls", "grosse": "grosse"},
    ),
}


@pytest.mark.parametrize("root", FIELDS)
def test_each_field_is_served_and_filtered_under_a_name_of_its_own(gql: Gql, admin: User, root: str) -> None:
    model, own = FIELDS[root]
    values: dict[str, Any] = {}
    for number, name in enumerate(own, 7):
        is_number = isinstance(model._meta.get_field(name), models.IntegerField)
        values[name] = number if is_number else f"value {number}"
    model.objects.create()
    row = model()
    for name, value in values.items():  # One of the fields is called "self", as no keyword of a method can be.
        setattr(row, name, value)
    row.save()

    expected = {own[name]: value for name, value in values.items()}
    for graphql_name, value in expected.items():
        shown = value if isinstance(value, int) else f'"{value}"'
        document = "{ %s(filters: {%s: {exact: %s}}) { results { %s } } }"
        answer = gql(admin, document % (root, graphql_name, shown, " ".join(expected)))
        assert answer == {"data": {root: {"results": [expected]}}}, graphql_name


def test_helpers_make_way_for_fields_of_their_names(gql: Gql, admin: User) -> None:
    ada = Customer.objects.create(name="Ada", email="ada@example.com")
    names.HelperNames.objects.create(customer=ada, status="b")

    fields = "_label _label2 _version customerLabel statusDisplay customer { _label } displayDisplayDisplay"
    [row] = gql(admin, "{ testappHelperNameses { results { %s } } }" % fields)["data"]["testappHelperNameses"][
        "results"
    ]

    assert row == {
        "_label": "real _label",
        "_label2": "computed label",
        "_version": "real _version",
        "customerLabel": "real label",
        "statusDisplay": "real display",
        "customer": {"_label": str(ada)},
        "displayDisplayDisplay": "Ee",
    }


@pytest.mark.parametrize(
    ("model", "root", "type_name"),
    [
        # The names of all rows are chosen before those of lists, and types of rows before the others.
        (names.Thing, "testappThings2", "TestappThing"),
        (names.Things, "testappThingses", "TestappThings"),
        (names.ThingFilter, "testappThingFilters", "TestappThingFilter"),
        (names.ThingConnection, "testappThingConnections", "TestappThingConnection"),
        (names.CamelName, "testappCamelNames", "TestappCamelName"),
        (names.Camel_Name, "testappCamelNames2", "TestappCamelName2"),
        (names.lowercase, "testappLowercases", "TestappLowercase"),
        (names.Query, "testappQueries", "TestappQuery"),
        (names.Node, "testappNodes", "TestappNode"),
        (names.String, "testappStrings", "TestappString"),
        (names.Series, "testappSerieses", "TestappSeries"),
        (names.İstanbul, "testappu130stanbuls", "Testappu130stanbul"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_models_whose_names_clash_have_roots_and_types_of_their_own(
    gql: Gql, admin: User, model: Any, root: str, type_name: str
) -> None:
    model.objects.create(name="mine")

    answer = gql(admin, "{ %s { results { __typename name } } }" % root)

    assert answer == {"data": {root: {"results": [{"__typename": type_name, "name": "mine"}]}}}


def test_relations_of_equal_names_lead_to_their_own_rows(gql: Gql, admin: User) -> None:
    target = names.Query.objects.create(name="target")
    by_camel = names.ReverseNames.objects.create(by_camel=target)
    by_snake = names.ReverseNames.objects.create(by_snake=target)

    document = "{ testappQuery(pk: %d) { someThing { id } someThing2 { id } results { id } } }" % target.pk

    assert gql(admin, document)["data"]["testappQuery"] == {
        "someThing": [{"id": by_camel.pk}],
        "someThing2": [{"id": by_snake.pk}],
        "results": [],
    }
