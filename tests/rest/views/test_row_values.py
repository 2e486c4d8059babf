"""Rows hold what DRF's ModelSerializer gives, value by value, and the labels that Django gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import AbstractBaseUser, User
from django.db import models
from django.test import Client, RequestFactory
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.utils.encoders import JSONEncoder

from conjure import registry
from conjure.graphql.context import Context
from conjure.graphql.names import find_names
from conjure.specs.writable import can_be_served
from tests.conftest import Api, Gql
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Order
from tests.thoroughness import sampled

FAILING = {"testapp.ManagerRaises"}
"""Whose default manager raises: there are no rows."""
KEYS = [key for key, _ in registry.items() if key not in FAILING]

# What DRF's serializer fails for, or leaves to the renderer, which fails: there is nothing to compare with.
WITHOUT_ORACLE = {
    "testapp.CustomFields": {"colour", "country", "second_country"},
    "testapp.CustomKeyReference": {"target"},
    # Of these keys DRF passes on what the column holds, which SQLite gives as a float.
    "testapp.KeyReferences": {"decimal", "duration"},
    # Its text of an unordered set, and of a list of objects, is that of Python.
    "packaged.Choice": {"words", "visited"},
    # It cannot iterate over the managers of tags.
    "packaged.Article": {"tags"},
    "packaged.Column": {"tags"},
    "packaged.Note": {"topics", "labels"},
    # It lists the files of the folder, which has to be there, and cannot be a function.
    "edges.Placed": {"must", "may", "null"},
    "edges.Misplaced": {"lost", "odd"},
    "testapp.EveryField": {"a_file_path"},
    "testapp.EveryNullableField": {"a_file_path"},
}


@pytest.fixture
def client(everything: Shop, admin: User, api: Api) -> Client:
    return api(admin)


def rows_of(client: Client, key: str) -> Iterator[dict[str, Any]]:
    url: str | None = f"/conjure/r/{key}/?page_size=200"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        yield from body["results"]
        url = body["next"]


def served_fields(key: str) -> list[Any]:
    config = registry.get(key)
    fields = [*config.model._meta.concrete_fields, *config.model._meta.many_to_many]
    # Passwords of accounts are written and never served.
    hidden = {*config.exclude, *(["password"] if issubclass(config.model, AbstractBaseUser) else [])}
    return [field for field in fields if field.name not in hidden and can_be_served(field)]


class Encoder(JSONEncoder):
    """DRF gives a multi-table child's link to its parent as the parent itself; what is meant is its pk."""

    def default(self, obj: Any) -> Any:
        return obj.pk if isinstance(obj, models.Model) else super().default(obj)


def rows_in_database(key: str) -> models.QuerySet[Any]:
    # NeedsUsing's manager wants to be told which.
    return registry.get(key).model._default_manager.db_manager("default").all()


def compared_fields(key: str) -> list[str]:
    return [field.name for field in served_fields(key) if field.name not in WITHOUT_ORACLE.get(key, ())]


def serialize(key: str, objs: list[models.Model]) -> list[dict[str, Any]]:
    meta = type("Meta", (), {"model": registry.get(key).model, "fields": compared_fields(key)})
    serializer_class = type("Serializer", (serializers.ModelSerializer,), {"Meta": meta})
    context = {"request": Request(APIRequestFactory().get("/"))}
    data = serializer_class(objs, many=True, context=context).data
    return json.loads(json.dumps(data, cls=Encoder))


def identity(row: dict[str, Any], key: str) -> str:
    names = [field.name for field in registry.get(key).model._meta.pk_fields]
    return json.dumps([row[name] for name in names])


def in_order(row: dict[str, Any], key: str) -> dict[str, Any]:
    """The row with its many-to-many lists sorted where the target has no order of its own."""
    many = registry.get(key).model._meta.many_to_many
    unordered = {field.name for field in many if not field.related_model._meta.ordering}
    return {name: sorted(value) if name in unordered else value for name, value in row.items()}


# Of those left out, Django itself cannot read the rows of the first, and DRF raises what the other raises.
@pytest.mark.parametrize("key", sampled([k for k in KEYS if k not in {"testapp.Corrupt", "borrowed.Choosing"}]))
def test_each_value_is_what_the_model_serializer_gives(client: Client, key: str) -> None:
    names = compared_fields(key)
    expected = {identity(row, key): in_order(row, key) for row in serialize(key, list(rows_in_database(key)))}
    given = {identity(row, key): in_order({n: row[n] for n in names}, key) for row in rows_of(client, key)}
    assert given == expected


@pytest.mark.parametrize("key", sampled(KEYS, 1))
def test_rows_have_no_other_keys_than_fields_and_helpers(client: Client, key: str) -> None:
    fields = served_fields(key)
    expected = {"_label", *(field.name for field in fields)}
    expected |= {f"{field.name}_label" for field in fields if field.many_to_one or field.one_to_one}
    expected |= {f"{field.name}_display" for field in fields if field.choices}
    composite = isinstance(registry.get(key).model._meta.pk, models.CompositePrimaryKey)
    for row in rows_of(client, key):
        assert set(row) - ({"pk"} if composite else set()) == expected


@pytest.mark.parametrize("key", sampled(KEYS, 2))
def test_each_row_opened_by_its_pk_is_the_row_of_the_list(client: Client, key: str) -> None:
    pk_name = registry.get(key).model._meta.pk.name
    for row in rows_of(client, key):
        if row[pk_name] in {"autocomplete", "bulk"}:
            continue  # Those URLs are other ones.
        answer = client.get(f"/conjure/r/{key}/{quote(str(row[pk_name]), safe='')}/")
        assert answer.status_code == 200, (row[pk_name], answer.content)
        assert answer.json() == row


def test_labels_and_displays_are_django_s(client: Client) -> None:
    for row in rows_of(client, "testapp.Order"):
        order = Order.objects.get(pk=row["id"])
        assert row["_label"] == str(order)
        assert row["customer_label"] == str(order.customer)
        assert row["status_display"] == order.get_status_display()


@pytest.mark.parametrize("key", sampled(KEYS, 3))
def test_the_entity_tag_is_the_version_of_what_was_shown(client: Client, gql: Gql, admin: User, key: str) -> None:
    request = RequestFactory().get("/")
    request.user = admin
    names = find_names(key, Context(request))
    query = f"query ($pk: ID!) {{ row: {names.roots['retrieve']}(pk: $pk) {{ version: {names.version} }} }}"
    for row in list(rows_of(client, key))[:2]:
        pk = str(row[registry.get(key).model._meta.pk.name])
        if "/" in pk or pk in {"autocomplete", "bulk"}:
            continue
        answer = client.get(f"/conjure/r/{key}/{quote(pk, safe='')}/")
        assert answer["ETag"] == '"{version}"'.format(**gql(admin, query, pk=pk)["data"]["row"])
        assert names.version not in answer.json()
