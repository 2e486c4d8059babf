"""A field that ``get_exclude`` hides does not exist, from whichever side of a relation it is looked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest

from tests.conftest import Api, Gql
from tests.testapp.admin_config import CustomerConfig, OrderConfig, ProductConfig, TagConfig
from tests.testapp.factories import create
from tests.testapp.models import Category, Customer, Order, Product, Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """Two orders, of Zoe and of Ada. Nobody but superusers may know who ordered, nor how products are tagged."""

    def hide(*names: str) -> Any:
        def get_exclude(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
            return (*self.exclude, *(() if request.user.is_superuser else names))

        return get_exclude

    for config, hidden in ((OrderConfig, "customer"), (ProductConfig, "tags"), (CustomerConfig, "tier")):
        monkeypatch.setattr(config, "get_exclude", hide(hidden))
    monkeypatch.setattr(OrderConfig, "ordering", ("customer__name",))
    monkeypatch.setattr(OrderConfig, "list_filter", ("customer__tier",))
    category = Category.objects.create(name="c")
    Product.objects.create(sku="p", name="p", category=category, price=1).tags.add(Tag.objects.create(name="hot"))
    zoe, ada = create(Customer, *({"name": name, "email": f"{name}@example.com"} for name in ("Zoe", "Ada")))
    made = (("1", zoe), ("2", ada))
    return create(Order, *({"number": n, "customer": c, "ordered_on": "2024-01-01"} for n, c in made))


DOCUMENTS = {
    "filter": '{ testappOrders(filters: {customer: {name: {exact: "Ada"}}}) { totalCount } }',
    "filter by key": "{ testappOrders(filters: {customerId: {isNull: false}}) { totalCount } }",
    "NOT": '{ testappOrders(filters: {NOT: [{customer: {name: {exact: "Ada"}}}]}) { totalCount } }',
    "OR": '{ testappOrders(filters: {OR: [{AND: [{customer: {name: {exact: "Ada"}}}]}]}) { totalCount } }',
    "empty filter": "{ testappOrders(filters: {customer: {}}) { totalCount } }",
    "of many": '{ testappProducts(filters: {tags: {name: {exact: "hot"}}}) { totalCount } }',
    "reverse filter": '{ testappCustomers(filters: {orders: {number: {exact: "1"}}}) { totalCount } }',
    "reverse filter of many": '{ testappTags(filters: {products: {sku: {exact: "p"}}}) { totalCount } }',
    "beyond a relation": '{ testappShipments(filters: {order: {customer: {name: {exact: "A"}}}}) { totalCount } }',
    "ordering": "{ testappOrders(ordering: [{customer: {name: ASC}}]) { results { id } } }",
    "ordering beyond": "{ testappShipments(ordering: [{order: {customer: {name: ASC}}}]) { results { id } } }",
    "cursor order": "{ testappOrdersConnection(ordering: [{customer: {name: ASC}}]) { nodes { id } } }",
    "nested": "{ testappOrders { results { customer { name } } } }",
    "label": "{ testappOrders { results { customerLabel } } }",
    "reverse": "{ testappCustomers { results { name orders { number } } } }",
    "reverse of many": "{ testappTags { results { products { sku } } } }",
    "many": "{ testappProducts { results { tags { name } } } }",
    "groups": "{ testappOrdersAggregate(groupBy: [{field: customerId}]) { count } }",
    "having": "{ testappOrdersAggregate(groupBy: [{field: number}], having: [{function: COUNT_DISTINCT,"
    " field: customerId, gt: 0}]) { count } }",
    "distinct": "{ testappOrdersAggregate { countDistinct(field: customerId) } }",
    "filtered groups": '{ testappOrdersAggregate(filters: {customer: {name: {exact: "A"}}}) { count } }',
}


def test_a_document_that_names_a_hidden_relation_is_refused(
    admin: User, viewer: User, gql: Gql, orders: list[Order]
) -> None:
    for name, document in DOCUMENTS.items():
        answer = gql(viewer, document)
        assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ["FORBIDDEN"], (name, answer)
        assert not any((answer["data"] or {}).values()), name
        assert "errors" not in gql(admin, document), name


def test_the_configs_own_order_does_not_tell_a_hidden_relation(
    admin: User, viewer: User, gql: Gql, api: Api, orders: list[Order]
) -> None:
    expected = {admin.pk: ["2", "1"], viewer.pk: ["1", "2"]}
    for user in (admin, viewer):
        listed = api(user).get("/conjure/r/testapp.Order/").json()["results"]
        assert [row["number"] for row in listed] == expected[user.pk]
        edges = gql(user, "{ testappOrdersConnection { nodes { number } } }")["data"]["testappOrdersConnection"]
        assert [row["number"] for row in edges["nodes"]] == expected[user.pk]
        options = api(user).get("/conjure/r/testapp.Order/autocomplete/").json()["results"]
        assert [option["label"].split()[-1] for option in options] == expected[user.pk]


def test_the_configs_own_order_is_by_no_hidden_column(
    viewer: User, gql: Gql, api: Api, orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderConfig, "get_exclude", lambda self, request, obj=None: ("total",))
    Order.objects.filter(number="1").update(total=5)
    for ordering in ("total", "-total"):
        monkeypatch.setattr(OrderConfig, "ordering", (ordering,))
        listed = api(viewer).get("/conjure/r/testapp.Order/").json()["results"]
        assert [row["number"] for row in listed] == ["1", "2"]
        edges = gql(viewer, "{ testappOrdersConnection { nodes { number } } }")["data"]["testappOrdersConnection"]
        assert [row["number"] for row in edges["nodes"]] == ["1", "2"]


def test_rest_knows_nothing_of_a_hidden_relation(admin: User, viewer: User, api: Api, orders: list[Order]) -> None:
    client, url = api(viewer), "/conjure/r/testapp.Order/"
    for query in ("search=Ada", "customer__tier=gold", f"customer={orders[0].customer_id}", "ordering=customer"):
        answer = client.get(f"{url}?{query}")
        shown = "" if answer.status_code == 400 else [row["number"] for row in answer.json()["results"]]
        assert shown in ("", [], ["1", "2"]), query
    assert client.get(f"{url}?search=Ada").json()["count"] == 0
    schema = client.get("/conjure/schema/testapp.Order/").json()
    assert "customer" not in json.dumps([schema["list_filter"], schema["search_fields"], schema["ordering"]])
    assert "tier" in json.dumps(api(admin).get("/conjure/schema/testapp.Customer/").json()["list_filter"])
    assert "tier" not in json.dumps(client.get("/conjure/schema/testapp.Customer/").json()["list_filter"])


def test_related_counts_nothing_by_a_hidden_relation(
    admin: User, viewer: User, api: Api, gql: Gql, orders: list[Order]
) -> None:
    tag = Tag.objects.get()
    for path in (f"testapp.Customer/{orders[0].customer_id}", f"testapp.Tag/{tag.pk}"):
        told, hidden = (api(user).get(f"/conjure/r/{path}/related/").json() for user in (admin, viewer))
        assert told["related"]
        assert hidden["related"] == []


def test_introspection_shows_no_side_of_a_hidden_relation(
    admin: User, viewer: User, gql: Gql, orders: list[Order]
) -> None:
    query = '{ __type(name: "%s") { fields { name } inputFields { name } } }'
    for type_name, member in (
        ("TestappCustomer", "orders"),
        ("TestappCustomerFilter", "orders"),
        ("TestappTag", "products"),
    ):
        told, hidden = (gql(user, query % type_name)["data"]["__type"] for user in (admin, viewer))
        assert member in [field["name"] for field in told["fields"] or told["inputFields"]]
        assert member not in [field["name"] for field in hidden["fields"] or hidden["inputFields"]]


def test_a_field_that_is_hidden_from_lists_is_not_written_either(
    viewer: User, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_exclude(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj is None else ()

    monkeypatch.setattr(TagConfig, "get_exclude", get_exclude)
    monkeypatch.setattr(TagConfig, "has_change_permission", lambda self, request, obj=None: True)
    tag = Tag.objects.create(name="a", slug="kept")
    client, url = api(viewer), f"/conjure/r/testapp.Tag/{tag.pk}/"
    version = client.get(url)["ETag"]
    assert client.patch(url, {"slug": "new"}, content_type="application/json").status_code == 200
    assert Tag.objects.get().slug == "kept"
    Tag.objects.update(slug="other")
    assert client.get(url)["ETag"] == version
