"""Walking by cursor, page by page, gives the list, whatever the order and wherever NULL stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signing import Signer, b64_decode
from django.db import connection
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from conjure.exceptions import InvalidError
from conjure.specs.build import get_specs
from tests.graphql.cursors import PAGE, make_orders, query
from tests.testapp.admin_config import OrderConfig
from tests.testapp.factories import create, make_everything
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
LIST = """
query ($order: [TestappOrderOrder!]) { testappOrders(ordering: $order, pagination: {limit: 500}) { results { id } } }
"""


@pytest.fixture
def orders(db: None) -> list[shop.Order]:
    return make_orders()


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


# Cursors.


def tamper(cursor: str, change: Any) -> str:
    """A cursor that the server signed, of other values."""
    signer = Signer(salt="conjure.cursors")
    return signer.sign_object(change(signer.unsign_object(cursor)))


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


def test_a_cursor_that_the_server_did_not_sign_is_invalid(admin: User, orders: list[shop.Order], api: Any) -> None:
    cursor = query(admin, PAGE, first=1)["edges"][0]["cursor"]
    values, _, signature = cursor.rpartition(":")
    other = tamper(cursor, lambda values: [values[0], values[1], values[2] + 1]).rpartition(":")[0]
    for forged in (f"{other}:{signature}", values, f"{values}:", f"{values}:{signature[::-1]}"):
        body = {"query": PAGE, "variables": {"after": forged}}
        answer = api(admin).post("/conjure/graphql/", body, content_type="application/json").json()
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "INVALID"
        assert error["extensions"]["errors"] == {"after": ["This is not a cursor."]}


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


def test_a_cursor_holds_no_value_that_the_user_may_not_see(
    viewer: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = get_specs().for_model(shop.Shipment)
    assert spec is not None
    monkeypatch.setattr(type(spec.config), "ordering", ("cost",))
    create(shop.Shipment, {"order": orders[0], "carrier": "c", "cost": "47.11"})
    cursor = query(viewer, "{ testappShipmentsConnection { edges { cursor } } }")["edges"][0]["cursor"]
    assert "47.11" not in str(values_of(cursor))


def values_of(cursor: str) -> list[Any]:
    """What anybody can read in a cursor."""
    return list(json.loads(b64_decode(cursor.partition(":")[0].encode())))


def test_a_cursor_does_not_hold_what_only_the_configs_queryset_knows(
    viewer: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_queryset(self: Any, request: Any) -> Any:
        return shop.Order.objects.annotate(score=F("pk") * -1000)

    monkeypatch.setattr(OrderConfig, "get_queryset", get_queryset)
    monkeypatch.setattr(OrderConfig, "ordering", [F("score").asc()])
    expected = sorted((order.pk for order in orders), reverse=True)
    edges = query(viewer, PAGE, first=3)["edges"]
    assert [edge["node"]["id"] for edge in edges] == expected[:3]
    assert values_of(edges[2]["cursor"])[1:] == [None, expected[2]]
    following = query(viewer, PAGE, first=3, after=edges[2]["cursor"])["edges"]
    assert [edge["node"]["id"] for edge in following] == expected[3:6]
    shop.Order.objects.filter(pk=expected[2]).delete()
    with pytest.raises(InvalidError):
        query(viewer, PAGE, first=3, after=edges[2]["cursor"])


def test_the_pages_are_the_list_on_a_database_with_another_place_for_null(
    admin: User, orders: list[shop.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not connection.features.supports_order_by_nulls_modifier:
        pytest.skip("This database cannot be told where NULL stands.")
    for nulls_first in (True, False):
        # What Django believes of the database, which a relative of it may do otherwise.
        monkeypatch.setattr(connection.features, "order_by_nulls_first", nulls_first)
        for column in ("comment", "couponId", "paidAt"):
            for way in ("ASC", "DESC"):
                assert sorted(walk(admin, [{column: way}], 2)) == sorted(order.pk for order in orders)
