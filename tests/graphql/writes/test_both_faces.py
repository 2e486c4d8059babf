"""The same values through REST and through GraphQL: equal in effect, in errors and in what the log says."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Order
from tests.thoroughness import examples

TYPED = """
  mutation ($pk: ID!, $data: TestappOrderPartialInput) {
    answer: updateTestappOrder(pk: $pk, data: $data) { result { id } errors { field messages code } }
  }"""
UNTYPED = """
  mutation ($pk: ID!, $values: Values) {
    answer: updateTestappOrder(pk: $pk, values: $values) { result { id } errors { field messages code } }
  }"""
CREATE = """
  mutation ($data: TestappOrderInput) {
    answer: createTestappOrder(data: $data) { result { id } errors { field messages code } }
  }"""
# What the typed input calls the fields that are not called alike.
TYPED_NAMES = {
    "customer": "customerId",
    "product": "productId",
    "assigned_to": "assignedToId",
    "coupon": "couponId",
    "is_gift": "isGift",
    "gift_wrapped": "giftWrapped",
    "ordered_on": "orderedOn",
    "deliver_at": "deliverAt",
    "delivery_window": "deliveryWindow",
    "paid_at": "paidAt",
}
OF_THE_ROW = {"id", "number", "created_at", "updated_at"}

# Of NUL neither face reads the body.
text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
dates = st.dates().map(str) | st.just("2024-02-30") | st.just("")
moments = st.datetimes().map(str) | st.just("no moment")
times = st.times().map(str) | st.just("25:00")
windows = st.timedeltas().map(str) | st.just("P1DT2H") | st.just("never")
decimals = (
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6).map(str)
    | st.decimals().map(str)
    | st.integers(-(10**12), 10**12)
)


@st.composite
def orders(draw: Any, shop: Shop) -> dict[str, Any]:
    """Values that fit the types of the fields, valid or not."""
    customers = [str(customer.pk) for customer in shop.customers]
    values: dict[str, Any] = {
        "customer": st.sampled_from([*customers, "nobody", "00000000-0000-0000-0000-000000000000"]),
        "product": st.none() | st.sampled_from([product.pk for product in shop.products]) | text,
        "assigned_to": st.none() | st.sampled_from([str(user.pk) for user in shop.users]) | st.just("9999999"),
        "coupon": st.none() | st.integers(1, 5).map(str),
        "status": st.sampled_from([*Order.Status.values, "unknown", ""]),
        "priority": st.sampled_from([1, 2, 3, 4, -1, 2**31 - 1]),
        "total": decimals,
        "weight": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "comment": text | st.none(),
        "is_gift": st.booleans() | st.none(),
        "gift_wrapped": st.none() | st.booleans(),
        "ordered_on": dates | st.none(),
        "deliver_at": times | st.none(),
        "delivery_window": windows | st.none(),
        "paid_at": moments | st.none(),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(values)), unique=True, max_size=6))
    return {name: draw(values[name]) for name in chosen}


def effect_on(order: Order) -> dict[str, Any]:
    return {name: v for name, v in Order.objects.values().get(pk=order.pk).items() if name not in OF_THE_ROW}


def logged_of(order: Order) -> list[Any]:
    entries = AdminAuditLog.objects.filter(object_pk=str(order.pk)).order_by("pk").values_list("action", "diff")
    return [(action, {k: v for k, v in diff.items() if k not in OF_THE_ROW}) for action, diff in entries]


def reset(*rows: Order) -> None:
    AdminAuditLog.objects.all().delete()
    for row in rows:
        row.delivery_window = datetime.timedelta(hours=1)
        row.total = Decimal("1.00")
        row.comment = "before"
        row.save()


def errors_of(answer: dict[str, Any], *, typed: bool) -> dict[str, list[str]]:
    renamed = {typed_name: name for name, typed_name in TYPED_NAMES.items()} if typed else {}
    return {
        renamed.get(error["field"], error["field"]) or "non_field_errors": error["messages"]
        for error in answer["errors"]
    }


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [True, False], ids=["typed", "untyped"])
@pytest.mark.parametrize("run", range(2))
def test_an_update_is_the_same_through_both_faces(
    typed: bool, run: int, shop: Shop, admin: User, api: Api, gql: Gql
) -> None:
    client, customer = api(admin), shop.customers[0]
    rows = [Order.objects.create(number=f"F-{n}", customer=customer, ordered_on="2024-01-01") for n in range(2)]
    by_rest, by_graphql = rows

    @settings(max_examples=examples(60))
    @given(orders(shop))
    def check(values: dict[str, Any]) -> None:
        reset(*rows)
        answer = client.patch(f"/conjure/r/testapp.Order/{by_rest.pk}/", values, content_type="application/json")
        data = {TYPED_NAMES.get(name, name): value for name, value in values.items()} if typed else values
        variables = {"pk": str(by_graphql.pk), ("data" if typed else "values"): data}
        body = gql(admin, TYPED if typed else UNTYPED, **variables)
        assert "errors" not in body, body
        payload = body["data"]["answer"]
        assert answer.status_code == (400 if payload["errors"] else 200), (answer.content, payload)
        if payload["errors"]:
            assert errors_of(payload, typed=typed) == answer.json()
        assert effect_on(by_rest) == effect_on(by_graphql)
        assert logged_of(by_rest) == logged_of(by_graphql)

    check()


@pytest.mark.django_db
def test_a_create_is_the_same_through_both_faces(shop: Shop, admin: User, api: Api, gql: Gql) -> None:
    client, count = api(admin), 0

    @settings(max_examples=examples(60))
    @given(orders(shop))
    def check(values: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        answer = client.post(
            "/conjure/r/testapp.Order/", {**values, "number": f"R-{count}"}, content_type="application/json"
        )
        data = {TYPED_NAMES.get(name, name): value for name, value in values.items()}
        payload = gql(admin, CREATE, data={**data, "number": f"G-{count}"})["data"]["answer"]
        assert answer.status_code == (400 if payload["errors"] else 201), (answer.content, payload)
        if payload["errors"]:
            assert errors_of(payload, typed=True) == answer.json()
            return
        one, other = (Order.objects.get(pk=pk) for pk in (answer.json()["id"], payload["result"]["id"]))
        assert effect_on(one) == effect_on(other)
        assert logged_of(one) == logged_of(other)

    check()
