"""Statements that are compiled once: the order of the rows, and the rows that foreign keys point to."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conjure.orm.fast_reads import Join, read
from tests.orm.comparing import CUSTOMERS, MODELS, PRODUCTS, contents
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Category, Customer, Dangling, Order, OrderedByCase, Product

pytestmark = pytest.mark.django_db


def test_the_order_that_a_database_keeps_is_kept(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    read_by_django.clear()
    for model in (OrderedByCase, Order):
        for term in ("pk", "-pk", *(field.attname for field in model._meta.concrete_fields)):
            rows = QuerySet(model).order_by(term, "-pk")
            assert [row.pk for row in read(rows).rows] == list(rows.values_list("pk", flat=True))
    assert read_by_django == []


def test_targets_come_in_the_same_query_each_once(read_by_django: list[Any]) -> None:
    make_shop()
    for terms in (["-pk"], ["priority", "-created_at", "pk"]):
        rows = Order._base_manager.order_by(*terms)[:3]
        for page in (rows, rows.only("customer", "product")):
            expected = contents(page.all())
            read_by_django.clear()
            with CaptureQueriesContext(connection) as queries:
                found = read(page.all(), [CUSTOMERS, PRODUCTS])
            assert len(queries) == 1
            assert queries[0]["sql"].count("LEFT OUTER JOIN") == 2
            assert queries[0]["sql"].count("LATERAL") == (2 if connection.vendor == "postgresql" else 0)
            assert read_by_django == []
            assert contents(found.rows) == expected
            customers = Customer._base_manager.filter(pk__in={order.customer_id for order in found.rows})
            expected = contents(customers.only("name", "email").order_by("pk"))
            assert contents(sorted(found.targets["customer_id"], key=lambda row: row.pk)) == expected
            assert {row.sku for row in found.targets["product_id"]} == {row.product_id for row in found.rows} - {None}


def test_a_row_whose_foreign_key_dangles_is_not_lost(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    rows = Dangling._base_manager.order_by("pk")
    target: Any = Dangling._meta.get_field("address").related_model
    read_by_django.clear()
    found = read(rows[:100], [Join("address_id", target, "id", frozenset())])
    assert read_by_django == []
    assert [row.pk for row in found.rows] == list(rows.values_list("pk", flat=True))
    there = set(target._base_manager.values_list("pk", flat=True))
    assert {row.pk for row in found.targets["address_id"]} == {row.address_id for row in found.rows} & there
    assert {row.address_id for row in found.rows} - there, "no row dangles"


def test_what_a_manager_hides_is_not_joined() -> None:
    hidden = [model for model in MODELS if model._base_manager.all().query.where]
    assert hidden
    for model in hidden:
        rows = Category._base_manager.order_by("pk")[:3]
        assert read(rows, [Join("parent_id", model, model._meta.pk.attname, frozenset())]).targets == {}


def test_a_list_takes_its_labels_along(admin: User, read_by_django: list[Any]) -> None:
    make_shop()
    client = Client()
    client.force_login(admin)
    first = client.get("/conjure/r/testapp.Product/").json()
    read_by_django.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/conjure/r/testapp.Product/").json() == first
    assert not {Product, Category} & set(read_by_django)
    assert any("LEFT OUTER JOIN" in query["sql"] for query in queries)


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_kept() -> None:
    kept: list[Any] = []

    def read_in_a_thread() -> None:
        read(Order._base_manager.order_by("pk")[:3], [CUSTOMERS, PRODUCTS])
        kept.append(weakref.ref(connections["default"]))
        connections.close_all()

    thread = threading.Thread(target=read_in_a_thread)
    thread.start()
    thread.join()
    gc.collect()
    assert kept[0]() is None
