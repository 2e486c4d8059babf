"""Introspection tells each user of what they may view, and nobody else anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import GraphQLSchema, build_client_schema, get_introspection_query, parse, print_schema, validate

from conjure import AdminConfig
from tests.conftest import Api, Gql
from tests.testapp.admin_config import OrderConfig

pytestmark = pytest.mark.django_db

FULL = get_introspection_query(descriptions=True, input_value_deprecation=True)
NAMES = "{ __schema { types { name } queryType { fields { name } } mutationType { fields { name } } } }"


def may_view(user: User, *models: str) -> User:
    """The user, from now on with the view permission of these models of testapp."""
    codenames = [f"view_{model}" for model in models]
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="testapp", codename__in=codenames))
    return type(user).objects.get(pk=user.pk)


def type_names(gql: Gql, user: User) -> set[str]:
    return {named["name"] for named in gql(user, NAMES)["data"]["__schema"]["types"]}


def client_schema(gql: Gql, user: User) -> GraphQLSchema:
    return build_client_schema(gql(user, FULL)["data"])


# Who


def test_nobody_is_told_anything(api: Api, outsider: User) -> None:
    body = {"query": "{ __schema { types { name } } }"}

    assert api().post("/conjure/graphql/", body, content_type="application/json").status_code == 401
    assert api(outsider).post("/conjure/graphql/", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ me ...a } fragment a on Query { b: __schema { types { name } } }",
    ],
)
def test_it_can_be_switched_off(api: Api, admin: User, settings: Any, query: str) -> None:
    client = api(admin)
    assert client.post("/conjure/graphql/", {"query": query}, content_type="application/json").status_code == 200

    settings.CONJURE = {"INTROSPECTION": False}

    response = client.post("/conjure/graphql/", {"query": query}, content_type="application/json")
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "data" not in response.json()


def test_typename_can_be_asked_even_then(gql: Gql, admin: User, settings: Any) -> None:
    settings.CONJURE = {"INTROSPECTION": False}

    assert gql(admin, "{ __typename }") == {"data": {"__typename": "Query"}}


# What


def test_a_superuser_is_told_of_everything(gql: Gql, admin: User) -> None:
    schema = client_schema(gql, admin)

    assert {"TestappOrder", "TestappOrderFilter", "TestappShipment", "OtherappOrder"} <= set(schema.type_map)


def test_staff_without_any_permission_are_told_of_no_model(gql: Gql, clerk: User) -> None:
    names = type_names(gql, clerk)

    assert not [name for name in names if name.startswith(("Testapp", "Otherapp", "Auth"))]
    assert {"Query", "String", "__Schema"} <= names


def test_one_is_told_of_what_one_may_view(gql: Gql, clerk: User) -> None:
    user = may_view(clerk, "order", "tag")
    schema = client_schema(gql, user)

    assert {"TestappOrder", "TestappTag", "TestappOrderFilter", "TestappOrderOrder"} <= set(schema.type_map)
    assert not [name for name in schema.type_map if "Customer" in name or "Product" in name]
    order: Any = schema.type_map["TestappOrder"]
    assert {"id", "number", "customerId", "customerLabel"} <= set(order.fields)
    assert not {"customer", "product", "items"} & set(order.fields)
    filters: Any = schema.type_map["TestappOrderFilter"]
    assert "customerId" in filters.fields
    assert "customer" not in filters.fields
    query: Any = schema.query_type
    assert {"testappOrders", "testappOrder", "testappOrderAutocomplete", "me"} <= set(query.fields)
    assert not [name for name in query.fields if "Customer" in name]


def test_no_text_of_the_answer_names_a_hidden_model(gql: Gql, clerk: User) -> None:
    text = str(gql(may_view(clerk, "tag"), FULL))

    for hidden in ("Customer", "customer", "Shipment", "shipment", "Coupon", "coupon", "secret", "Vault"):
        assert hidden not in text


@pytest.mark.parametrize(
    "name",
    ["TestappCustomer", "TestappCustomerFilter", "TestappCustomerOrder", "TestappCustomerOffsetPaginated", "Absent"],
)
def test_a_hidden_type_is_an_absent_one(gql: Gql, clerk: User, name: str) -> None:
    user = may_view(clerk, "order")

    assert gql(user, "query($n: String!) { __type(name: $n) { name fields { name } } }", n=name) == {
        "data": {"__type": None}
    }
    assert gql(user, '{ __type(name: "TestappOrder") { name } }') == {"data": {"__type": {"name": "TestappOrder"}}}


def test_permissions_count_at_once(gql: Gql, clerk: User) -> None:
    assert "TestappTag" not in type_names(gql, clerk)

    may_view(clerk, "tag")

    assert "TestappTag" in type_names(gql, clerk)


def test_a_config_that_denies_hides_its_model_from_superusers_too(
    gql: Gql, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderConfig, "has_view_permission", lambda self, request, obj=None: False, raising=False)

    assert not {"TestappOrder", "TestappOrderFilter", "TestappOrderOffsetPaginated"} & type_names(gql, admin)
    assert "Did you mean" not in str(gql(admin, "{ testappOrderz { totalCount } }"))


def test_a_config_that_fails_hides_its_model(gql: Gql, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any) -> bool:
        raise RuntimeError

    monkeypatch.setattr(OrderConfig, "has_view_permission", fail, raising=False)

    assert "TestappOrder" not in type_names(gql, admin)


def test_fields_that_do_not_exist_for_a_user_are_not_told(gql: Gql, admin: User, viewer: User) -> None:
    assert issubclass(OrderConfig, AdminConfig)
    hers: Any = client_schema(gql, admin).type_map["TestappShipment"]
    theirs = client_schema(gql, viewer)

    assert "cost" in hers.fields
    for name in ("TestappShipment", "TestappShipmentFilter", "TestappShipmentOrder"):
        named: Any = theirs.type_map[name]
        assert "carrier" in named.fields
        assert "cost" not in named.fields


def test_a_type_without_any_field_left_is_not_told_either(gql: Gql, admin: User, viewer: User) -> None:
    hers, theirs = client_schema(gql, admin), client_schema(gql, viewer)

    assert "sum" in hers.type_map["TestappShipmentGroup"].fields  # type: ignore[attr-defined]
    assert "sum" not in theirs.type_map["TestappShipmentGroup"].fields  # type: ignore[attr-defined]
    assert "TestappShipmentSums" not in theirs.type_map


@pytest.mark.parametrize("who", ["admin", "viewer"])
def test_excluded_columns_are_told_to_nobody(gql: Gql, request: pytest.FixtureRequest, who: str) -> None:
    text = print_schema(client_schema(gql, request.getfixturevalue(who)))

    assert "secretNote" not in text
    assert "apiToken" not in text


def test_what_is_told_is_a_schema_that_tools_can_use(gql: Gql, viewer: User) -> None:
    schema = client_schema(gql, viewer)
    document = (
        '{ testappOrders(filters: {customer: {name: {exact: "x"}}}) { results { customer { name orders { id } } } } }'
    )

    assert validate(schema, parse(document)) == []
    assert "errors" not in gql(viewer, document)


def test_the_other_fields_of_the_document_are_executed_on_the_whole_schema(gql: Gql, clerk: User) -> None:
    user = may_view(clerk, "tag")

    answer = gql(user, "{ __schema { queryType { name } } testappTags { totalCount } testappOrders { totalCount } }")

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert answer["errors"][0]["path"] == ["testappOrders"]


def test_it_asks_the_database_no_more_often_for_more_models(gql: Gql, viewer: User) -> None:
    gql(viewer, NAMES)

    with CaptureQueriesContext(connection) as queries:
        gql(viewer, NAMES)

    assert len(queries) <= 4


def test_the_same_question_gets_the_same_answer_until_something_changes(gql: Gql, clerk: User, viewer: User) -> None:
    def asked(user: User, text: str) -> set[str]:
        return {named["name"] for named in gql(user, text)["data"]["__schema"]["types"]}

    other = "{ __schema { types { name kind } } }"

    assert asked(viewer, NAMES) == asked(viewer, NAMES) == asked(viewer, other) == asked(viewer, NAMES)
    assert asked(clerk, NAMES) == asked(clerk, NAMES) < asked(viewer, NAMES)
    may_view(clerk, "tag")
    assert "TestappTag" in asked(clerk, NAMES)


def test_the_operation_that_is_named_is_the_one_that_is_answered(api: Api, admin: User) -> None:
    text = 'query A { __type(name: "TestappTag") { name } } query B { __type(name: "TestappNote") { name } }'
    client = api(admin)
    for name, expected in (("A", "TestappTag"), ("B", "TestappNote"), ("A", "TestappTag"), ("A", "TestappTag")):
        body = {"query": text, "operationName": name}
        answer = client.post("/conjure/graphql/", body, content_type="application/json").json()
        assert answer == {"data": {"__type": {"name": expected}}}


def test_variables_are_looked_at_each_time(gql: Gql, admin: User) -> None:
    text = "query($n: String!) { __type(name: $n) { name } }"
    for name in ("TestappTag", "TestappNote", "TestappTag"):
        assert gql(admin, text, n=name) == {"data": {"__type": {"name": name}}}


# Hints


def test_a_superuser_is_told_what_they_may_have_meant(gql: Gql, admin: User) -> None:
    assert "Did you mean 'testappOrder'" in gql(admin, "{ testappOrderr }")["errors"][0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "{ testappOrderz { totalCount } }",
        "{ testappTags { results { idd } } }",
        "{ testappTags(filterz: {}) { totalCount } }",
        "{ testappTags(filters: {namee: {}}) { totalCount } }",
        "{ testappTags { results { ... on TestappCustomr { id } } } }",
        "query($f: TestappCustomerFiltr) { testappTags { totalCount } }",
        "{ testappTags(ordering: [{name: ASCC}]) { totalCount } }",
    ],
)
def test_others_are_not(gql: Gql, viewer: User, query: str) -> None:
    messages = [error["message"] for error in gql(viewer, query)["errors"]]

    assert messages
    assert not [message for message in messages if "Did you mean" in message]


def test_nor_are_superusers_where_introspection_is_off(gql: Gql, admin: User, settings: Any) -> None:
    settings.CONJURE = {"INTROSPECTION": False}

    assert "Did you mean" not in str(gql(admin, "{ testappOrderr }"))


def test_nobody_is_in_the_errors_of_variables(gql: Gql, admin: User) -> None:
    query = "query($f: TestappTagFilter) { testappTags(filters: $f) { totalCount } }"

    answer = gql(admin, query, f={"namee": {}})

    assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    assert "Did you mean" not in str(answer)
