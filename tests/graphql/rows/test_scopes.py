"""Scopes that do not commute with ``filter()``: a hidden row is absent wherever a request could name it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from tests.conftest import Api, Configure, Gql
from tests.testapp.models import Customer, Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

URL = "/conjure/r/testapp.Order/"


def newest_of_each_customer(config: Any, request: Any) -> Any:
    number = Window(RowNumber(), partition_by="customer", order_by="-pk")
    return Order.objects.annotate(place=number).filter(place=1)


def newest(config: Any, request: Any) -> Any:
    return Order.objects.order_by("-pk")[:1]


def either(config: Any, request: Any) -> Any:
    last = Order.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows = Order.objects.order_by()  # Django 5.2 makes no union of ordered rows on SQLite.
    return rows.filter(pk=last).union(rows.filter(pk=last, customer=F("customer")))


def one_of_each_customer(config: Any, request: Any) -> Any:
    return Order.objects.order_by("customer_id", "-pk").distinct("customer_id")


SCOPES = [newest_of_each_customer, newest, either, one_of_each_customer]


@pytest.fixture(params=SCOPES, ids=lambda scope: scope.__name__)
def hidden(request: pytest.FixtureRequest, configure: Configure) -> Order:
    """An order that the scope hides: its customer has a newer one."""
    if request.param is one_of_each_customer and not connection.features.can_distinct_on_fields:
        pytest.skip("DISTINCT ON is PostgreSQL's")
    order = Order.objects.order_by("pk")[0]
    newer = Order.objects.get(pk=order.pk)
    newer.pk, newer.number = None, "newer"
    newer.save(force_insert=True)
    configure(Order, get_queryset=request.param)
    return order


def test_the_row_is_in_no_list_and_cannot_be_opened(hidden: Order, api: Api, admin: User, gql: Gql) -> None:
    client = api(admin)
    listed = client.get(URL).json()
    assert listed["count"] >= 1
    assert hidden.pk not in [row["id"] for row in listed["results"]]
    for query in (f"id={hidden.pk}", f"number={hidden.number}", f"search={hidden.number}"):
        assert client.get(f"{URL}?{query}").json()["count"] == 0, query
    assert client.get(f"{URL}{hidden.pk}/").status_code == 404
    assert client.get(f"{URL}{hidden.pk}/related/").status_code == 404
    found = client.get(f"{URL}autocomplete/?q={hidden.pk}").json()["results"]
    assert hidden.pk not in [option["value"] for option in found]
    query = "query ($pk: String!) { testappOrdersConnection(filters: {number: {exact: $pk}}) { nodes { id } } }"
    assert gql(admin, query, pk=hidden.number)["data"]["testappOrdersConnection"]["nodes"] == []


def test_the_row_cannot_be_written(hidden: Order, api: Api, admin: User) -> None:
    client = api(admin)
    before = Order.objects.filter(pk=hidden.pk).values().get()
    change = {"note": "changed"}
    assert client.patch(f"{URL}{hidden.pk}/", change, content_type="application/json").status_code == 404
    assert client.delete(f"{URL}{hidden.pk}/").status_code == 404
    for body in (
        {"action": "update", "ids": [hidden.pk], "data": change},
        {"action": "delete", "ids": [hidden.pk]},
        {"operations": [{"op": "delete", "pk": hidden.pk}]},
    ):
        client.post(f"{URL}bulk/", body, content_type="application/json")
    assert Order.objects.filter(pk=hidden.pk).values().get() == before


def test_the_row_does_not_come_over_a_relation(hidden: Order, admin: User, gql: Gql) -> None:
    customer = Customer.objects.get(pk=hidden.customer_id)
    query = "query ($pk: ID!) { testappCustomer(pk: $pk) { orders { id } } }"
    orders = gql(admin, query, pk=str(customer.pk))["data"]["testappCustomer"]["orders"]
    assert hidden.pk not in [row["id"] for row in orders]
    query = (
        "query ($number: String!) { testappCustomers(filters: {orders: {number: {exact: $number}}}) { totalCount } }"
    )
    assert gql(admin, query, number=hidden.number)["data"]["testappCustomers"]["totalCount"] == 0


def test_the_row_cannot_be_pointed_at(hidden: Order, api: Api, admin: User) -> None:
    answer = api(admin).post(
        "/conjure/r/testapp.Shipment/", {"order": hidden.pk, "carrier": "x"}, content_type="application/json"
    )
    assert answer.status_code == 400
    assert list(answer.json()) == ["order"]
    shown = Order.objects.order_by("-pk")[0]
    answer = api(admin).post(
        "/conjure/r/testapp.Shipment/", {"order": shown.pk, "carrier": "x"}, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content


def test_rows_of_the_scope_are_served_and_written(hidden: Order, api: Api, admin: User) -> None:
    shown = Order.objects.order_by("-pk")[0]
    client = api(admin)
    assert client.get(f"{URL}{shown.pk}/").status_code == 200
    answer = client.patch(f"{URL}{shown.pk}/", {"note": "changed"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert client.get(f"{URL}?ordering=-number&page_size=1").status_code == 200
