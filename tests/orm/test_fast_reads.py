"""Fast reads: the same rows, values, orders and instances as Django's own, whatever the model and the queryset."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, connections, models
from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.signals import post_init, pre_init
from django.db.models.sql import Query
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext, isolate_apps

from conjure.orm import fast_reads
from conjure.orm.fast_reads import Join, read
from conjure.orm.instances import can_make_instances
from conjure.registry import registry
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Category, Corrupt, Customer, Dangling, Order, OrderedByCase, Product, RemembersOriginal

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for app in ("testapp", "otherapp", "pgapp")
    if apps.is_installed(f"tests.{app}")
    for model in apps.get_app_config(app).get_models()
]
CUSTOMERS = Join("customer_id", Customer, "id", frozenset({"name", "email"}))
PRODUCTS = Join("product_id", Product, "sku", frozenset({"name"}))


def _comparable(value: Any) -> Any:
    """The value itself, or what it shows of itself where two alike are not equal."""
    return repr(value) if type(value).__eq__ is object.__eq__ else value


def contents(rows: Any) -> list[Any]:
    """All that instances hold, the state that Django keeps of them and the time zones of their values included."""
    found = []
    for row in rows:
        values = {name: _comparable(value) for name, value in vars(row).items() if name != "_state"}
        zones = {f"{name} zone": value.tzinfo for name, value in values.items() if isinstance(value, datetime)}
        # Django makes the dict of cached relations when somebody looks for one, foreign keys among them.
        state = {"fields_cache": row._state.fields_cache} | vars(row._state)
        found.append((type(row), values, zones, type(row._state), state))
    return found


# Instances.


def test_rows_of_every_model_are_those_of_django(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    fast = 0
    for model in MODELS:
        if model is Corrupt:
            continue
        rows = QuerySet(model).order_by("pk")
        expected = list(rows[:3])
        read_by_django.clear()
        found = read(rows[:3]).rows
        fast += model not in read_by_django
        assert contents(found) == contents(expected), model
        for copied in (copy.copy, copy.deepcopy, lambda row: pickle.loads(pickle.dumps(row))):
            assert contents(map(copied, found)) == contents(map(copied, expected)), model
    assert fast > 100


def test_a_hook_may_pickle_and_copy_rows(
    admin: User, monkeypatch: pytest.MonkeyPatch, read_by_django: list[Any]
) -> None:
    shop = make_shop()
    copies: list[Any] = []

    def has_view_permission(self: Any, request: Any, obj: Any = None) -> bool:
        if obj is not None:
            copies.extend([pickle.loads(pickle.dumps(obj)), copy.deepcopy(obj), copy.copy(obj)])
        return True

    config = registry.get("testapp.Order")
    assert config is not None
    monkeypatch.setattr(type(config), "has_view_permission", has_view_permission)
    client = Client()
    client.force_login(admin)
    assert client.get(f"/conjure/r/testapp.Order/{shop.orders[0].pk}/").status_code == 200
    assert Order not in read_by_django
    assert len(copies) >= 3
    assert set(copies) == {shop.orders[0]}


@pytest.mark.parametrize("signal", [pre_init, post_init])
def test_receivers_are_told_of_every_instance(signal: Any, admin: User) -> None:
    make_shop()
    made: list[Any] = []

    def receive(sender: Any, **kwargs: Any) -> None:
        made.append(sender)

    client = Client()
    client.force_login(admin)
    client.get("/conjure/r/testapp.Order/")
    signal.connect(receive, sender=Order)
    signal.connect(receive, sender=Customer)
    try:
        assert client.get("/conjure/r/testapp.Order/").json()["count"] == 3
    finally:
        signal.disconnect(receive, sender=Order)
        signal.disconnect(receive, sender=Customer)
    assert made.count(Order) == 3
    assert made.count(Customer) >= 1


def test_a_models_own_init_is_called() -> None:
    RemembersOriginal.objects.create(name="first", amount=3)
    assert [row.original for row in read(RemembersOriginal.objects.all()).rows] == [("first", 3)]


@isolate_apps("tests.testapp")
def test_a_model_with_a_part_in_making_its_instances_makes_them_itself() -> None:
    class Plain(models.Model):
        name = models.CharField(max_length=9)

        class Meta:
            app_label = "testapp"

        def __str__(self) -> str:
            return self.name

    class ComputedAttribute:
        def __init__(self, field: Any) -> None:
            self.field = field

        def __set__(self, instance: Any, value: Any) -> None:
            instance.__dict__["computed"] = value

    class ComputedField(models.CharField):  # type: ignore[type-arg]
        descriptor_class = ComputedAttribute

    class CallsItself(models.base.ModelBase):
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            return super().__call__(*args, **kwargs)

    steps: dict[str, Any] = {
        "__new__": lambda cls, *args, **kwargs: object.__new__(cls),
        "__init__": lambda self, *args, **kwargs: None,
        "__getattribute__": lambda self, *args: object.__getattribute__(self, *args),  # noqa: PLW0108 - another than Django's
        "__setattr__": lambda self, *args: object.__setattr__(self, *args),  # noqa: PLW0108 - likewise
        "from_db": classmethod(lambda cls, *args, **kwargs: None),
        "refresh_from_db": lambda self, *args, **kwargs: None,
    }
    module = {"__module__": Order.__module__}
    others = [type(f"Own{number}", (Plain,), {**module, name: steps[name]}) for number, name in enumerate(steps)]
    others.append(type("Computed", (models.Model,), {**module, "field": ComputedField(max_length=9)}))
    others.append(CallsItself("CallsItself", (models.Model,), dict(module)))
    assert can_make_instances(Plain)
    assert [other for other in others if can_make_instances(other)] == []


# Querysets.

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


def test_the_order_that_a_database_keeps_is_kept(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    read_by_django.clear()
    for model in (OrderedByCase, Order):
        for term in ("pk", "-pk", *(field.attname for field in model._meta.concrete_fields)):
            rows = QuerySet(model).order_by(term, "-pk")
            assert [row.pk for row in read(rows).rows] == list(rows.values_list("pk", flat=True))
    assert read_by_django == []


# Values.


def test_a_value_that_cannot_be_read_fails_as_it_does_in_django(media_root: Path) -> None:
    make_everything()
    for read_all in (list, read):
        with pytest.raises(ValueError, match="corrupt"):
            read_all(Corrupt._base_manager.all())


def test_times_are_read_as_django_reads_them(admin: User, read_by_django: list[Any]) -> None:
    make_shop()
    pks = list(Order._base_manager.values_list("pk", flat=True))
    moments = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC), None]
    moments += [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=step) for step in (0, 1, 10, 500_000)]
    rows = Order._base_manager.filter(pk__in=pks[: len(moments)]).order_by("pk")
    for pk, paid_at in zip(pks, moments, strict=False):
        Order._base_manager.filter(pk=pk).update(paid_at=paid_at)
    expected = contents(rows.all())
    read_by_django.clear()
    assert contents(read(rows.all()).rows) == expected
    assert read_by_django == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE testapp_order SET paid_at = 'infinity' WHERE id = %s", [pks[0]])
        client = Client()
        client.force_login(admin)
        assert client.get("/conjure/r/testapp.Order/?fields=id").status_code < 500


# Rows that foreign keys point to.


def test_targets_come_in_the_same_query_each_once(read_by_django: list[Any]) -> None:
    make_shop()
    for terms in (["-pk"], ["priority", "-created_at", "pk"]):
        rows = Order._base_manager.order_by(*terms)[:3]
        for page in (rows, rows.only("customer", "product")):
            expected = contents(page.all())
            read_by_django.clear()
            with CaptureQueriesContext(connection) as queries:
                found = read(page.all(), [CUSTOMERS, PRODUCTS])
            assert len(queries) == 1
            assert queries[0]["sql"].count("LEFT OUTER JOIN") == 2
            assert read_by_django == []
            assert contents(found.rows) == expected
            customers = Customer._base_manager.filter(pk__in={order.customer_id for order in found.rows})
            expected = contents(customers.only("name", "email").order_by("pk"))
            assert contents(sorted(found.targets["customer_id"], key=lambda row: row.pk)) == expected
            assert {row.sku for row in found.targets["product_id"]} == {row.product_id for row in found.rows} - {None}


def test_a_row_whose_foreign_key_dangles_is_not_lost(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    rows = Dangling._base_manager.order_by("pk")
    target: Any = Dangling._meta.get_field("address").related_model
    read_by_django.clear()
    found = read(rows[:100], [Join("address_id", target, "id", frozenset())])
    assert read_by_django == []
    assert [row.pk for row in found.rows] == list(rows.values_list("pk", flat=True))
    there = set(target._base_manager.values_list("pk", flat=True))
    assert {row.pk for row in found.targets["address_id"]} == {row.address_id for row in found.rows} & there
    assert {row.address_id for row in found.rows} - there, "no row dangles"


def test_what_a_manager_hides_is_not_joined() -> None:
    hidden = [model for model in MODELS if model._base_manager.all().query.where]
    assert hidden
    for model in hidden:
        rows = Category._base_manager.order_by("pk")[:3]
        assert read(rows, [Join("parent_id", model, model._meta.pk.attname, frozenset())]).targets == {}


def test_a_list_takes_its_labels_along(admin: User, read_by_django: list[Any]) -> None:
    make_shop()
    client = Client()
    client.force_login(admin)
    first = client.get("/conjure/r/testapp.Product/").json()
    read_by_django.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/conjure/r/testapp.Product/").json() == first
    assert not {Product, Category} & set(read_by_django)
    assert any("LEFT OUTER JOIN" in query["sql"] for query in queries)


# Where it is off.


def read_in_djangos_way(read_by_django: list[Any]) -> bool:
    read_by_django.clear()
    expected = list(Customer._base_manager.values_list("pk", flat=True))
    assert [row.pk for row in read(Customer._base_manager.all()).rows] == expected
    return read_by_django == [Customer]


def test_it_is_off_where_it_was_not_tested(monkeypatch: pytest.MonkeyPatch, read_by_django: list[Any]) -> None:
    make_shop()
    assert not read_in_djangos_way(read_by_django)
    with override_settings(CONJURE={"FAST_READS": False}):
        assert read_in_djangos_way(read_by_django)
    with monkeypatch.context() as patched:
        patched.setattr(django, "VERSION", (7, 0, 0, "final", 0))
        assert read_in_djangos_way(read_by_django)
    backend = type(connection).__module__
    with monkeypatch.context() as patched:
        patched.setattr(fast_reads, "TESTED_DATABASES", {(backend, "another_driver"), ("another.backend", "sqlite3")})
        assert read_in_djangos_way(read_by_django)
    assert not read_in_djangos_way(read_by_django)


def test_requests_get_the_same_bodies_both_ways(admin: User, media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    client = Client()
    client.force_login(admin)
    listed = {key: f"/conjure/r/{key}/?page_size=3" for key, _ in registry.items()}
    for path in listed.values():
        client.get(path)  # What labels read is known from here on, so that it is joined.
    read_by_django.clear()
    fast = {key: client.get(path).content for key, path in listed.items()}
    made_by_django = len(read_by_django)
    read_by_django.clear()
    with override_settings(CONJURE={"FAST_READS": False}):
        assert {key: client.get(path).content for key, path in listed.items()} == fast
    assert made_by_django + 100 < len(read_by_django)


# Caches.


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_kept() -> None:
    kept: list[Any] = []

    def read_in_a_thread() -> None:
        read(Order._base_manager.order_by("pk")[:3], [CUSTOMERS, PRODUCTS])
        kept.append(weakref.ref(connections["default"]))
        connections.close_all()

    thread = threading.Thread(target=read_in_a_thread)
    thread.start()
    thread.join()
    gc.collect()
    assert kept[0]() is None
