"""Aggregates that widgets ask for in Python."""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from conjure.exceptions import ForbiddenError, InvalidError, NotFoundError
from conjure.graphql.aggregates.run import run_aggregate
from tests.graphql.aggregates.conftest import request_of
from tests.testapp.models import shop

pytestmark = pytest.mark.django_db


def test_widgets_get_python_values(admin: User, orders: list[shop.Order]) -> None:
    found = run_aggregate(
        request_of(admin),
        "testapp.order",
        group_by=["ordered_on:month"],
        measures={"revenue": "sum:total", "orders": "count"},
        parameters={"status": "paid"},
        having={"orders": {"gte": 1}},
        ordering=["-revenue"],
        limit=3,
    )
    paid = [order for order in orders if order.status == "paid"]
    totals: dict[datetime.date, Decimal] = defaultdict(Decimal)
    for order in paid:
        totals[order.ordered_on.replace(day=1)] += order.total
    best = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:3]
    assert [(group["ordered_on"], group["revenue"]) for group in found] == best
    assert all(group["revenue"].as_tuple().exponent == -2 for group in found)


def test_widgets_see_what_their_user_sees(clerk: User, orders: list[shop.Order]) -> None:
    with pytest.raises(ForbiddenError):
        run_aggregate(request_of(clerk), "testapp.Order")


def test_widgets_hear_what_is_wrong(admin: User) -> None:
    request = request_of(admin)
    with pytest.raises(NotFoundError):
        run_aggregate(request, "testapp.Nothing")
    for wrong in (
        {"measures": {"x": "median:total"}},
        {"measures": {"x": "sum:status"}},
        {"measures": {"x": "sum:secret_note"}},
        {"group_by": ["ordered_on:fortnight"]},
        {"parameters": {"stauts": "paid"}},
        {"ordering": ["nothing"]},
        {"having": {"count": {"like": 5}}},
    ):
        with pytest.raises(InvalidError):
            run_aggregate(request, "testapp.Order", **wrong)
