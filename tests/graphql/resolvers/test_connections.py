"""Connections: walking them page by page gives the list, whatever the order and wherever NULL stands."""

from __future__ import annotations

import base64
import datetime
import json
import random
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.execution import Runner
from conjure.specs.build import get_specs
from tests.testapp.factories import create, day, make_everything, moment
from tests.testapp.models import names, orderings, shop
from tests.thoroughness import examples

pytestmark = pytest.mark.django_db

DIRECTIONS = ["ASC", "DESC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"]
COLUMNS = [
    "id", "number", "customerId", "productId", "assignedToId", "couponId", "status", "priority", "total", "discount",
    "weight", "comment", "isGift", "giftWrapped", "orderedOn", "deliverAt", "deliveryWindow", "paidAt", "createdAt",
]  # fmt: skip
RELATED = [
    ("customer", "name"), ("customer", "birthday"), ("customer", "credit"), ("product", "sku"), ("product", "price"),
    ("product", "released"), ("coupon", "percent"),
]  # fmt: skip


@pytest.fixture
def orders(db: None) -> list[shop.Order]:
    """Rows with few distinct values and many NULLs, so that orders have ties in every column."""
    chance = random.Random(7)
    category = shop.Category.objects.create(name="things")
    products = create(
        shop.Product,
        *(
            {"sku": sku, "name": sku, "category": category, "price": price, "released": released}
            for sku, price, released in (("a", 1, None), ("B", "2.50", day(3)), ("ö", "2.50", None), ("z", 10, day(1)))
        ),
    )
    customers = create(
        shop.Customer,
        *(
            {"name": name, "email": f"{number}@example.com", "birthday": birthday, "credit": credit}
            for number, (name, birthday, credit) in enumerate(
                (("ada", None, 0), ("Ada", day(0), 5), ("Çiğdem", None, 5), ("", day(-9000), "0.01"))
            )
        ),
    )
    coupons = create(shop.Coupon, {"code": "x", "percent": 5}, {"code": "y", "is_active": False})
    window = datetime.timedelta
    return create(
        shop.Order,
        *(
            {
                "number": f"N{number}",
                "customer": chance.choice(customers),
                "product": chance.choice([None, *products]),
                "coupon": chance.choice([None, *coupons]),
                "status": chance.choice(shop.Order.Status.values),
                "priority": chance.choice(shop.Order.Priority.values),
                "total": chance.choice([Decimal("0.10"), Decimal("0.30"), Decimal("1000000.01")]),
                "weight": chance.choice([None, 0.1, 0.1 + 0.2, -1.5, 1e10]),
                "comment": chance.choice(["", "Same", "same", "other"]),
                "is_gift": chance.choice([True, False]),
                "gift_wrapped": chance.choice([None, True, False]),
                "ordered_on": chance.choice([day(0), day(1)]),
                "deliver_at": chance.choice([None, datetime.time(9), datetime.time(9, 30, 0, 1)]),
                "delivery_window": chance.choice([None, window(days=-1, microseconds=1), window(0), window(hours=3)]),
                "paid_at": chance.choice([None, moment(0), moment(1)]),
            }
            for number in range(24)
        ),
    )


def query(user: User, text: str, **variables: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    (answer,) = Runner(request).run(text, variables).values()
    return answer


LIST = """
query ($order: [TestappOrderOrder!]) { testappOrders(ordering: $order, pagination: {limit: 500}) { results { id } } }
"""
PAGE = """
query ($order: [TestappOrderOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  testappOrdersConnection(ordering: $order, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def walk(user: User, order: list[Any], size: int, *, backwards: bool = False) -> list[int]:
    """The pks of all pages, in the order of the rows."""
    pages: list[list[int]] = []
    cursor = None
    while True:
        window = {"last": size, "before": cursor} if backwards else {"first": size, "after": cursor}
        page = query(user, PAGE, order=order, **window)
        pages.append([edge["node"]["id"] for edge in page["edges"]])
        info = page["pageInfo"]
        assert len(pages) < 100
        if not info["hasPreviousPage" if backwards else "hasNextPage"]:
            break
        cursor = info["startCursor" if backwards else "endCursor"]
    assert info["hasNextPage" if backwards else "hasPreviousPage"] == (len(pages) > 1)
    return [pk for page in (reversed(pages) if backwards else pages) for pk in page]


direction = st.sampled_from(DIRECTIONS)
term = st.one_of(
    st.builds(lambda name, way: {name: way}, st.sampled_from(COLUMNS), direction),
    st.builds(lambda path, way: {path[0]: {path[1]: way}}, st.sampled_from(RELATED), direction),
)


@settings(max_examples=examples(60))
@given(order=st.lists(term, max_size=3), size=st.integers(1, 9), backwards=st.booleans())
def test_the_pages_of_any_order_are_the_list(
    admin: User, orders: list[shop.Order], order: list[Any], size: int, backwards: bool
) -> None:
    listed = [row["id"] for row in query(admin, LIST, order=order)["results"]]
    assert len(listed) == len(orders)
    assert walk(admin, order, size, backwards=backwards) == listed


@settings(max_examples=examples(15))
@given(
    first=st.none() | st.integers(0, 30),
    last=st.none() | st.integers(0, 30),
    after=st.none() | st.integers(0, 23),
    before=st.none() | st.integers(0, 23),
)
def test_a_window_is_what_the_specification_says(
    admin: User, orders: list[shop.Order], first: Any, last: Any, after: Any, before: Any
) -> None:
    everything = query(admin, PAGE, order=[{"weight": "ASC"}], first=100)["edges"]
    edges = everything[: None if before is None else before][0 if after is None else after + 1 :]
    if first is not None:
        edges = edges[:first]
    if last is not None:
        edges = edges[max(0, len(edges) - last) :]
    window = {
        "first": first,
        "last": last,
        "after": None if after is None else everything[after]["cursor"],
        "before": None if before is None else everything[before]["cursor"],
    }
    assert query(admin, PAGE, order=[{"weight": "ASC"}], **window)["edges"] == edges


def test_every_registered_model_can_be_walked(admin: User) -> None:
    make_everything()
    for spec in get_specs():
        if spec.model.__name__ == "ManagerRaises":
            continue
        text = (
            "query ($after: String) { %s(first: 2, after: $after) { nodes { __typename } edges { cursor }"
            % (spec.roots["connection"])
        )
        text += " pageInfo { hasNextPage endCursor } totalCount } }"
        seen, cursor, total = 0, None, 0
        while True:
            page = query(admin, text, after=cursor)
            total = page["totalCount"]
            seen += len(page["nodes"])
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"] or seen > 200:
                break
        assert seen == total, spec.key


def test_default_orders_by_expressions_foreign_keys_and_properties_are_walked_as_listed(admin: User) -> None:
    make_everything()
    for spec in get_specs():
        module = spec.model.__module__
        if module not in (orderings.__name__, shop.__name__, names.__name__) or "Random" in spec.model.__name__:
            continue
        label = spec.graphql_label
        listed = query(admin, "{ %s { results { %s } } }" % (spec.roots["list"], label))["results"]
        walked, cursor = [], None
        text = (
            "query ($after: String) { %s(first: 1, after: $after) { nodes { %s } pageInfo { hasNextPage endCursor } } }"
        )
        while True:
            page = query(admin, text % (spec.roots["connection"], label), after=cursor)
            walked += page["nodes"]
            cursor = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert walked == listed, spec.key


def test_without_sizes_the_page_size_applies_and_sizes_are_capped(
    admin: User, orders: list[shop.Order], settings: Any
) -> None:
    settings.CONJURE = {"PAGE_SIZE": 5, "GRAPHQL_MAX_PAGE_SIZE": 10}
    assert len(query(admin, PAGE)["edges"]) == 5
    assert len(query(admin, PAGE, first=1_000)["edges"]) == 10
    assert len(query(admin, PAGE, last=1_000)["edges"]) == 10


def test_negative_sizes_are_refused(admin: User, orders: list[shop.Order]) -> None:
    with pytest.raises(InvalidError) as caught:
        query(admin, PAGE, first=-1, last=-2)
    assert set(caught.value.errors) == {"first", "last"}


def tamper(cursor: str, change: Any) -> str:
    values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return base64.urlsafe_b64encode(json.dumps(change(values)).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "change",
    [
        lambda values: [],
        lambda values: {},
        lambda values: 5,
        lambda values: values[:-1],
        lambda values: [*values, 1],
        lambda values: [values[0] + 1, *values[1:]],
        lambda values: [values[0], "not a date", values[2]],
        lambda values: [values[0], values[1], 10**30],
        lambda values: [values[0], values[1], "1 OR 1=1"],
        lambda values: [values[0], [1], {}],
        lambda values: [values[0], True, values[2]],
        lambda values: [values[0], "\x00", values[2]],
    ],
)
def test_a_tampered_cursor_is_invalid(admin: User, orders: list[shop.Order], change: Any) -> None:
    cursor = query(admin, PAGE, first=1)["edges"][0]["cursor"]
    with pytest.raises(InvalidError) as caught:
        query(admin, PAGE, after=tamper(cursor, change))
    assert set(caught.value.errors) == {"after"}


@pytest.mark.parametrize("cursor", ["", "x", "é", "A" * 100_000, "W10", "bnVsbA", "W1tbW1tbW1s", "====", "a b", "NaN"])
def test_what_is_no_cursor_is_invalid(admin: User, orders: list[shop.Order], cursor: str) -> None:
    for name in ("after", "before"):
        with pytest.raises(InvalidError):
            query(admin, PAGE, **{name: cursor})


def test_a_cursor_of_another_order_is_invalid(admin: User, orders: list[shop.Order]) -> None:
    cursor = query(admin, PAGE, first=1, order=[{"total": "ASC"}])["edges"][0]["cursor"]
    for order in ([{"total": "DESC"}], [{"discount": "ASC"}], []):
        with pytest.raises(InvalidError):
            query(admin, PAGE, after=cursor, order=order)


def test_a_cursor_outlives_its_row(admin: User, orders: list[shop.Order]) -> None:
    edges = query(admin, PAGE, first=100)["edges"]
    shop.Order.objects.filter(pk=edges[4]["node"]["id"]).delete()
    page = query(admin, PAGE, first=100, after=edges[4]["cursor"])
    assert page["edges"] == edges[5:]


def test_filters_and_search_narrow_the_rows_and_the_count(admin: User, orders: list[shop.Order]) -> None:
    text = """{ testappOrdersConnection(filters: {isGift: {exact: true}}, search: "N1", first: 2) {
        nodes { number isGift } totalCount pageInfo { hasNextPage } } }"""
    found = query(admin, text)
    expected = [order for order in orders if order.is_gift and "N1" in order.number]
    assert found["totalCount"] == len(expected)
    assert all(node["isGift"] and "N1" in node["number"] for node in found["nodes"])


def test_a_count_that_the_config_forbids_is_null(
    admin: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = get_specs().for_model(shop.Order)
    assert spec is not None
    monkeypatch.setattr(type(spec.config), "count", "none")
    assert query(admin, "{ testappOrdersConnection { totalCount } }") == {"totalCount": None}


def test_every_page_takes_as_many_queries_as_the_first(admin: User, orders: list[shop.Order]) -> None:
    text = """query ($after: String) { testappOrdersConnection(first: 5, after: $after, ordering: [{weight: DESC}]) {
        edges { cursor node { id _label customer { name } customerLabel items { quantity } } }
        pageInfo { hasNextPage endCursor } } }"""
    query(admin, text)
    counts, cursor = [], None
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            cursor = query(admin, text, after=cursor)["pageInfo"]["endCursor"]
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2] <= 4
    assert "OFFSET" not in captured.captured_queries[0]["sql"]


def test_aliases_and_fragments_ask_for_rows_of_their_own(admin: User, orders: list[shop.Order]) -> None:
    text = """
    { testappOrdersConnection(first: 3, ordering: [{number: ASC}]) {
        __typename
        edges { __typename c: cursor a: node { number } ...rest }
        again: edges { node { id } }
        nodes { number customer { name } }
    } }
    fragment rest on TestappOrderEdge { b: node { id _label } }"""
    found = query(admin, text)
    assert found["__typename"] == "TestappOrderConnection"
    assert [list(edge) for edge in found["edges"]] == [["__typename", "c", "a", "b"]] * 3
    assert [edge["a"]["number"] for edge in found["edges"]] == [node["number"] for node in found["nodes"]]
    assert [edge["b"]["id"] for edge in found["edges"]] == [edge["node"]["id"] for edge in found["again"]]


def test_connections_ask_the_view_permission(clerk: User, orders: list[shop.Order], gql: Any) -> None:
    with pytest.raises(ForbiddenError):
        query(clerk, PAGE)
    assert gql(clerk, "{ testappOrdersConnection { totalCount } }")["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_rows_that_the_scope_hides_are_not_walked(clerk: User) -> None:
    clerk.user_permissions.add(Permission.objects.get(codename="view_note"))
    create(shop.Note, {"title": "hidden"}, {"title": "public", "is_public": True})
    found = query(User.objects.get(pk=clerk.pk), "{ testappNotesConnection { totalCount nodes { title } } }")
    assert found == {"totalCount": 1, "nodes": [{"title": "public"}]}


def test_a_cursor_holds_no_value_that_the_user_may_not_see(
    viewer: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = get_specs().for_model(shop.Shipment)
    assert spec is not None
    monkeypatch.setattr(type(spec.config), "ordering", ("cost",))
    create(shop.Shipment, {"order": orders[0], "carrier": "c", "cost": "47.11"})
    cursor = query(viewer, "{ testappShipmentsConnection { edges { cursor } } }")["edges"][0]["cursor"]
    assert "47.11" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
