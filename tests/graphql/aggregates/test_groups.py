"""Aggregates, held against Python's own sums over the same rows."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.utils import timezone
from django.utils.duration import duration_string
from hypothesis import given, settings
from hypothesis import strategies as st

from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.execution import Runner
from conjure.specs.build import get_specs
from tests.graphql.aggregates.conftest import request_of
from tests.testapp.factories import create, make_everything, moment
from tests.testapp.models import shop
from tests.thoroughness import examples, sampled

pytestmark = pytest.mark.django_db


def query(user: User, text: str, **variables: Any) -> Any:
    (answer,) = Runner(request_of(user)).run(text, variables).values()
    return answer


def test_without_groups_there_is_one_answer_for_all_rows(admin: User, orders: list[shop.Order]) -> None:
    found = query(
        admin,
        """{ testappOrdersAggregate { count countDistinct(field: customerId)
            sum { total priority weight deliveryWindow } avg { total priority weight deliveryWindow }
            min { total number orderedOn } max { paidAt weight } key { status } } }""",
    )
    windows = [order.delivery_window for order in orders if order.delivery_window]
    weights = [order.weight for order in orders if order.weight is not None]
    total = sum(order.total for order in orders)
    assert found == [
        {
            "count": 40,
            "countDistinct": 3,
            "sum": {
                "total": f"{total:.2f}",
                "priority": sum(order.priority for order in orders),
                "weight": sum(weights),
                "deliveryWindow": duration(sum(windows, datetime.timedelta())),
            },
            "avg": {
                "total": found[0]["avg"]["total"],
                "priority": pytest.approx(sum(order.priority for order in orders) / 40),
                "weight": pytest.approx(sum(weights) / len(weights)),
                "deliveryWindow": found[0]["avg"]["deliveryWindow"],
            },
            "min": {
                "total": f"{min(order.total for order in orders):.2f}",
                "number": min(order.number for order in orders),
                "orderedOn": min(order.ordered_on for order in orders).isoformat(),
            },
            "max": {
                "paidAt": max(o.paid_at for o in orders if o.paid_at).isoformat().replace("+00:00", "Z"),
                "weight": 4.0,
            },
            "key": {"status": None},
        }
    ]
    assert abs(Decimal(found[0]["avg"]["total"]) - total / 40) <= Decimal("0.01")


def duration(value: datetime.timedelta) -> str:
    return duration_string(value)


def test_no_rows_count_zero_and_have_no_sum(admin: User) -> None:
    text = "{ testappOrdersAggregate { count sum { total } avg { total } min { number } } }"
    nothing = {"count": 0, "sum": {"total": None}, "avg": {"total": None}, "min": {"number": None}}
    assert query(admin, text) == [nothing]
    assert query(admin, "{ testappOrdersAggregate(groupBy: [{field: status}]) { count } }") == []


def test_groups_have_keys_with_labels_and_displays(admin: User, orders: list[shop.Order]) -> None:
    found = query(
        admin,
        """{ testappOrdersAggregate(groupBy: [{field: status}, {field: customerId}], pagination: {limit: 100}) {
            key { status statusDisplay customerId customerLabel number } count sum { total } } }""",
    )
    counts = Counter((order.status, str(order.customer_id)) for order in orders)
    assert {(g["key"]["status"], g["key"]["customerId"]): g["count"] for g in found} == counts
    names_of = {str(order.customer_id): order.customer.name for order in orders}
    for group in found:
        key = group["key"]
        assert key["customerLabel"] == names_of[key["customerId"]]
        assert key["statusDisplay"] == shop.Order.Status(key["status"]).label
        assert key["number"] is None
        mine = [o for o in orders if (o.status, str(o.customer_id)) == (key["status"], key["customerId"])]
        assert group["sum"]["total"] == f"{sum(o.total for o in mine):.2f}"


def period(moment: Any, part: str) -> Any:
    date = moment.date() if isinstance(moment, datetime.datetime) else moment
    start = {
        "YEAR": lambda: date.replace(month=1, day=1),
        "QUARTER": lambda: date.replace(month=(date.month - 1) // 3 * 3 + 1, day=1),
        "MONTH": lambda: date.replace(day=1),
        "WEEK": lambda: date - datetime.timedelta(days=date.weekday()),
        "DAY": lambda: date,
        "HOUR": lambda: date,
    }[part]()
    if not isinstance(moment, datetime.datetime):
        return start.isoformat()
    hour = moment.hour if part == "HOUR" else 0
    start = datetime.datetime.combine(start, datetime.time(hour), tzinfo=moment.tzinfo)
    return start.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("part", ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY"])
def test_dates_are_grouped_by_period(admin: User, orders: list[shop.Order], part: str) -> None:
    text = """{ testappOrdersAggregate(groupBy: [{field: orderedOn, part: %s}], pagination: {limit: 500}) {
        key { orderedOn } count } }"""
    found = query(admin, text % part)
    expected = sorted(Counter(period(order.ordered_on, part) for order in orders).items())
    assert [(group["key"]["orderedOn"], group["count"]) for group in found] == expected


@pytest.mark.parametrize("part", ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR"])
def test_moments_are_grouped_by_period(admin: User, orders: list[shop.Order], part: str) -> None:
    text = """{ testappOrdersAggregate(
        groupBy: [{field: paidAt, part: %s}], filters: {paidAt: {isNull: false}}, pagination: {limit: 500}
    ) { key { paidAt } count } }"""
    found = query(admin, text % part)
    expected = sorted(Counter(period(order.paid_at, part) for order in orders if order.paid_at).items())
    assert [(group["key"]["paidAt"], group["count"]) for group in found] == expected


def test_periods_are_those_of_the_current_time_zone(admin: User, orders: list[shop.Order], settings: Any) -> None:
    if not has_time_zones():
        pytest.skip("This MariaDB knows no time zones.")
    text = """{ testappOrdersAggregate(groupBy: [{field: paidAt, part: DAY}], filters: {paidAt: {isNull: false}},
        pagination: {limit: 500}) { key { paidAt } count } }"""
    with timezone.override("Asia/Tokyo"):
        found = query(admin, text)
        zone = timezone.get_current_timezone()
        expected = Counter(period(o.paid_at.astimezone(zone), "DAY") for o in orders if o.paid_at)
    assert {group["key"]["paidAt"]: group["count"] for group in found} == expected


def has_time_zones() -> bool:
    return bool(connection.features.has_zoneinfo_database)


def test_having_keeps_the_groups_for_which_it_holds(admin: User, orders: list[shop.Order]) -> None:
    text = """query ($having: [TestappOrderHaving!]) { testappOrdersAggregate(
        groupBy: [{field: customerId}, {field: priority}], having: $having, pagination: {limit: 100}
    ) { count key { customerId priority } } }"""
    groups = defaultdict(list)
    for order in orders:
        groups[str(order.customer_id), order.priority].append(order)
    totals = sorted(sum(o.total for o in group) for group in groups.values())
    limit = totals[len(totals) // 2]
    expected = {key for key, group in groups.items() if sum(o.total for o in group) >= limit and len(group) > 2}
    found = query(
        admin, text, having=[{"function": "SUM", "field": "total", "gte": str(limit)}, {"function": "COUNT", "gt": 2}]
    )
    assert {(group["key"]["customerId"], group["key"]["priority"]) for group in found} == expected


def test_groups_are_put_in_the_order_of_measures_and_keys(admin: User, orders: list[shop.Order]) -> None:
    text = """query ($order: [TestappOrderGroupOrder!]) { testappOrdersAggregate(
        groupBy: [{field: orderedOn, part: MONTH}], ordering: $order, pagination: {limit: 100}
    ) { count key { orderedOn } sum { total } } }"""
    by_sum = query(admin, text, order=[{"function": "SUM", "field": "total", "direction": "DESC"}])
    sums = [Decimal(group["sum"]["total"]) for group in by_sum]
    assert sums == sorted(sums, reverse=True)
    by_count = query(admin, text, order=[{"function": "COUNT"}, {"field": "orderedOn", "direction": "DESC"}])
    pairs = [(group["count"], group["key"]["orderedOn"]) for group in by_count]
    assert pairs == sorted(sorted(pairs, reverse=True), key=lambda pair: pair[0])


def test_pages_of_groups_do_not_overlap(admin: User, orders: list[shop.Order]) -> None:
    text = """query ($offset: Int!) { testappOrdersAggregate(
        groupBy: [{field: number}], ordering: [{function: COUNT}], pagination: {offset: $offset, limit: 7}
    ) { key { number } } }"""
    seen = [group["key"]["number"] for offset in range(0, 42, 7) for group in query(admin, text, offset=offset)]
    assert sorted(seen) == sorted(order.number for order in orders)


def test_filters_and_search_narrow_the_rows(admin: User, orders: list[shop.Order]) -> None:
    text = '{ testappOrdersAggregate(filters: {isGift: {exact: true}}, search: "N1") { count sum { total } } }'
    mine = [order for order in orders if order.is_gift and "N1" in order.number]
    assert query(admin, text) == [{"count": len(mine), "sum": {"total": f"{sum(o.total for o in mine):.2f}"}}]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ("groupBy: [{field: status, part: MONTH}]", "groupBy"),
        ("groupBy: [{field: orderedOn, part: HOUR}]", "groupBy"),
        ("groupBy: [{field: status}, {field: status}]", "groupBy"),
        ("groupBy: [{field: paidAt, part: DAY}, {field: paidAt, part: YEAR}]", "groupBy"),
        ("groupBy: [{field: status}], having: [{function: SUM, field: status, gt: 1}]", "having"),
        ("groupBy: [{field: status}], having: [{function: SUM, gt: 1}]", "having"),
        ('groupBy: [{field: status}], having: [{function: COUNT, gt: "many"}]', "having.gt"),
        ("groupBy: [{field: status}], having: [{function: COUNT, gt: [1]}]", "having.gt"),
        ('groupBy: [{field: status}], having: [{function: COUNT, gt: "1e400"}]', "having.gt"),
        ("having: [{function: COUNT, gt: 1}]", "having"),
        ("groupBy: [{field: status}], ordering: [{field: number}]", "ordering"),
        ("groupBy: [{field: status}], ordering: [{function: MAX, field: isGift}]", "ordering"),
        ("pagination: {limit: -1}", "pagination.limit"),
    ],
)
def test_what_cannot_be_computed_is_invalid(admin: User, orders: list[shop.Order], arguments: str, key: str) -> None:
    with pytest.raises(InvalidError) as caught:
        query(admin, "{ testappOrdersAggregate(%s) { count } }" % arguments)
    assert set(caught.value.errors) == {key}


def test_what_has_no_extremes_is_invalid(admin: User, orders: list[shop.Order]) -> None:
    with pytest.raises(InvalidError):
        query(admin, "{ testappOrdersAggregate { min { isGift } } }")


def test_only_numbers_and_durations_can_be_summed(admin: User) -> None:
    found = query(admin, '{ __type(name: "TestappOrderSums") { fields { name type { name } } } }')
    assert {field["name"]: field["type"]["name"] for field in found["fields"]} == {
        "priority": "BigInt",
        "total": "Decimal",
        "discount": "Decimal",
        "weight": "Float",
        "deliveryWindow": "Duration",
    }


def test_an_excluded_column_does_not_exist(admin: User, gql: Any, orders: list[shop.Order]) -> None:
    for text in (
        "{ testappOrdersAggregate(groupBy: [{field: secretNote}]) { count } }",
        "{ testappOrdersAggregate { countDistinct(field: secretNote) } }",
        "{ testappOrdersAggregate { max { secretNote } } }",
        "{ testappOrdersAggregate { key { secretNote } } }",
    ):
        answer = gql(admin, text)
        assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_a_field_hidden_from_this_request_is_refused_everywhere(viewer: User, orders: list[shop.Order]) -> None:
    create(shop.Shipment, {"order": orders[0], "carrier": "c", "cost": 5})
    by_carrier = "{ testappShipmentsAggregate(groupBy: [{field: carrier}], %s) { count } }"
    for text in (
        "{ testappShipmentsAggregate { sum { cost } } }",
        "{ testappShipmentsAggregate { max { cost } } }",
        "{ testappShipmentsAggregate { countDistinct(field: cost) } }",
        "{ testappShipmentsAggregate { key { cost } } }",
        "{ testappShipmentsAggregate(groupBy: [{field: cost}]) { count } }",
        by_carrier % "having: [{function: SUM, field: cost, gt: 4}]",
        by_carrier % "ordering: [{function: SUM, field: cost}]",
    ):
        with pytest.raises(ForbiddenError):
            query(viewer, text)


def test_the_view_permission_is_asked_and_hidden_rows_do_not_count(clerk: User) -> None:
    text = "{ testappNotesAggregate(groupBy: [{field: isPublic}]) { count key { isPublic } } }"
    create(shop.Note, {"title": "hidden"}, {"title": "public", "is_public": True})
    with pytest.raises(ForbiddenError):
        query(clerk, text)
    clerk.user_permissions.add(Permission.objects.get(content_type__app_label="testapp", codename="view_note"))
    assert query(clerk, text) == [{"count": 1, "key": {"isPublic": True}}]


def test_labels_of_hidden_rows_are_not_told(clerk: User) -> None:
    hidden, public = create(shop.Note, {"title": "hidden"}, {"title": "public", "is_public": True})
    create(shop.Folder, {"name": "a", "cover": hidden}, {"name": "b", "cover": public}, {"name": "c"})
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_note", "view_folder"]))
    found = query(clerk, "{ testappFoldersAggregate(groupBy: [{field: coverId}]) { key { coverLabel } count } }")
    assert sorted(str(group["key"]["coverLabel"]) for group in found) == ["None", "None", "public"]


def test_every_model_can_be_aggregated_by_every_field(admin: User) -> None:
    make_everything()
    request = request_of(admin)
    asked = 0
    for spec in sampled([spec for spec in get_specs() if spec.model.__name__ not in ("ManagerRaises", "Corrupt")]):
        choices = query(admin, '{ __type(name: "%s") { enumValues { name } } }' % spec.types["field"])["enumValues"]
        values = query(admin, '{ __type(name: "%s") { fields { name } } }' % spec.types["values"])["fields"]
        fields = " ".join(field["name"] for field in values)
        for name in (choice["name"] for choice in choices):
            text = "{ %s(groupBy: [{field: %s}]) { count countDistinct(field: %s) key { %s } } }"
            groups = Runner(request).run(text % (spec.roots["aggregate"], name, name, fields))[spec.roots["aggregate"]]
            assert all(group["count"] for group in groups), spec.key
            asked += 1
    assert asked > examples(500)


@settings(max_examples=examples(25))
@given(
    groups=st.lists(st.sampled_from(["status", "priority", "isGift", "weight", "customerId"]), unique=True, max_size=3)
)
def test_groups_add_up_to_the_whole(admin: User, orders: list[shop.Order], groups: list[str]) -> None:
    by = ", ".join("{field: %s}" % name for name in groups)
    text = "{ testappOrdersAggregate(groupBy: [%s], pagination: {limit: 500}) { count sum { total } } }"
    found = query(admin, text % by)
    assert sum(group["count"] for group in found) == 40
    assert sum(Decimal(group["sum"]["total"]) for group in found) == sum(order.total for order in orders)


def test_managers_that_join_and_annotate_do_not_count_twice(admin: User) -> None:
    make_everything()
    for model in ("Annotated", "Joined"):
        plural = next(spec.roots for spec in get_specs() if spec.key == f"testapp.{model}")
        rows = query(admin, "{ %s { totalCount } }" % plural["list"])["totalCount"]
        assert query(admin, "{ %s { count } }" % plural["aggregate"]) == [{"count": rows}]


def test_sums_that_are_too_large_are_invalid(admin: User) -> None:
    create(shop.Event, *({"name": str(number), "size": 2**63 - 1, "happened_at": moment(0)} for number in range(2)))
    text = "{ testappEventsAggregate { sum { size } } }"
    if connection.vendor == "sqlite":
        with pytest.raises(InvalidError, match="too large"):
            query(admin, text)
    else:
        assert query(admin, text) == [{"sum": {"size": 2 * (2**63 - 1)}}]
