"""Filters of GraphQL, asked for as a client asks for them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.models import Q

from tests.conftest import Gql
from tests.graphql.orders import ask, code_of, numbers
from tests.testapp.models import Order
from tests.testapp.models.custom import CustomFields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.mark.parametrize(
    ("filters", "meaning"),
    [
        ('{status: {exact: "paid"}}', Q(status="paid")),
        ('{status: {inList: ["paid", "nothing"]}}', Q(status="paid")),
        ('{number: {startsWith: "A-"}, priority: {gte: 3}}', Q(number__startswith="A-", priority__gte=3)),
        ('{OR: [{number: {exact: "A-1"}}, {number: {exact: "A-2"}}]}', Q(number__in=["A-1", "A-2"])),
        ('{NOT: [{number: {exact: "A-1"}}, {number: {exact: "A-2"}}]}', ~Q(number__in=["A-1", "A-2"])),
        ('{AND: [{number: {iContains: "a"}}, {number: {endsWith: "3"}}]}', Q(number="A-3")),
        ('{NOT: {NOT: {number: {exact: "A-1"}}}}', Q(number="A-1")),
        ("{productId: {isNull: true}}", Q(product=None)),
        ('{customer: {name: {startsWith: "Ada"}}}', Q(customer__name__startswith="Ada")),
        (
            '{customer: {OR: [{tier: {exact: "gold"}}, {tier: {exact: "silver"}}]}}',
            Q(customer__tier__in=["gold", "silver"]),
        ),
        ('{items: {product: {sku: {exact: "SAW/2"}}}}', Q(items__product="SAW/2")),
        (
            '{items: {quantity: {gte: 2}, product: {sku: {exact: "SAW/2"}}}}',
            Q(items__product="SAW/2", items__quantity__gte=2),
        ),
        ('{NOT: {items: {product: {sku: {exact: "SAW/2"}}}}}', ~Q(items__product="SAW/2")),
        ("{weight: {range: [3, 4]}}", Q(weight__range=(3, 4))),
        ("{paidAt: {isNull: false}}", Q(paid_at__isnull=False)),
        ("{orderedOn: {year: 2024}}", Q(ordered_on__year=2024)),
        ("{OR: []}", Q()),
        ("{OR: [{}]}", Q()),
        ("{NOT: [{}]}", Q(pk__in=[])),
    ],
)
def test_typed_filters_select_what_the_orm_selects(admin: User, gql: Gql, filters: str, meaning: Q) -> None:
    expected = Order.objects.filter(meaning).distinct().values_list("number", flat=True)
    assert sorted(numbers(gql(admin, ask(f"filters: {filters}")))) == sorted(expected)


def test_a_filter_across_many_rows_repeats_none(admin: User, gql: Gql) -> None:
    answer = gql(admin, '{ testappProducts(filters: {tags: {slug: {inList: ["new", "sale"]}}}) { results { sku } } }')
    assert sorted(row["sku"] for row in answer["data"]["testappProducts"]["results"]) == ["HAM-1", "SAW/2"]


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ('{orderedOn: {exact: "no day"}}', "orderedOn.exact"),
        ('{total: {gte: "NaN"}}', "total.gte"),
        ('{customer: {birthday: {lt: "2024-02-30"}}}', "customer.birthday.lt"),
        ('{OR: [{paidAt: {exact: "never"}}]}', "OR.paidAt.exact"),
        ('{customerId: {exact: "not a UUID"}}', "customerId.exact"),
    ],
)
def test_a_value_that_a_field_cannot_take_is_named(admin: User, gql: Gql, filters: str, where: str) -> None:
    answer = gql(admin, ask(f"filters: {filters}"))
    assert code_of(answer) == "INVALID"
    assert list(answer["errors"][0]["extensions"]["errors"]) == [where]


def test_a_list_of_values_finds_what_a_field_stores_as_null(admin: User, gql: Gql) -> None:
    first, *_ = (CustomFields.objects.create(price="1 EUR", country="DE", nickname=name) for name in ("a", "", "b"))
    CustomFields.objects.create(price="1 EUR", country="DE", nickname="child", parent=first)
    CustomFields.objects.create(price="1 EUR", country="DE", nickname="nobody's", parent=None)

    def found(filters: str) -> list[str]:
        answer = gql(admin, "{ testappCustomFieldses(filters: %s) { results { nickname } } }" % filters)
        return [row["nickname"] for row in answer["data"]["testappCustomFieldses"]["results"]]

    assert sorted(found('{nickname: {inList: ["", "b"]}}')) == ["", "b"]
    assert found('{nickname: {inList: [""]}}') == [""]
    assert sorted(found('{NOT: [{nickname: {inList: ["", "a"]}}]}')) == ["b", "child", "nobody's"]
    assert found('{parent: {nickname: {inList: ["", "a"]}}}') == ["child"]
    assert found('{parent: {nickname: {inList: [""]}}}') == []
    CustomFields.objects.filter(pk=first.pk).update(nickname="")
    assert found('{parent: {nickname: {inList: [""]}}}') == ["child"]
    answer = gql(admin, '{ testappCustomFieldses(filters: {nickname: {range: ["", "b"]}}) { results { id } } }')
    assert code_of(answer) == "INVALID"
