"""Replicas: writes read from the primary, and so do, by ``READ_YOUR_WRITES``, the next requests of who wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signing import TimestampSigner
from django.db import connections, router
from django.test import Client
from django.utils import timezone

from conjure.checks import check_settings
from conjure.orm.primary import COOKIE, HEADER, PrimaryRouter
from tests.conftest import Api
from tests.testapp.models import Category, Product

pytestmark = pytest.mark.django_db(databases={"default"})

PRIMARY = f"{PrimaryRouter.__module__}.PrimaryRouter"
TAGS = "/conjure/r/testapp.Tag/"


class Replicated:
    """Notes what is read from a replica. That has the primary's rows: what lags is proven by ``tests/load``."""

    read: list[str] = []

    def db_for_read(self, model: Any, **hints: Any) -> str:
        if model._meta.app_label == "testapp":
            self.read.append(model.__name__)
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"


class Elsewhere(Replicated):
    """Sends reads to a database of another name."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "replica"


class OfTheShopAlone(Elsewhere):
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "replica" if model._meta.app_label == "testapp" else "default"


@pytest.fixture(autouse=True)
def replica(settings: Any) -> Iterator[list[str]]:
    settings.DATABASE_ROUTERS = [PRIMARY, f"{__name__}.Replicated"]
    Replicated.read.clear()
    yield Replicated.read
    Replicated.read.clear()


def read_again(client: Client, replica: list[str], **headers: str) -> bool:
    """Whether a list of tags is read from the replica."""
    replica.clear()
    assert client.get(TAGS, headers=headers).status_code == 200
    return "Tag" in replica


def test_lists_are_read_where_the_routers_say(admin: User, api: Api, replica: list[str]) -> None:
    assert read_again(api(admin), replica)


@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_all_that_a_write_reads_comes_from_the_primary(admin: User, api: Api, replica: list[str], face: str) -> None:
    category = Category.objects.create(name="Tools")
    client = api(admin)
    replica.clear()
    if face == "rest":
        data = {"sku": "s1", "name": "Saw", "category": category.pk, "price": "1.00"}
        answer = client.post("/conjure/r/testapp.Product/", data, content_type="application/json")
        assert answer.json()["category_label"] == "Tools"
    else:
        data = {"sku": "s1", "name": "Saw", "categoryId": str(category.pk), "price": "1.00"}
        mutation = """mutation M($data: TestappProductInput!) {
            createTestappProduct(data: $data) { result { sku category { name products { sku } } } } }"""
        body = {"query": mutation, "variables": {"data": data}}
        answer = client.post("/conjure/graphql/", body, content_type="application/json")
        assert "errors" not in answer.json(), answer.json()
    assert Product.objects.using("default").count() == 1
    assert replica == []


def test_users_read_their_own_writes_for_some_seconds(
    admin: User, api: Api, settings: Any, replica: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONJURE = {"READ_YOUR_WRITES": 5}
    client = api(admin)
    assert read_again(client, replica)
    made = client.post(TAGS, {"name": "One", "slug": "one"}, content_type="application/json")
    assert made.status_code == 201
    cookie = made.cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (5, True, "Lax")
    assert not read_again(client, replica)
    del client.cookies[COOKIE]
    assert read_again(client, replica)
    stamp = made.headers[HEADER]
    assert not read_again(client, replica, **{HEADER: stamp})
    later = (timezone.now() + timedelta(seconds=6)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert read_again(client, replica, **{HEADER: stamp})


@pytest.mark.parametrize("stamp", ["", "w", "w:1:2", "w:" + "é" * 9, "signed elsewhere"])
def test_a_stamp_that_conjure_did_not_sign_counts_for_nothing(
    admin: User, api: Api, settings: Any, replica: list[str], stamp: str
) -> None:
    settings.CONJURE = {"READ_YOUR_WRITES": 5}
    client = api(admin)
    client.cookies[COOKIE] = TimestampSigner(salt="other").sign("w") if stamp == "signed elsewhere" else stamp
    assert read_again(client, replica)


def test_reads_failed_writes_and_switched_off_leave_no_stamp(admin: User, api: Api, settings: Any) -> None:
    client = api(admin)
    tag = {"name": "One", "slug": "one"}
    assert HEADER not in client.post(TAGS, tag, content_type="application/json").headers
    settings.CONJURE = {"READ_YOUR_WRITES": 5}
    refused = client.post(TAGS, tag, content_type="application/json")
    assert refused.status_code == 400
    for answer in (refused, client.get(TAGS)):
        assert HEADER not in answer.headers
        assert COOKIE not in answer.cookies


def test_an_export_is_read_from_the_replica(admin: User, api: Api, replica: list[str]) -> None:
    client = api(admin)
    Category.objects.create(name="Tools")
    Product.objects.create(sku="s1", name="Saw", category=Category.objects.get(), price=1)
    replica.clear()
    body = {"ids": ["s1"], "input": {"format": "csv"}}
    answer = client.post("/conjure/r/testapp.Product/action/export/", body, content_type="application/json")
    assert b"Saw" in answer.getvalue()
    assert "Product" in replica


@pytest.mark.parametrize(
    ("routers", "conjure", "numbers"),
    [
        ([], {}, []),
        ([], {"READ_YOUR_WRITES": 5}, ["E006"]),
        (["Replicated"], {}, []),
        (["Replicated"], {"READ_YOUR_WRITES": 5}, ["E006"]),
        (["OfTheShopAlone"], {}, ["W011"]),
        ([PRIMARY, "OfTheShopAlone"], {"READ_YOUR_WRITES": 5}, []),
        (["OfTheShopAlone", PRIMARY], {}, ["W011"]),
        ([PRIMARY, "Elsewhere"], {}, ["W012", "W012"]),
    ],
)
def test_checks_say_what_replicas_need(settings: Any, routers: list[str], conjure: Any, numbers: list[str]) -> None:
    settings.DATABASE_ROUTERS = [name if "." in name else f"{__name__}.{name}" for name in routers]
    settings.CONJURE = conjure
    assert [str(message.id).removeprefix("conjure.") for message in check_settings()] == numbers


def test_nothing_stays_behind_after_a_request(admin: User, api: Api, replica: list[str]) -> None:
    client = api(admin)
    client.post(TAGS, {"name": "One", "slug": "one"}, content_type="application/json")
    replica.clear()
    assert router.db_for_read(Category) == "default"
    assert replica == ["Category"]
    assert list(connections) == ["default"]
