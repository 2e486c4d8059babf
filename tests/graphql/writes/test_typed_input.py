"""Writes by GraphQL's typed input: errors in its own terms, as data or as errors."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Gql
from tests.graphql.writes.conftest import Grant, Open
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Order

pytestmark = pytest.mark.django_db


# GraphQL's own face.


def test_typed_input_writes_and_names_errors_in_its_own_terms(shop: Shop, admin: User, gql: Gql, writer: Open) -> None:
    document = """
      mutation ($data: TestappOrderInput!) {
        createTestappOrder(data: $data) {
          result { number customerId customer { name } orderedOn total _version }
          errors { field messages code }
        }
      }"""
    customer = shop.customers[0]
    data = {"number": "N-1", "customerId": str(customer.pk), "orderedOn": "2024-05-01", "total": "1.5"}
    answer = gql(admin, document, data=data)["data"]["createTestappOrder"]
    assert answer["errors"] == []
    created = Order.objects.get(number="N-1")
    assert answer["result"].pop("_version") == writer(admin, "testapp.Order").version(created.pk)
    assert answer["result"] == {
        "number": "N-1",
        "customerId": str(customer.pk),
        "customer": {"name": customer.name},
        "orderedOn": "2024-05-01",
        "total": "1.50",
    }
    data = {"number": "N-1", "customerId": "nobody", "orderedOn": "soon"}
    answer = gql(admin, document, data=data)["data"]["createTestappOrder"]
    assert answer["result"] is None
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [
        ("customerId", "INVALID"),
        ("orderedOn", "INVALID"),
        ("number", "INVALID"),
    ]


def test_errors_that_are_not_asked_for_are_errors_of_the_answer(shop: Shop, admin: User, gql: Gql) -> None:
    answer = gql(admin, 'mutation { createTestappTag(data: {name: "x"}) { result { id } } }')
    assert answer["data"] == {"createTestappTag": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "errors": {"slug": ["This field cannot be blank."]}}


def test_protection_and_conflict_are_data_and_denial_never_is(shop: Shop, grant: Grant, admin: User, gql: Gql) -> None:
    key = shop.products[0].category_id
    document = f"mutation {{ deleteTestappCategory(pk: {key}) {{ deleted errors {{ field messages code }} }} }}"
    answer = gql(admin, document)["data"]["deleteTestappCategory"]
    assert answer["deleted"] is None
    assert [error["code"] for error in answer["errors"]] == ["PROTECTED"]
    stale = f'mutation {{ updateTestappCategory(pk: {key}, expectedVersion: "x") {{ errors {{ code }} }} }}'
    assert gql(admin, stale)["data"]["updateTestappCategory"]["errors"] == [{"code": "CONFLICT"}]
    denied = gql(grant("view_category"), document)
    assert denied["data"] == {"deleteTestappCategory": None}
    assert denied["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_data_and_values_do_not_mix(admin: User, gql: Gql) -> None:
    answer = gql(admin, "mutation { createTestappTag(data: {}, values: {}) { errors { field } result { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


def test_the_result_may_be_asked_for_twice_and_nested(shop: Shop, admin: User, gql: Gql) -> None:
    product = shop.products[0]
    document = """
      mutation ($pk: ID!) {
        updateTestappProduct(pk: $pk, data: {name: "New"}) {
          a: result { name category { name } }
          b: result { sku tags { name } _label }
          ...Parts
        }
      }
      fragment Parts on TestappProductPayload { result { price } }"""
    answer = gql(admin, document, pk=product.pk)["data"]["updateTestappProduct"]
    assert answer["a"] == {"name": "New", "category": {"name": product.category.name}}
    assert answer["b"]["_label"] == "New"
    assert set(answer) == {"a", "b", "result"}
