"""What only the REST face asks for is not in the schema that clients see, nor may they ask for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from graphql import GraphQLObjectType, build_schema, print_schema

from conjure.graphql.schema import get_schema
from tests.conftest import Gql

pytestmark = pytest.mark.django_db

OWN_ARGUMENTS = ["orderBy", "parameters"]


def roots() -> dict[str, Any]:
    schema = get_schema().client
    found: dict[str, Any] = {}
    for root in (schema.query_type, schema.mutation_type):
        assert isinstance(root, GraphQLObjectType)
        found |= root.fields
    return found


def test_no_root_field_takes_what_only_rest_sends() -> None:
    assert {name for field in roots().values() for name in field.args}.isdisjoint(OWN_ARGUMENTS)
    assert not {"page", "pageSize"} & set(roots()["testappOrders"].args)


@pytest.mark.parametrize("argument", ['orderBy: "id"', 'page: "1"', 'pageSize: "5"', 'parameters: {id: "1"}'])
def test_a_client_cannot_send_it_either(gql: Gql, admin: User, argument: str) -> None:
    answer = gql(admin, "{ testappTags(%s) { totalCount } }" % argument)
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert argument.split(":")[0] in answer["errors"][0]["message"]


def test_introspection_shows_what_may_be_asked(gql: Gql, admin: User) -> None:
    query = "{ __schema { queryType { fields { name args { name } } } mutationType { fields { name } } } }"
    shown = gql(admin, query)["data"]["__schema"]
    listed = {field["name"]: [each["name"] for each in field["args"]] for field in shown["queryType"]["fields"]}
    assert sorted(listed["testappTags"]) == ["filters", "ordering", "pagination", "search"]
    assert "createConjureAdminAuditLog" not in [field["name"] for field in shown["mutationType"]["fields"]]


def test_readonly_models_have_neither_inputs_nor_mutations() -> None:
    names = get_schema().client.type_map
    assert not [name for name in roots() if name.endswith("ConjureAdminAuditLog")]
    assert "ConjureAdminAuditLogInput" not in names
    assert "ConjureAdminAuditLogOperation" not in names
    assert "runConjureAdminAuditLogAction" in roots()


def test_the_schema_for_clients_is_a_schema() -> None:
    text = print_schema(get_schema().client)
    assert print_schema(build_schema(text)) == text
