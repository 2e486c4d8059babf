"""Row queries beside the ORM's own: the same rows, values, orders and counts, whatever the model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conjure.orm.instances import is_made_plainly
from conjure.orm.row_queries import Join, count_rows, counting, make_plainly, read_with_targets
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Category, Corrupt, Customer, Dangling, Order, OrderedByCase, Product

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for app in ("testapp", "otherapp", "pgapp")
    if apps.is_installed(f"tests.{app}")
    for model in apps.get_app_config(app).get_models()
]


def stored(rows: Any) -> list[dict[str, Any]]:
    """What rows hold, columns alone, times with their zones."""
    found = [{name: value for name, value in vars(row).items() if not name.startswith("_")} for row in rows]
    for row in found:
        zones = {f"{name} zone": value.tzinfo for name, value in row.items() if isinstance(value, datetime)}
        row.update(zones)
    return found


def test_rows_of_every_model_are_those_of_the_orm(media_root: Path) -> None:
    make_everything()
    compared = 0
    for model in MODELS:
        rows = QuerySet(model).order_by("pk")
        if not is_made_plainly(rows) or model.__name__ == "Corrupt":
            continue
        compared += 1
        plain = list(make_plainly(rows[1:3]))
        assert stored(plain) == stored(rows[1:3]), model
        assert [type(row) for row in plain] == [model] * len(plain)
        assert all(row._state.db == "default" and not row._state.adding for row in plain)
        assert count_rows(rows) == rows.count(), model
    assert compared > 100


QUERIES: dict[str, Any] = {
    "a value": lambda rows: rows.filter(status="paid"),
    "either": lambda rows: rows.filter(Q(status="paid") | ~Q(priority__gt=3)).exclude(comment=""),
    "no value": lambda rows: rows.filter(status__in=[]),
    "every value": lambda rows: rows.filter(~Q(pk__in=[])),
    "none": lambda rows: rows.none(),
    "an empty slice": lambda rows: rows[2:2],
    "a percent sign": lambda rows: rows.exclude(comment="100 %s %"),
    "over a relation": lambda rows: rows.filter(customer__name__contains="a"),
    "by a relation": lambda rows: rows.order_by("product__name", "-pk"),
    "by a foreign key": lambda rows: rows.order_by("customer", "pk"),
    "by its column": lambda rows: rows.order_by("-customer_id", "pk"),
    "the model's own order": lambda rows: rows.all(),
    "backwards": lambda rows: rows.order_by("created_at", "pk").reverse(),
    "some columns": lambda rows: rows.only("comment", "customer"),
    "other columns than the order's": lambda rows: rows.only("comment").order_by("-priority", "-pk")[:2],
    "columns of a relation": lambda rows: rows.select_related("customer").only("customer__name"),
    "not one column": lambda rows: rows.defer("comment"),
    "distinct": lambda rows: rows.distinct(),
    "annotated": lambda rows: rows.annotate(double=models.F("priority") * 2).filter(double__gt=2),
    "twice": lambda rows: rows.filter(pk__in=rows.filter(priority__gt=1)),
    "together": lambda rows: rows.order_by().filter(priority=1).union(rows.order_by().filter(priority=2)),
    "prefetched": lambda rows: rows.prefetch_related("customer"),
    "locked": lambda rows: rows.select_for_update(),
}


@pytest.mark.parametrize("name", QUERIES)
def test_queries_of_every_kind_give_what_the_orm_gives(name: str) -> None:
    make_shop()
    rows = QUERIES[name](Order._base_manager.all())
    expected = stored(QUERIES[name](Order._base_manager.all()))
    assert stored(make_plainly(rows)) == expected
    assert count_rows(QUERIES[name](Order._base_manager.all())) == QUERIES[name](Order._base_manager.all()).count()
    page = QUERIES[name](Order._base_manager.order_by("-pk"))
    read = read_with_targets(page, [Join("customer_id", Customer, "id", frozenset({"name"}))])
    if read is not None:
        assert stored(read[0]) == stored(QUERIES[name](Order._base_manager.order_by("-pk")))


def test_a_value_that_cannot_be_read_fails_as_it_does_in_the_orm(media_root: Path) -> None:
    make_everything()
    with pytest.raises(ValueError, match="corrupt"):
        list(Corrupt._base_manager.all())
    with pytest.raises(ValueError, match="corrupt"):
        list(make_plainly(Corrupt._base_manager.all()))
    assert read_with_targets(Corrupt._base_manager.all()[:9], []) is None


def test_times_are_read_as_the_orm_reads_them(admin: User) -> None:
    make_shop()
    pks = list(Order._base_manager.values_list("pk", flat=True))
    moments = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC), None]
    moments += [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=step) for step in (0, 1, 10, 500_000)]
    rows = Order._base_manager.filter(pk__in=pks[: len(moments)]).order_by("pk")
    for order, paid_at in zip(rows, moments, strict=False):
        Order._base_manager.filter(pk=order.pk).update(paid_at=paid_at)
    assert stored(make_plainly(rows.all())) == stored(rows.all())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE testapp_order SET paid_at = 'infinity' WHERE id = %s", [pks[0]])
        client = Client()
        client.force_login(admin)
        assert client.get("/conjure/r/testapp.Order/?fields=id").status_code < 500


def test_targets_come_in_the_same_query_each_once() -> None:
    make_shop()
    joins = [
        Join("customer_id", Customer, "id", frozenset({"name", "email"})),
        Join("product_id", Product, "sku", frozenset({"name"})),
    ]
    rows = Order._base_manager.order_by("-pk")[:3]
    with CaptureQueriesContext(connection) as queries:
        read = read_with_targets(rows, joins)
    assert len(queries) == 1
    assert read is not None
    orders, targets = read
    assert stored(orders) == stored(Order._base_manager.order_by("-pk")[:3])
    customers = Customer._base_manager.only("name", "email").filter(pk__in={order.customer_id for order in orders})
    assert sorted(stored(targets["customer_id"]), key=str) == sorted(stored(customers), key=str)
    assert {product.sku for product in targets["product_id"]} == {order.product_id for order in orders} - {None}


def test_a_row_whose_foreign_key_dangles_is_not_lost(media_root: Path) -> None:
    make_everything()
    rows = Dangling._base_manager.order_by("pk")
    field = Dangling._meta.get_field("address")
    target: Any = field.related_model
    read = read_with_targets(rows[:100], [Join("address_id", target, "id", frozenset())])
    assert read is not None
    assert [row.pk for row in read[0]] == list(rows.values_list("pk", flat=True))
    there = set(target._base_manager.values_list("pk", flat=True))
    assert {row.pk for row in read[1]["address_id"]} == {row.address_id for row in read[0]} & there
    assert {row.address_id for row in read[0]} - there, "no row dangles"


def test_what_a_manager_hides_is_not_joined() -> None:
    hidden = [model for model in MODELS if model._base_manager.all().query.where]
    assert hidden
    for model in hidden:
        pk = model._meta.pk.attname
        rows = Category._base_manager.order_by("pk")[:3]
        assert read_with_targets(rows, [Join("parent_id", model, pk, frozenset())]) is None


def test_a_querysets_own_ways_are_taken() -> None:
    make_shop()

    class Loud(QuerySet[Any]):
        def count(self) -> int:
            return 77

        def _fetch_all(self) -> None:
            super()._fetch_all()  # type: ignore[misc]
            for row in self._result_cache:  # type: ignore[attr-defined]
                row.loud = True

    rows = Loud(Order)
    assert count_rows(rows) == 77
    assert all(row.loud for row in make_plainly(rows))
    assert read_with_targets(Loud(Order)[:2], []) is None


def test_the_order_that_a_database_keeps_is_kept(media_root: Path) -> None:
    make_everything()
    for model in (OrderedByCase, Order):
        for term in ("pk", "-pk", *(field.name for field in model._meta.concrete_fields)):
            rows = QuerySet(model).order_by(term, "-pk")
            assert [row.pk for row in make_plainly(rows)] == list(rows.values_list("pk", flat=True))


def test_rows_are_counted_while_other_queries_run() -> None:
    make_shop()
    rows = Order._base_manager.filter(pk__gt=0).order_by("pk")
    with counting(rows) as count:
        if connection.vendor == "postgresql":
            assert connection.connection.pgconn.pipeline_status
        names = list(Customer._base_manager.values_list("name", flat=True))
        assert (count(), len(names)) == (rows.count(), Customer._base_manager.count())
    assert Order._base_manager.filter(pk__gt=0).exists()
    for other in (rows[:2], rows.none(), rows.distinct(), rows.filter(customer__name__contains="a")):
        with counting(other) as count:
            assert count() == other.count()


def test_a_failure_while_rows_are_counted_leaves_the_connection_usable() -> None:
    make_shop()
    rows = Order._base_manager.all()
    with pytest.raises(KeyError), counting(rows):
        raise KeyError
    assert count_rows(rows) == rows.count()
    if connection.vendor == "postgresql":
        broken = rows.filter(priority=models.Value(1) / (models.F("priority") - models.F("priority")))
        with pytest.raises(DatabaseError), transaction.atomic(), counting(broken) as count:
            assert connection.connection.pgconn.pipeline_status
            count()
    assert count_rows(rows) == rows.count()
