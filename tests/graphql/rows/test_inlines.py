"""Rows that a config declares as its inlines exist only where the row that they belong to does."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.admin_config import OrderConfig
from tests.testapp.factories import create
from tests.testapp.models import Attachment, Category, Customer, Order, OrderItem, Product, Shipment

pytestmark = pytest.mark.django_db

JSON = "application/json"
URL = "/conjure/r/testapp.OrderItem/"


@pytest.fixture
def items(db: None, monkeypatch: pytest.MonkeyPatch) -> list[OrderItem]:
    """An item of a visible order and one of a hidden one."""

    def get_queryset(self: Any, request: HttpRequest) -> Any:
        return Order.objects.filter(comment="shown")

    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    product = Product.objects.create(sku="p", name="p", category=Category.objects.create(name="c"), price=1)
    made = ({"number": c, "customer": customer, "ordered_on": "2024-01-01", "comment": c} for c in ("shown", "hidden"))
    orders = create(Order, *made)
    monkeypatch.setattr(OrderConfig, "get_queryset", get_queryset)
    return create(OrderItem, *({"order": order, "product": product, "unit_price": 1} for order in orders))


def test_children_of_a_hidden_row_are_not_seen(admin: User, api: Api, gql: Gql, items: list[OrderItem]) -> None:
    client, (shown, hidden) = api(admin), items
    assert [row["id"] for row in client.get(URL).json()["results"]] == [shown.pk]
    assert client.get(f"{URL}?order={hidden.order_id}").json()["count"] == 0
    assert client.get(f"{URL}autocomplete/?q={hidden.pk}").json()["results"] == []
    for path in ("", "related/"):
        assert client.get(f"{URL}{hidden.pk}/{path}").status_code == 404
        assert client.get(f"{URL}{shown.pk}/{path}").status_code == 200
    assert gql(admin, "{ testappOrderItemsAggregate { count } }")["data"]["testappOrderItemsAggregate"] == [
        {"count": 1}
    ]
    nested = gql(admin, '{ testappProduct(pk: "p") { orderItems { id } } }')["data"]["testappProduct"]
    assert nested["orderItems"] == [{"id": shown.pk}]


def test_children_of_a_hidden_row_are_not_written(admin: User, api: Api, items: list[OrderItem]) -> None:
    client, (shown, hidden) = api(admin), items
    before = list(OrderItem.objects.order_by("pk").values())
    change = {"quantity": 7}
    assert client.patch(f"{URL}{hidden.pk}/", change, content_type=JSON).status_code == 404
    assert client.delete(f"{URL}{hidden.pk}/").status_code == 404
    moved = {"order": hidden.order_id}
    assert client.patch(f"{URL}{shown.pk}/", moved, content_type=JSON).status_code == 400
    new = {"order": hidden.order_id, "product": "p", "unit_price": "1.00"}
    assert client.post(URL, new, content_type=JSON).status_code == 400
    for body in (
        {"action": "update", "ids": [hidden.pk], "data": change},
        {"action": "delete", "ids": [hidden.pk]},
        {"operations": [{"op": "update", "pk": hidden.pk, "data": change}]},
    ):
        client.post(f"{URL}bulk/", body, content_type=JSON)
    assert list(OrderItem.objects.order_by("pk").values()) == before
    assert not AdminAuditLog.objects.exists()
    assert client.patch(f"{URL}{shown.pk}/", change, content_type=JSON).status_code == 200


def test_models_that_are_no_inlines_are_not_narrowed(admin: User, api: Api, items: list[OrderItem]) -> None:
    for item in items:
        Shipment.objects.create(order=item.order, carrier="c")
        Attachment.objects.create(order=item.order, title="t")
    Attachment.objects.create(title="of no order")
    assert api(admin).get("/conjure/r/testapp.Shipment/").json()["count"] == 2
    assert api(admin).get("/conjure/r/testapp.Attachment/").json()["count"] == 2
