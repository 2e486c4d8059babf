"""Computed columns: what a config's methods and a model's properties give, on both faces, and what they cost."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from conjure import display
from tests.conftest import Api, Configure, Gql
from tests.testapp.models import Customer, Order

pytestmark = pytest.mark.django_db
URL = "/conjure/r/testapp.Order/"


@display(description="With tax", ordering="total")
def total_with_tax(self: Any, obj: Order) -> Decimal:
    return obj.total * 2


@django_admin.display(description="Expensive?", boolean=True)
def is_expensive(self: Any, obj: Order) -> Any:
    return obj.total > 2


@display(ordering=F("customer__name").asc(), empty_value="nobody")
def buyer(self: Any, obj: Order) -> str:
    return f"{obj.customer.name} <{obj.customer.email}>" if obj.total != 1 else ""


@display(ordering="-number")
def parcels(self: Any, obj: Order) -> int | None:
    return 6 // int(obj.total - 3)


def weekday(self: Any, obj: Order) -> datetime.date:
    return obj.ordered_on


MEMBERS: dict[str, Any] = {
    "list_display": ("number", "total_with_tax", "is_expensive", "buyer", "parcels", "__str__"),
    "readonly_fields": ("weekday",),
    **{f.__name__: f for f in (total_with_tax, is_expensive, buyer, parcels, weekday)},
}
NAMES = ("total_with_tax", "is_expensive", "buyer", "parcels", "weekday")


@pytest.fixture
def orders(db: None, configure: Configure) -> list[Order]:
    configure(Order, **MEMBERS)
    return add_orders(1, 6)


def add_orders(first: int, last: int) -> list[Order]:
    day = datetime.date(2024, 1, 1)
    return [
        Order.objects.create(
            number=f"n{number:03}",
            total=number,
            ordered_on=day,
            customer=Customer.objects.create(name=f"c{(number * 7) % 10}{number}", email=f"{number}@example.com"),
        )
        for number in range(first, last)
    ]


def test_rows_have_the_columns_in_lists_alone_and_after_writes(admin: User, api: Api, orders: list[Order]) -> None:
    client = api(admin)
    rows = {row["number"]: row for row in client.get(URL).json()["results"]}
    expected = (2, False, "nobody", -3, "2024-01-01")
    assert tuple(rows["n001"][name] for name in NAMES)[1:] == expected[1:]
    assert Decimal(rows["n001"]["total_with_tax"]) == 2
    assert rows["n004"]["buyer"] == "c84 <4@example.com>"
    assert [rows[f"n00{n}"]["is_expensive"] for n in range(1, 6)] == [False, False, True, True, True]
    one = client.get(f"{URL}{orders[3].pk}/").json()
    assert one == rows["n004"]
    changed = client.patch(
        f"{URL}{orders[3].pk}/", {"total": "10", "buyer": "me", "weekday": "2020-01-01"}, "application/json"
    ).json()
    assert Decimal(changed["total_with_tax"]) == 20
    assert (changed["buyer"], changed["weekday"]) == ("c84 <4@example.com>", "2024-01-01")


def test_a_column_that_raises_for_one_row_costs_its_own_value(admin: User, api: Api, orders: list[Order]) -> None:
    rows = api(admin).get(URL, {"ordering": "number"}).json()["results"]
    assert [row["parcels"] for row in rows] == [-3, -6, None, 6, 3]


def test_graphql_types_the_columns_and_gives_the_same(admin: User, gql: Gql, orders: list[Order]) -> None:
    data = gql(admin, '{ __type(name: "TestappOrder") { fields { name type { name } } } }')["data"]
    types = {field["name"]: field["type"]["name"] for field in data["__type"]["fields"]}
    wanted = ("totalWithTax", "isExpensive", "buyer", "parcels", "weekday")
    assert [types[name] for name in wanted] == ["Decimal", "Boolean", "String", "BigInt", "Date"]
    text = "{ testappOrders { results { number totalWithTax isExpensive buyer parcels weekday } } }"
    rows = gql(admin, text)["data"]["testappOrders"]["results"]
    assert {row["number"]: row["parcels"] for row in rows}["n003"] is None
    nested = gql(admin, "{ testappCustomers { results { orders { buyer } } } }")
    found = [order["buyer"] for row in nested["data"]["testappCustomers"]["results"] for order in row["orders"]]
    assert sorted(found) == sorted(row["buyer"] for row in rows)


@pytest.mark.parametrize("name", ["total_with_tax", "buyer", "parcels"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_the_order_is_that_of_django_admin(admin: User, api: Api, orders: list[Order], name: str, sign: str) -> None:
    class OrderAdmin(django_admin.ModelAdmin):  # type: ignore[type-arg]
        list_display = MEMBERS["list_display"]

    for each in NAMES:
        setattr(OrderAdmin, each, MEMBERS[each])
    column = MEMBERS["list_display"].index(name) + 1  # After the checkboxes.
    request = RequestFactory().get("/", {"o": f"{sign}{column}"})
    request.user = admin
    changelist = OrderAdmin(Order, django_admin.AdminSite()).get_changelist_instance(request)
    expected = [order.number for order in changelist.queryset]
    rows = api(admin).get(URL, {"ordering": f"{sign}{name}"}).json()["results"]
    assert [row["number"] for row in rows] == expected
    first = api(admin).get(URL, {"ordering": f"{sign}{name}", "page_size": 2, "page": 2}).json()["results"]
    assert [row["number"] for row in first] == expected[2:4]


def test_sixty_rows_take_as_many_queries_as_five(admin: User, api: Api, orders: list[Order]) -> None:
    client = api(admin)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(client.get(URL, {"page_size": 100}).json()["results"]) == 5
    add_orders(6, 61)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(URL, {"page_size": 100}).json()["results"]) == 60
    assert len(many) == len(few)


def test_the_schema_describes_the_columns(admin: User, api: Api, orders: list[Order]) -> None:
    described = api(admin).get("/conjure/schema/testapp.Order/").json()
    columns = {column["name"]: column for column in described["computed_columns"]}
    assert columns["total_with_tax"] == {
        "name": "total_with_tax",
        "type": "DecimalField",
        "verbose_name": "With tax",
        "editable": False,
        "null": True,
        "sortable": True,
    }
    assert [columns[name]["sortable"] for name in NAMES] == [True, False, True, True, False]
    assert not {field["name"] for field in described["fields"]} & set(NAMES)
    assert described["list_display"] == list(MEMBERS["list_display"])


def test_an_excluded_column_is_hidden_from_the_request(
    admin: User, viewer: User, api: Api, gql: Gql, configure: Configure
) -> None:
    def get_exclude(self: Any, request: Any, obj: Any = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("buyer", "status")

    configure(Order, **{**MEMBERS, "list_display": ("number", "buyer", "get_status_display")}, get_exclude=get_exclude)
    add_orders(1, 3)
    hidden = {"buyer", "get_status_display"}
    assert hidden <= api(admin).get(URL).json()["results"][0].keys()
    assert not hidden & api(viewer).get(URL).json()["results"][0].keys()
    described = api(viewer).get("/conjure/schema/testapp.Order/").json()
    assert not hidden & {*described["list_display"], *(c["name"] for c in described["computed_columns"])}
    by_buyer = api(viewer).get(URL, {"ordering": "buyer"}).json()["results"]
    assert by_buyer == api(viewer).get(URL).json()["results"]
    answer = gql(viewer, "{ testappOrders { results { buyer } } }")
    assert answer["errors"]
    assert "example.com" not in str(answer)


def test_an_order_over_a_relation_tells_nothing_of_a_model_that_the_user_may_not_view(
    viewer: User, admin: User, api: Api, configure: Configure
) -> None:
    configure(Customer, has_view_permission=lambda self, request, obj=None: request.user.is_superuser)
    configure(Order, **MEMBERS)
    add_orders(1, 6)
    by_buyer = [row["number"] for row in api(viewer).get(URL, {"ordering": "buyer"}).json()["results"]]
    assert by_buyer == sorted(by_buyer)
    assert by_buyer != [row["number"] for row in api(admin).get(URL, {"ordering": "buyer"}).json()["results"]]


def test_annotations_of_the_queryset_can_be_shown(admin: User, api: Api, configure: Configure) -> None:
    def get_queryset(self: Any, request: Any) -> Any:
        return Order.objects.annotate(doubled=F("total") + F("total"))

    def doubled(self: Any, obj: Any) -> int:
        return int(obj.doubled)

    configure(Order, list_display=("number", "doubled"), get_queryset=get_queryset, doubled=doubled)
    add_orders(1, 3)
    rows = api(admin).get(URL, {"ordering": "number"}).json()["results"]
    assert [row["doubled"] for row in rows] == [2, 4]
    assert api(admin).get(f"{URL}{rows[0]['id']}/").json()["doubled"] == 2


def test_methods_that_change_data_are_never_called(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, list_display=("number", "delete"))
    add_orders(1, 3)
    assert "delete" not in api(admin).get(URL).json()["results"][0]
    assert Order.objects.count() == 2


@display(ordering="twice")
def doubled(self: Any, obj: Any) -> Decimal:
    return obj.twice  # type: ignore[no-any-return]


@display(ordering=F("nothing_of_the_kind"))
def strange(self: Any, obj: Order) -> str:
    return "x"


@display(ordering="-nothing_either")
def stranger(self: Any, obj: Order) -> str:
    return "x"


def annotated(self: Any, request: Any) -> Any:
    return self.model._default_manager.annotate(twice=F("total") * 2)


def test_an_annotation_of_the_config_can_be_shown_and_sorted_by(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, list_display=("number", "doubled"), doubled=doubled, get_queryset=annotated)
    add_orders(1, 4)
    client = api(admin)
    for order, expected in (("doubled", ["n001", "n002", "n003"]), ("-doubled", ["n003", "n002", "n001"])):
        rows = client.get(URL, {"ordering": order}).json()["results"]
        assert [row["number"] for row in rows] == expected
        assert [Decimal(row["doubled"]) for row in rows] == [2 * Decimal(row["total"]) for row in rows]


def test_an_order_that_django_does_not_understand_is_none(
    admin: User, api: Api, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    members = {"list_display": ("number", "strange", "stranger"), "strange": strange, "stranger": stranger}
    configure(Order, **members)
    add_orders(1, 4)
    client = api(admin)
    expected = [row["number"] for row in client.get(URL).json()["results"]]
    for order in ("strange", "-strange", "stranger", "-stranger"):
        answer = client.get(URL, {"ordering": order})
        assert answer.status_code == 200, order
        assert [row["number"] for row in answer.json()["results"]] == expected
    described = client.get("/conjure/schema/testapp.Order/").json()["computed_columns"]
    assert [column["sortable"] for column in described] == [False, False]
    assert "testapp.Order cannot be sorted by strange." in caplog.text
