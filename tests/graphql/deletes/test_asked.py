"""What a delete takes along is asked for, whichever way rows are deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from tests.conftest import Api, Configure, Gql
from tests.testapp.admin_config import ShipmentConfig
from tests.testapp.models import Category, Customer, Order, Product, Shipment

pytestmark = pytest.mark.django_db

WAYS = ["one", "bulk", "operations"]


@pytest.fixture
def order() -> Order:
    """An order with two shipments."""
    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    order = Order.objects.create(number="N", customer=customer, ordered_on="2024-01-01")
    order.shipments.create(carrier="by sea")
    order.shipments.create(carrier="by air")
    return order


def delete(api: Api, user: User, order: Order, way: str) -> int:
    """The status of a delete of the order."""
    client = api(User.objects.get(pk=user.pk))
    if way == "one":
        return int(client.delete(f"/conjure/r/testapp.Order/{order.pk}/").status_code)
    body: dict[str, Any] = {"action": "delete", "ids": [order.pk]}
    if way == "operations":
        body = {"operations": [{"op": "delete", "pk": order.pk}]}
    return int(client.post("/conjure/r/testapp.Order/bulk/", body, content_type="application/json").status_code)


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="testapp", codename__in=codenames))


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_delete_asks_what_goes_along(clerk: User, api: Api, order: Order, way: str) -> None:
    grant(clerk, "delete_order", "view_order", "delete_orderitem", "delete_attachment")
    assert delete(api, clerk, order, way) == 403
    assert (Order.objects.count(), Shipment.objects.count()) == (1, 2)
    grant(clerk, "delete_shipment")
    assert delete(api, clerk, order, way) < 300
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_each_row_that_goes_along_is_asked_for(
    admin: User, api: Api, order: Order, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def has_delete_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or obj.carrier != "by air"

    monkeypatch.setattr(ShipmentConfig, "has_delete_permission", has_delete_permission)
    assert delete(api, admin, order, way) == 403
    assert (Order.objects.count(), Shipment.objects.count()) == (1, 2)
    Shipment.objects.filter(carrier="by air").delete()
    assert delete(api, admin, order, way) < 300


def test_hooks_are_not_called_for_rows_that_are_protected(admin: User, gql: Gql, configure: Configure) -> None:
    deleted: list[Any] = []

    def delete_model(self: Any, request: HttpRequest, obj: Any) -> None:
        deleted.append(obj.pk)
        obj.delete()

    configure(Category, delete_model=delete_model)
    free, *used = [Category.objects.create(name=name).pk for name in ("free", "one", "other")]
    for category in used:
        Product.objects.create(sku=f"P{category}", name="P", category_id=category, price=1)
    delete = "mutation ($pks: [JSON!]!) { bulkDeleteTestappCategories(pks: $pks) { deleted } }"

    [error] = gql(admin, delete, pks=[free, *used])["errors"]

    # What protects any of the rows is told, not only what protects the first of them.
    assert error["extensions"]["code"] == "PROTECTED"
    assert [found["count"] for found in error["extensions"]["protected"]] == [2]
    assert deleted == []
    assert gql(admin, delete, pks=[free])["data"]["bulkDeleteTestappCategories"] == {"deleted": 1}
    assert deleted == [free]
