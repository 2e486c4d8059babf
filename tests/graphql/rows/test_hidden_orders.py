"""What a scope hides, or the user may not view, is told by no order and no cursor: its values count as NULL."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signing import b64_decode
from django.db.models import Case, F, Value, When
from django.db.models.functions import Lower
from django.http import HttpRequest

from tests.conftest import Api, Gql
from tests.graphql.orders import permission
from tests.testapp.admin_config import CustomerConfig, OrderConfig, ProductConfig, TagConfig
from tests.testapp.factories import create
from tests.testapp.models import Category, Customer, Order, Product, Tag

pytestmark = pytest.mark.django_db

NAMES = ("Zoe", "Ada", "Max")


@pytest.fixture
def orders(db: None) -> list[Order]:
    """Orders number 0 of Zoe, 1 of Ada and 2 of Max, who may be seen by everybody."""
    customers = create(Customer, *({"name": name, "email": f"{name}@example.com"} for name in NAMES))
    made = ({"number": n, "customer": c, "ordered_on": "2024-01-01"} for n, c in enumerate(customers))
    return create(Order, *made)


@pytest.fixture
def scope(orders: list[Order], monkeypatch: pytest.MonkeyPatch) -> None:
    """All customers but Max are hidden."""

    def get_queryset(self: Any, request: HttpRequest) -> Any:
        return Customer.objects.filter(name="Max")

    monkeypatch.setattr(CustomerConfig, "get_queryset", get_queryset)


LISTS = {
    "list": "query ($by: [TestappOrderOrder!]) { testappOrders(ordering: $by) { results { number } } }",
    "connection": "query ($by: [TestappOrderOrder!]) { testappOrdersConnection(ordering: $by)"
    " { results: nodes { number } } }",
}
CURSORS = "query ($by: [TestappOrderOrder!]) { testappOrdersConnection(ordering: $by) { edges { cursor } } }"


def ask(gql: Gql, user: User, way: str, by: Any) -> list[str]:
    answer = gql(user, LISTS[way], by=by)
    assert "errors" not in answer, answer
    return [row["number"] for row in next(iter(answer["data"].values()))["results"]]


def swap_names(orders: list[Order]) -> None:
    """Give the customers of the first two orders, who may be hidden, each other's name and email."""
    zoe, ada = (Customer.objects.get(pk=order.customer_id) for order in orders[:2])
    Customer.objects.filter(pk=zoe.pk).update(name=ada.name, email="swap@example.com")
    Customer.objects.filter(pk=ada.pk).update(name=zoe.name, email=zoe.email)
    Customer.objects.filter(pk=zoe.pk).update(email=ada.email)


ORDERS: list[Any] = [
    [{"customer": {"name": "ASC"}}],
    [{"customer": {"name": "DESC_NULLS_FIRST"}}],
    [{"customer": {"email": "DESC"}}, {"number": "ASC"}],
]


@pytest.mark.usefixtures("scope")
def test_an_order_over_hidden_rows_does_not_depend_on_them(admin: User, gql: Gql, orders: list[Order]) -> None:
    for way, by in itertools.product(("list", "connection"), ORDERS):
        before = ask(gql, admin, way, by)
        assert sorted(before) == ["0", "1", "2"]
        swap_names(orders)
        assert ask(gql, admin, way, by) == before, (way, by)
        hidden = [number for number in before if number != "2"]
        assert hidden in (["0", "1"], ["1", "0"])


def test_an_order_over_visible_rows_is_as_before(admin: User, gql: Gql, orders: list[Order]) -> None:
    for way in ("list", "connection"):
        assert ask(gql, admin, way, ORDERS[0]) == ["1", "2", "0"]


@pytest.mark.usefixtures("scope")
def test_a_cursor_holds_no_value_of_a_hidden_row(admin: User, gql: Gql, orders: list[Order]) -> None:
    held = {}
    for edge in gql(admin, CURSORS, by=ORDERS[0])["data"]["testappOrdersConnection"]["edges"]:
        values = json.loads(b64_decode(edge["cursor"].partition(":")[0].encode()))
        held[values[-1]] = values[1]
    assert held == {orders[0].pk: None, orders[1].pk: None, orders[2].pk: "Max"}


@pytest.mark.usefixtures("scope")
def test_pages_by_cursor_over_hidden_rows_hold_each_row_once(admin: User, gql: Gql, orders: list[Order]) -> None:
    page = (
        "query ($by: [TestappOrderOrder!], $after: String) { testappOrdersConnection"
        "(ordering: $by, first: 1, after: $after) { nodes { number } pageInfo { endCursor } } }"
    )
    for by in ORDERS:
        seen, after = [], None
        for _ in range(4):
            found = gql(admin, page, by=by, after=after)["data"]["testappOrdersConnection"]
            seen += [row["number"] for row in found["nodes"]]
            after = found["pageInfo"]["endCursor"]
        assert seen == ask(gql, admin, "list", by)


CONFIGS: list[Any] = [
    ["customer__name"],
    ["-customer__name"],
    ["customer"],
    [Lower("customer__name")],
    [F("customer__name").desc(nulls_last=True)],
    [Case(When(customer__name="Ada", then=Value(0)), default=Value(1))],
]


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("ordering", CONFIGS, ids=repr)
def test_the_configs_own_order_does_not_depend_on_hidden_rows(
    admin: User, gql: Gql, api: Api, orders: list[Order], ordering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderConfig, "ordering", ordering)
    before = [ask(gql, admin, way, []) for way in ("list", "connection")]
    swap_names(orders)
    assert [ask(gql, admin, way, []) for way in ("list", "connection")] == before


@pytest.mark.parametrize("ordering", CONFIGS, ids=repr)
def test_the_configs_own_order_does_not_depend_on_models_that_the_user_may_not_view(
    clerk: User, gql: Gql, orders: list[Order], ordering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.user_permissions.add(permission("view_order"))
    monkeypatch.setattr(OrderConfig, "ordering", ordering)
    before = [ask(gql, clerk, way, []) for way in ("list", "connection")]
    swap_names(orders)
    assert [ask(gql, clerk, way, []) for way in ("list", "connection")] == before


@pytest.fixture
def tagged(monkeypatch: pytest.MonkeyPatch) -> list[Product]:
    """Products with a hidden tag and a visible one each."""

    def get_queryset(self: Any, request: HttpRequest) -> Any:
        return Tag.objects.exclude(name__startswith="hidden")

    monkeypatch.setattr(TagConfig, "get_queryset", get_queryset)
    category = Category.objects.create(name="c")
    products = create(Product, *({"sku": s, "name": s, "category": category, "price": 1} for s in "ab"))
    for product, names in zip(products, (("hidden 1", "y"), ("hidden 2", "x")), strict=True):
        product.tags.set(Tag.objects.create(name=name, slug=name.replace(" ", "-")) for name in names)
    return products


def test_an_order_by_several_related_rows_counts_the_visible_ones(
    admin: User, api: Api, tagged: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    for ordering in ("tags__name", "-tags__name"):
        monkeypatch.setattr(ProductConfig, "ordering", (ordering,))
        rows = api(admin).get("/conjure/r/testapp.Product/").json()["results"]
        assert [row["sku"] for row in rows] == (["b", "a"] if ordering == "tags__name" else ["a", "b"])


def test_the_keys_of_a_list_are_not_in_the_order_of_a_hidden_column(
    viewer: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TagConfig, "get_exclude", lambda self, request, obj=None: ("name",))
    category = Category.objects.create(name="c")
    product = Product.objects.create(sku="a", name="a", category=category, price=1)
    tags = [Tag.objects.create(name=name, slug=name) for name in "zax"]
    product.tags.set(tags)
    row = api(viewer).get("/conjure/r/testapp.Product/a/").json()
    assert row["tags"] == [tag.pk for tag in tags]
