"""Filters across a relation ask for the view permission of the models on the way; search fields do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Configure, Gql
from tests.graphql.orders import permission
from tests.testapp.admin_config import CustomerConfig, OrderConfig, ProductConfig
from tests.testapp.factories import Shop
from tests.testapp.models import Customer, Order, Product

pytestmark = pytest.mark.django_db

ORDERS = "/conjure/r/testapp.Order/"


@pytest.fixture
def clerk(clerk: User) -> User:
    """May view and change orders and view products, and not view customers."""
    names = ("view_order", "change_order", "view_product")
    clerk.user_permissions.set([permission(name) for name in names])
    return clerk


@pytest.fixture
def orders(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    monkeypatch.setattr(OrderConfig, "list_filter", ("status", "customer__email", "customer"))
    monkeypatch.setattr(OrderConfig, "search_fields", ("customer__email",))
    return list(Order.objects.all())


REFUSED = ("customer__email", "customer__email__icontains", "customer__email__gte", "customer__email__isnull")


@pytest.mark.parametrize("name", REFUSED)
def test_rest_refuses_a_declared_filter_beyond_the_permission(
    orders: list[Order], api: Api, clerk: User, viewer: User, name: str
) -> None:
    value = "1" if name.endswith("isnull") else "a"
    refused = api(clerk).get(ORDERS, {name: value})
    assert (refused.status_code, list(refused.json())) == (403, ["detail"])
    assert api(viewer).get(ORDERS, {name: value}).status_code == 200


def test_the_answer_does_not_depend_on_the_value(orders: list[Order], api: Api, clerk: User) -> None:
    email = orders[0].customer.email
    answers = [
        api(clerk).get(ORDERS, {"customer__email": value}).content for value in (email, "none@example.com", "\x00")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_an_empty_filter_is_none(orders: list[Order], api: Api, clerk: User) -> None:
    assert api(clerk).get(ORDERS, {"customer__email": ""}).json()["count"] == len(orders)


def test_an_action_is_refused_and_does_nothing(orders: list[Order], api: Api, clerk: User) -> None:
    body = {"all_filtered": True, "params": {"customer__email__icontains": "a"}}
    answer = api(clerk).post(f"{ORDERS}action/cancel/", body, content_type="application/json")
    assert answer.status_code == 403
    assert set(Order.objects.values_list("pk", "status")) == {(order.pk, order.status) for order in orders}


FILTERS: tuple[dict[str, Any], ...] = (
    {"customer": {"email": {"iContains": "a"}}},
    {"customer": {}},
    {"NOT": [{"customer": {"email": {"exact": "a"}}}]},
    {"OR": [{"status": {"exact": "paid"}}, {"customer": {"tier": {"exact": "gold"}}}]},
)


@pytest.mark.parametrize("filters", FILTERS)
def test_graphql_refuses_nested_filters_beyond_the_permission(
    orders: list[Order], gql: Gql, clerk: User, viewer: User, filters: dict[str, Any]
) -> None:
    query = "query ($f: TestappOrderFilter) { testappOrders(filters: $f) { totalCount } }"
    assert gql(clerk, query, f=filters)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert "errors" not in gql(viewer, query, f=filters)


def test_the_rule_that_refuses_is_the_permission_of_the_model_on_the_way(
    orders: list[Order], api: Api, clerk: User, settings: Any
) -> None:
    settings.DEBUG = True
    assert api(clerk).get(ORDERS, {"customer__email": "a"})["Conjure-Rule"] == "testapp.view_customer"


def test_keys_that_the_row_shows_can_be_filtered_by(orders: list[Order], api: Api, clerk: User) -> None:
    key = orders[0].customer_id
    count = Order.objects.filter(customer=key).count()
    for name in ("customer", "customer__in"):
        assert api(clerk).get(ORDERS, {name: str(key)}).json()["count"] == count
    assert api(clerk).get("/conjure/r/testapp.Product/", {"tags": "1"}).status_code == 200


def test_a_relation_that_another_model_holds_is_asked_for(
    shop: Shop, api: Api, clerk: User, configure: Configure
) -> None:
    configure(Product, list_filter=("orders", "orders__number"))
    configure(Customer, list_filter=("orders",))
    clerk.user_permissions.set([permission("view_product")])
    order = Order.objects.exclude(product=None).first()
    assert order is not None
    for name, value in (("orders", str(order.pk)), ("orders__number", order.number)):
        assert api(clerk).get("/conjure/r/testapp.Product/", {name: value}).status_code == 403


def test_search_fields_are_the_configs_choice(orders: list[Order], api: Api, clerk: User) -> None:
    customer = orders[0].customer
    found = api(clerk).get(ORDERS, {"search": customer.email}).json()
    assert found["count"] == Order.objects.filter(customer__email__icontains=customer.email).count() > 0


def test_excluded_columns_and_hidden_rows_are_not_searched_even_so(
    orders: list[Order], api: Api, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = orders[0].customer.email
    monkeypatch.setattr(CustomerConfig, "get_queryset", lambda self, request: Customer.objects.none())
    assert api(clerk).get(ORDERS, {"search": email}).json()["count"] == 0
    monkeypatch.undo()
    monkeypatch.setattr(OrderConfig, "search_fields", ("customer__email",))
    monkeypatch.setattr(CustomerConfig, "get_exclude", lambda self, request, obj=None: ("email",))
    assert api(clerk).get(ORDERS, {"search": email}).json()["count"] == 0


def test_the_schema_lists_only_filters_that_may_be_used(
    orders: list[Order], api: Api, clerk: User, viewer: User
) -> None:
    def filters(user: User) -> list[str]:
        listed: list[str] = api(user).get("/conjure/schema/testapp.Order/").json()["list_filter"]
        return listed

    assert filters(clerk) == ["status", "customer"]
    assert "customer__email" in filters(viewer)
    assert api(clerk).get("/conjure/schema/testapp.Product/").json()["list_filter"] == list(ProductConfig.list_filter)
