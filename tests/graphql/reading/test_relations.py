"""Relations lead both ways, are filtered, in order and by page, and take a fixed number of queries."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import Gql
from tests.testapp.models import Customer, Order, Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_nested_lists_are_filtered_ordered_and_cut_for_each_row(admin: User, gql: Gql) -> None:
    answer = gql(
        admin,
        """{ testappProducts(ordering: [{sku: ASC}]) { results {
            sku
            first: tags(ordering: [{slug: ASC}], pagination: {limit: 1}) { slug }
            last: tags(ordering: [{slug: DESC}], pagination: {limit: 1}) { slug }
            second: tags(ordering: [{slug: ASC}], pagination: {offset: 1, limit: 1}) { slug }
            sale: tags(filters: {slug: {exact: "sale"}}) { slug name }
            tagsIds
        } } }""",
    )
    rows = {row["sku"]: row for row in answer["data"]["testappProducts"]["results"]}
    assert [tag["slug"] for tag in rows["SAW/2"]["first"]] == ["eco"]
    assert [tag["slug"] for tag in rows["SAW/2"]["last"]] == ["sale"]
    assert [tag["slug"] for tag in rows["SAW/2"]["second"]] == ["new"]
    assert [tag["name"] for tag in rows["HAM-1"]["sale"]] == ["Sale"]
    assert rows["4"]["first"] == rows["4"]["tagsIds"] == []
    ordered = Product.objects.get(pk="SAW/2").tags.values_list("pk", flat=True)
    assert rows["SAW/2"]["tagsIds"] == list(ordered)


def test_relations_lead_both_ways(admin: User, gql: Gql) -> None:
    answer = gql(
        admin,
        """{ testappCustomers(filters: {name: {startsWith: "Ada"}}) { results {
            name orders { number customer { name } items { quantity order { number } } }
        } } }""",
    )
    (ada,) = answer["data"]["testappCustomers"]["results"]
    assert {order["number"] for order in ada["orders"]} == {"A-1", "A-3"}
    for order in ada["orders"]:
        assert order["customer"] == {"name": "Ada Lovelace"}
        assert [item["order"]["number"] for item in order["items"]] == [order["number"]] * len(order["items"])
    assert any(order["items"] for order in ada["orders"])


def test_a_nested_query_takes_as_many_queries_for_thirty_rows_as_for_three(admin: User, gql: Gql) -> None:
    query = """{ testappOrders(pagination: {limit: 100}) { totalCount results {
        number _label customerLabel productLabel assignedToLabel statusDisplay
        customer { name _label orders { number } }
        product { sku tags { name } tagsIds category { name parent { name } } }
        items { quantity product { name } _label }
        shipments { _label order { customer { name } } }
    } } }"""

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = gql(admin, query)
        assert "errors" not in answer
        return len(captured)

    count()
    few = count()
    product, customers = Product.objects.first(), list(Customer.objects.all())
    for number in range(30):
        order = Order.objects.create(
            number=f"B-{number}", customer=customers[number % 3], product=product, ordered_on="2024-01-01"
        )
        order.shipments.create(carrier=f"Carrier {number}")
        order.items.create(product=product, unit_price=1)
    assert count() == few
