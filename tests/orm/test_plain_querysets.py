"""Plain querysets are read fast and alike, all others in Django's way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, models
from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.sql import Query
from django.test.utils import CaptureQueriesContext

from conjure.orm.fast_reads import read
from tests.orm.comparing import contents
from tests.testapp.factories import make_shop
from tests.testapp.models import Customer, Order

pytestmark = pytest.mark.django_db

FAST: dict[str, Any] = {
    "a value": lambda rows: rows.filter(status="paid"),
    "either": lambda rows: rows.filter(Q(status="paid") | ~Q(priority__gt=3)).exclude(comment=""),
    "a foreign key": lambda rows: rows.filter(customer=rows.values_list("customer")[:1].get()[0]),
    "no value": lambda rows: rows.filter(status__in=[]),
    "every value": lambda rows: rows.filter(~Q(pk__in=[])),
    "none": lambda rows: rows.none(),
    "a slice": lambda rows: rows.order_by("-pk")[1:3],
    "an empty slice": lambda rows: rows[2:2],
    "an open slice": lambda rows: rows.order_by("pk")[1:],
    "a percent sign": lambda rows: rows.exclude(comment="100 %s %"),
    "by its column": lambda rows: rows.order_by("-customer_id", "pk"),
    "the model's own order": lambda rows: rows.all(),
    "some columns": lambda rows: rows.only("comment", "customer"),
    "not one column": lambda rows: rows.defer("comment"),
    "other columns than the order's": lambda rows: rows.only("comment").order_by("-priority", "-pk")[:2],
    "of a subquery": lambda rows: rows.filter(pk__in=rows.filter(priority__gt=1)),
    "of rows over a relation": lambda rows: rows.filter(pk__in=rows.filter(customer__name__contains="a")),
    "a condition on other rows": lambda rows: rows.filter(
        models.Exists(Customer.objects.filter(pk=models.OuterRef("customer")))
    ),
}
OWN_WAY: dict[str, Any] = {
    "over a relation": lambda rows: rows.filter(customer__name__contains="a"),
    "by a relation": lambda rows: rows.order_by("product__name", "-pk"),
    "by a foreign key": lambda rows: rows.order_by("customer", "pk"),
    "by an expression": lambda rows: rows.order_by(models.F("priority").desc(nulls_last=True), "pk"),
    "backwards": lambda rows: rows.order_by("created_at", "pk").reverse(),
    "columns of a relation": lambda rows: rows.select_related("customer").only("customer__name"),
    "a joined relation": lambda rows: rows.select_related("customer"),
    "distinct": lambda rows: rows.distinct(),
    "annotated": lambda rows: rows.annotate(double=models.F("priority") * 2).filter(double__gt=2),
    "an alias": lambda rows: rows.alias(double=models.F("priority") * 2).filter(double__gt=2),
    "extra": lambda rows: rows.extra(select={"one": "1"}),
    "a filtered relation": lambda rows: rows.alias(theirs=FilteredRelation("customer")).filter(theirs__name__gt=""),
    "together": lambda rows: rows.order_by().filter(priority=1).union(rows.order_by().filter(priority=2)),
    "prefetched": lambda rows: rows.prefetch_related("customer"),
    "locked": lambda rows: rows.select_for_update(),
    "with the query of a locked one": lambda rows: QuerySet(Order, query=rows.select_for_update().query),
    "of a related manager": lambda rows: rows[0].customer.orders.all(),
    "written": lambda rows: _with(rows, _for_write=True),
    "hinted": lambda rows: _with(rows, _hints={"instance": None}),
    "a query of its own class": lambda rows: _with(rows, _query=rows.query.chain(type("OwnQuery", (Query,), {}))),
    "values": lambda rows: rows.values("pk"),
    # What a later Django might add: an attribute that a fresh queryset has too, with another value, or has not.
    "a new feature": lambda rows: _with(rows, _new_feature=True),
    "a new feature of queries": lambda rows: _with_query(rows, new_feature=True),
    "a known feature of queries": lambda rows: _with_query(rows, standard_ordering=False),
}


def _with(rows: Any, **attributes: Any) -> Any:
    rows = rows.all()
    vars(rows).update(attributes)
    return rows


def _with_query(rows: Any, **attributes: Any) -> Any:
    rows = rows.all()
    vars(rows.query).update(attributes)
    return rows


@pytest.mark.parametrize("name", FAST)
def test_plain_querysets_are_read_fast_and_alike(name: str, read_by_django: list[Any]) -> None:
    make_shop()
    expected = contents(FAST[name](Order._base_manager.all()))
    read_by_django.clear()
    assert contents(read(FAST[name](Order._base_manager.all())).rows) == expected
    assert contents(read(FAST[name](Order._base_manager.all())).rows) == expected
    assert read_by_django == []


@pytest.mark.parametrize("name", OWN_WAY)
def test_all_other_querysets_are_read_in_djangos_way(name: str, read_by_django: list[Any]) -> None:
    make_shop()
    make = OWN_WAY[name]
    read_by_django.clear()
    expected = list(make(Order._base_manager.all()))
    made = len(read_by_django)
    found = read(make(Order._base_manager.all())).rows
    assert found == expected
    assert len(read_by_django) == 2 * made


def test_a_queryset_that_was_run_is_not_run_again() -> None:
    make_shop()
    rows = Order._base_manager.all()
    expected = list(rows)
    with CaptureQueriesContext(connection) as queries:
        assert all(one is other for one, other in zip(read(rows).rows, expected, strict=True))
    assert len(queries) == 0


def test_a_class_of_querysets_may_add_methods_and_change_none(read_by_django: list[Any]) -> None:
    make_shop()

    class Adds(QuerySet[Any]):
        def paid(self) -> Any:
            return self.filter(status="paid")

    class Changes(QuerySet[Any]):
        def _fetch_all(self) -> None:
            super()._fetch_all()  # type: ignore[misc]
            for row in self._result_cache:  # type: ignore[attr-defined]
                row.changed = True

    class Inherits(Changes):
        pass

    assert read(Adds(Order).paid()).rows == list(QuerySet(Order).filter(status="paid"))
    read_by_django.clear()
    assert len(read(Adds(Order)).rows) == 3
    assert read_by_django == []
    for own in (Changes, Inherits):
        assert all(row.changed for row in read(own(Order)).rows)
