"""Labels take a fixed number of queries, whatever they read."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import Gql
from tests.testapp.models import Customer, Order
from tests.testapp.models.relations import TextGenericItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_labels_that_walk_relations_take_a_fixed_number_of_queries(admin: User, gql: Gql) -> None:
    query = "{ testappShipments(pagination: {limit: 100}) { results { _label } } }"
    gql(admin, query)
    order = Order.objects.first()
    with CaptureQueriesContext(connection) as few:
        gql(admin, query)
    for number in range(40):
        order.shipments.create(carrier=f"Carrier {number}")
    with CaptureQueriesContext(connection) as many:
        answer = gql(admin, query)
    labels = [row["_label"] for row in answer["data"]["testappShipments"]["results"]]
    assert len(labels) == 43
    assert all(" to " in label for label in labels)
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries][:12]


def test_labels_that_walk_a_generic_foreign_key_take_a_query_for_each_model(
    admin: User, gql: Gql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextGenericItem, "__str__", lambda self: f"on {self.subject}")
    orders, customers = list(Order.objects.all()), list(Customer.objects.all())
    query = "{ testappTextGenericItems(pagination: {limit: 200}, ordering: [{id: ASC}]) { results { _label } } }"

    def labels() -> list[str]:
        return [row["_label"] for row in gql(admin, query)["data"]["testappTextGenericItems"]["results"]]

    def add(times: int) -> list[str]:
        for target in (*orders, *customers) * times:
            TextGenericItem.objects.create(subject=target)
        return [f"on {target}" for target in (*orders, *customers) * times]

    expected = add(1)
    assert labels() == expected
    with CaptureQueriesContext(connection) as few:
        labels()
    expected += add(5)
    with CaptureQueriesContext(connection) as many:
        assert labels() == expected
    assert len(many) == len(few), [query["sql"] for query in many.captured_queries][:12]

    kind = ContentType.objects.get_for_model(Customer)
    gone = ContentType.objects.create(app_label="gone", model="gone")
    for content_type, key in ((kind, "not a key"), (kind, "0" * 32), (gone, "1"), (None, "")):
        TextGenericItem.objects.create(kind=content_type, object_key=key)
    shown = labels()
    assert shown[: len(expected)] == expected
    assert len(shown) == len(expected) + 4
    assert shown[-1] == "on None"
