"""What is loaded beside the rows: labels that come in the same query, long nested lists, receivers of instances."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.signals import post_init, pre_init
from django.test.utils import CaptureQueriesContext

from conjure.graphql.reading import relations
from tests.conftest import Api, Gql
from tests.testapp.models import (
    Category,
    Customer,
    Folder,
    Note,
    Order,
    Product,
    SoftDeleted,
    SoftDeletedReference,
    Tag,
)

pytestmark = pytest.mark.django_db


# Labels.


def test_labels_of_hidden_rows_are_not_told_however_often_one_asks(viewer: User, api: Api) -> None:
    shown = Note.objects.create(title="for all", is_public=True)
    hidden = Note.objects.create(title="for superusers")
    Folder.objects.create(name="1", cover=shown)
    Folder.objects.create(name="2", cover=hidden)
    client = api(viewer)
    # What a label reads is learned by the first request; from then on it may come with the rows.
    for _ in range(3):
        rows = client.get("/conjure/r/testapp.Folder/").json()["results"]
        assert [row["cover_label"] for row in rows] == ["for all", None]
        row = client.get(f"/conjure/r/testapp.Folder/{rows[1]['id']}/").json()
        assert row["cover_label"] is None


def test_keys_of_rows_that_the_manager_hides_are_not_told(admin: User, api: Api, gql: Gql) -> None:
    shown, hidden = SoftDeleted.objects.create(name="shown"), SoftDeleted.objects.create(name="hidden")
    row = SoftDeletedReference.objects.create(target=shown)
    row.targets.set([shown, hidden])
    SoftDeleted.objects.filter(pk=hidden.pk).update(deleted_at="2024-01-01T00:00Z")
    assert api(admin).get(f"/conjure/r/testapp.SoftDeletedReference/{row.pk}/").json()["targets"] == [shown.pk]
    answer = gql(admin, "{ testappSoftDeletedReferences { results { targetsIds } } }")
    assert answer["data"]["testappSoftDeletedReferences"]["results"] == [{"targetsIds": [shown.pk]}]


# Nested lists.


@pytest.fixture
def _counts_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database counts nested rows off from the third on."""
    monkeypatch.setattr(relations, "_TRIM_IN_PYTHON", 2)


@pytest.mark.usefixtures("_counts_early")
@pytest.mark.parametrize(
    ("pagination", "expected"),
    [
        ("{limit: 2}", {"Ada": ["A4", "A3"], "Bob": ["B1", "B0"], "Eve": []}),
        ("{offset: 1, limit: 2}", {"Ada": ["A3", "A2"], "Bob": ["B0"], "Eve": []}),
        ("{offset: 4}", {"Ada": ["A0"], "Bob": [], "Eve": []}),
        ("{limit: 0}", {"Ada": [], "Bob": [], "Eve": []}),
    ],
)
def test_long_nested_lists_are_cut_by_the_database_as_short_ones_are_here(
    admin: User, gql: Gql, pagination: str, expected: dict[str, list[str]]
) -> None:
    for name, count in (("Ada", 5), ("Bob", 2), ("Eve", 0)):
        customer = Customer.objects.create(name=name, email=f"{name}@example.com")
        for number in range(count):
            customer.orders.create(number=f"{name[0]}{number}", ordered_on="2024-01-01", priority=number)
    query = "{ testappCustomers { results { name orders(ordering: [{number: DESC}], pagination: %s) { number } } } }"
    with CaptureQueriesContext(connection) as queries:
        answer = gql(admin, query % pagination)
    rows = answer["data"]["testappCustomers"]["results"]
    assert {row["name"]: [order["number"] for order in row["orders"]] for row in rows} == expected
    assert any("ROW_NUMBER()" in query["sql"] for query in queries), "the list was cut in Python"


def test_more_links_than_can_be_held_are_refused(admin: User, gql: Gql, monkeypatch: pytest.MonkeyPatch) -> None:
    product = Product.objects.create(sku="P", name="P", category=Category.objects.create(name="c"), price=1)
    product.tags.set([Tag.objects.create(name=f"tag {number}", slug=f"t{number}") for number in range(4)])
    query = "{ testappProducts { results { tags { name } } } }"
    monkeypatch.setattr(relations, "_MAX_LINKS", 4)
    assert len(gql(admin, query)["data"]["testappProducts"]["results"][0]["tags"]) == 4
    monkeypatch.setattr(relations, "_MAX_LINKS", 3)
    assert gql(admin, query)["errors"][0]["extensions"]["code"] == "LIMITED"


# Receivers.


@pytest.mark.parametrize("signal", [pre_init, post_init], ids=["pre_init", "post_init"])
def test_receivers_are_told_of_every_row_that_is_read(admin: User, api: Api, signal: Any) -> None:
    category = Category.objects.create(name="a category")
    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    product = Product.objects.create(sku="P", name="P", category=category, price=1)
    Order.objects.create(number="N", customer=customer, product=product, ordered_on="2024-01-01")
    client = api(admin)
    # Before anybody listens, so that the fast ways are known by then.
    for _ in range(2):
        client.get("/conjure/r/testapp.Order/")
    told: list[type] = []

    def receive(sender: Any, **_: Any) -> None:
        told.append(sender)

    for model in (Order, Customer, Product):
        signal.connect(receive, sender=model)
    try:
        for _ in range(2):
            told.clear()
            answer = client.get("/conjure/r/testapp.Order/").json()
            assert answer["results"][0]["customer_label"] == "Ada"
            assert {Order, Customer, Product} <= set(told)
    finally:
        for model in (Order, Customer, Product):
            signal.disconnect(receive, sender=model)


def test_a_receiver_that_looks_at_the_row_costs_no_query_for_each(admin: User, api: Api) -> None:
    def receive(sender: Any, instance: Any, **_: Any) -> None:
        instance.seen = (instance.name, instance.description)

    client = api(admin)
    Category.objects.create(name="first")
    url = "/conjure/r/testapp.Category/autocomplete/"
    client.get(url)
    post_init.connect(receive, sender=Category)
    try:
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        Category.objects.bulk_create([Category(name=f"category {number}") for number in range(10)])
        with CaptureQueriesContext(connection) as many:
            assert len(client.get(url).json()["results"]) == 11
    finally:
        post_init.disconnect(receive, sender=Category)
    assert len(many) == len(few)
