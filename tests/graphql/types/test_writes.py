"""The types of writes: typed inputs offer what the schema calls editable."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from conjure.specs.writable import is_parent_link
from tests.conftest import Api, Gql

pytestmark = pytest.mark.django_db


@pytest.fixture
def inputs(gql: Gql, admin: User) -> dict[str, dict[str, Any]]:
    """The fields of each input type, by their names."""
    types = gql(admin, "{ __schema { types { name inputFields { name description } } } }")["data"]["__schema"]["types"]
    return {each["name"]: {field["name"]: field for field in each["inputFields"] or ()} for each in types}


def input_name(spec: ModelSpec, name: str) -> str:
    field = spec.by_name[name]
    return field.graphql_object or field.graphql_name if field.is_many else field.graphql_name


def test_the_inputs_of_a_model_offer_what_its_schema_calls_editable(
    api: Api, admin: User, inputs: dict[str, dict[str, Any]]
) -> None:
    client, compared = api(admin), 0
    for spec in get_specs():
        described = client.get(f"/conjure/schema/{spec.key}/").json()
        if described["is_readonly"]:
            continue
        editable = {input_name(spec, field["name"]) for field in described["fields"] if field["editable"]}
        changes = set(inputs.get(spec.types["update"], {})) - {"password"}
        # Inheritance sets the links to parents, of whose columns the schema says what their model says.
        links = {input_name(spec, field.name) for field in spec.fields if is_parent_link(field.field)}
        assert editable - links - {"password"} <= changes, spec.key
        # What a config closes by default may be open to some request.
        closed = {input_name(spec, name) for name in spec.config.readonly_fields if name in spec.by_name}
        assert changes - editable <= closed, spec.key
        keys = {input_name(spec, field.name) for field in spec.fields if field.is_pk}
        assert changes <= set(inputs.get(spec.types["create"], {})) - {"password"} <= changes | keys, spec.key
        compared += bool(changes)
    assert compared > 100


def test_required_fields_and_help_texts_are_told(inputs: dict[str, dict[str, Any]]) -> None:
    order = inputs["TestappOrderInput"]
    assert order["number"]["description"] == "Number. Required."
    assert order["comment"]["description"] == "Comment."
