"""Many rows in one write: alike by bulk, or each in its own way by operations; all of it or nothing."""

from __future__ import annotations

import re
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models.signals import post_save
from django.test.utils import CaptureQueriesContext

from conjure.exceptions import ForbiddenError, NotFoundError, ProtectedError
from conjure.models import AdminAuditLog
from tests.conftest import Gql
from tests.graphql.writes.conftest import Grant, Open, refused
from tests.testapp.factories import Shop
from tests.testapp.models import ChangesItself
from tests.testapp.models.shop import Category, Customer, Note, Order, OrderItem, Product, Tag

pytestmark = pytest.mark.django_db


def diffs(action: str) -> dict[str, dict[str, Any]]:
    return dict(AdminAuditLog.objects.filter(action=action).values_list("object_pk", "diff"))


def make_tags(count: int) -> list[int]:
    Tag.objects.bulk_create([Tag(name=f"tag {n}", slug=f"bulk-{n}") for n in range(count)])
    return list(Tag.objects.filter(slug__startswith="bulk-").order_by("pk").values_list("pk", flat=True))


# Updates.


def test_rows_are_updated_and_logged_one_by_one(shop: Shop, admin: User, writer: Open) -> None:
    orders = shop.orders
    keys = [str(order.pk) for order in orders]
    before = {order.pk: order for order in Order.objects.all()}
    assert writer(admin, "testapp.Order").bulk_update([*keys, keys[0]], status="shipped", total="7.5") == len(keys)
    logged = diffs("bulk_update")
    for order in Order.objects.filter(pk__in=keys):
        old = before[order.pk]
        assert (order.status, order.total) == ("shipped", Decimal("7.50"))
        assert order.updated_at > old.updated_at
        assert logged[str(order.pk)]["total"] == [str(old.total), "7.50"]
        assert ("status" in logged[str(order.pk)]) is (old.status != "shipped")
    assert AdminAuditLog.objects.get(object_pk=keys[0]).object_repr == str(orders[0])


def test_rows_that_do_not_change_are_counted_and_not_logged(shop: Shop, admin: User, writer: Open) -> None:
    keys = make_tags(3)
    Tag.objects.filter(pk=keys[0]).update(name="same")
    assert writer(admin, "testapp.Tag").bulk_update([*keys, 9_999_999], name="same") == 3
    assert set(diffs("bulk_update")) == {str(key) for key in keys[1:]}


def test_an_update_of_many_plain_rows_takes_one_statement_a_batch(admin: User, writer: Open) -> None:
    keys = make_tags(600)
    client = writer(admin, "testapp.Tag")
    client.bulk_update(keys[:2], name="learn what labels read")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.bulk_update(keys, name="new") == 600
    kinds = [re.match(r"\w+", query["sql"]).group() for query in queries]  # type: ignore[union-attr]
    assert kinds.count("UPDATE") == 2
    assert kinds.count("SELECT") == 2
    assert set(Tag.objects.filter(pk__in=keys).values_list("name", flat=True)) == {"new"}
    assert AdminAuditLog.objects.count() == 602


def test_receivers_and_hooks_get_every_row(shop: Shop, admin: User, writer: Open) -> None:
    keys, seen = make_tags(3), []

    def receive(sender: Any, instance: Tag, **kwargs: Any) -> None:
        seen.append(instance.pk)

    post_save.connect(receive, sender=Tag)
    try:
        writer(admin, "testapp.Tag").bulk_update(keys, name="new")
    finally:
        post_save.disconnect(receive, sender=Tag)
    assert seen == keys
    rows = [ChangesItself.objects.create(title=f"t{n}") for n in range(3)]
    writer(admin, "testapp.ChangesItself").bulk_update([row.pk for row in rows], title="x")
    assert list(ChangesItself.objects.values_list("saves", flat=True)) == [2, 2, 2]
    reviews = [review.pk for review in shop.reviews]
    writer(admin, "testapp.Review").bulk_update(reviews, stars=9)
    assert {r.moderated_by for r in type(shop.reviews[0]).objects.filter(pk__in=reviews)} == {"admin"}


def test_an_update_validates_as_one_of_a_single_row_does(shop: Shop, admin: User, writer: Open) -> None:
    keys = [product.pk for product in shop.products]
    before = list(Product.objects.order_by("pk").values())
    client = writer(admin, "testapp.Product")
    assert refused(client.bulk_update, keys, price="-1") == {"non_field_errors": ["The price must not be negative."]}
    assert list(refused(client.bulk_update, keys, price="x", stock="y")) == ["price", "stock"]
    assert list(refused(client.bulk_update, keys, category=999_999)) == ["category"]
    assert list(refused(client.bulk_update, keys, name="all the same", category=shop.categories[0].pk))
    assert list(Product.objects.order_by("pk").values()) == before
    customers = [str(customer.pk) for customer in shop.customers]
    errors = refused(writer(admin, "testapp.Customer").bulk_update, customers, email="same@example.com")
    assert list(errors) == ["email"]


def test_a_stale_value_that_is_kept_is_no_mistake(shop: Shop, admin: User, writer: Open) -> None:
    keys = [order.pk for order in shop.orders]
    Order.objects.filter(pk__in=keys).update(status="abolished")
    client = writer(admin, "testapp.Order")
    assert client.bulk_update(keys, status="abolished") == len(keys)
    Order.objects.filter(pk=keys[0]).update(status="paid")
    assert list(refused(client.bulk_update, keys, status="abolished")) == ["status"]


@pytest.mark.parametrize(
    "name", ["discount", "secret_note", "id", "pk", "created_at", "_label", "customer_id", "no_such_field", "items", ""]
)
def test_fields_that_may_not_be_written_are_refused_under_any_spelling(
    name: str, shop: Shop, admin: User, writer: Open
) -> None:
    keys = [order.pk for order in shop.orders]
    before = list(Order.objects.order_by("pk").values())
    for pks in (keys, keys[:1], [9_999_999]):
        errors = refused(writer(admin, "testapp.Order").bulk_update, pks, **{name: "1", "comment": "x"})
        assert list(errors) == ["data"]
    assert list(Order.objects.order_by("pk").values()) == before


def test_fields_that_are_read_only_for_one_row_are_refused(shop: Shop, admin: User, writer: Open) -> None:
    keys = [customer.pk for customer in shop.customers]
    assert {c.tier for c in shop.customers} > {"gold"}
    before = list(Customer.objects.order_by("pk").values())
    assert list(refused(writer(admin, "testapp.Customer").bulk_update, list(map(str, keys)), credit="1")) == ["data"]
    assert list(Customer.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "pks", [[], [True], [1.5], [None], ["x"], [{"a": 1}], [[1]], ["1", None], ["²"], [""], [10**30], ["\x00"]], ids=repr
)
def test_ids_that_are_none_are_refused(pks: list[Any], shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Tag")
    assert list(refused(client.bulk_update, pks, name="x")) == ["ids"]
    assert list(refused(client.bulk_delete, pks)) == ["ids"]


def test_a_bulk_over_its_cap_is_refused(shop: Shop, admin: User, writer: Open, settings: Any) -> None:
    settings.CONJURE = {"BULK_MAX_ROWS": 2}
    client, keys = writer(admin, "testapp.Tag"), make_tags(3)
    assert list(refused(client.bulk_update, keys, name="x")) == ["ids"]
    assert list(refused(client.bulk_delete, keys)) == ["ids"]
    assert list(refused(client.apply, *({"op": "delete", "pk": key} for key in keys))) == ["operations"]
    assert client.bulk_delete(keys[:2]) == 2


def test_hidden_rows_are_as_absent_ones_and_each_row_is_asked(shop: Shop, grant: Grant, writer: Open) -> None:
    clerk = grant("view_note", "change_note", "delete_note")
    own = [Note.objects.create(title=f"own {n}", owner=clerk) for n in range(2)]
    hidden = [note.pk for note in shop.notes if not note.is_public]
    client = writer(clerk, "testapp.Note")
    keys = [note.pk for note in own]
    assert client.bulk_update([*keys, *hidden], text="new") == 2
    public = next(note for note in shop.notes if note.is_public)
    with pytest.raises(ForbiddenError):
        client.bulk_update([*keys, public.pk], text="newer")
    assert set(Note.objects.filter(pk__in=keys).values_list("text", flat=True)) == {"new"}
    assert client.bulk_delete([*keys, *hidden]) == 2
    assert Note.objects.filter(pk__in=hidden).count() == len(hidden)


def test_links_can_be_set_on_many_rows(shop: Shop, admin: User, writer: Open) -> None:
    keys, tag = [product.pk for product in shop.products], shop.tags[0]
    assert writer(admin, "testapp.Product").bulk_update(keys, tags=[tag.pk]) == len(keys)
    assert all(set(product.tags.all()) == {tag} for product in shop.products)


def test_ten_thousand_rows_are_updated_and_logged_in_memory_that_does_not_grow(admin: User, writer: Open) -> None:
    keys = make_tags(10_000)
    client = writer(admin, "testapp.Tag")
    client.bulk_update(keys[:1_000], name="warm")
    peaks = []
    for count in (1_000, 10_000):
        tracemalloc.start()
        assert client.bulk_update(keys[:count], name=f"name {count}") == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 10_000 * 600  # the ids, as sent, parsed and sorted
    assert AdminAuditLog.objects.values("object_pk").distinct().count() == 10_000


# Deletes.


def test_rows_are_deleted_and_logged_one_by_one(shop: Shop, admin: User, writer: Open) -> None:
    keys = make_tags(5)
    assert writer(admin, "testapp.Tag").bulk_delete([str(keys[0]), *keys, 9_999_999]) == 5
    assert not Tag.objects.filter(pk__in=keys).exists()
    logged = diffs("bulk_delete")
    assert set(logged) == {str(key) for key in keys}
    assert logged[str(keys[0])] == {"id": [keys[0], None], "name": ["tag 0", None], "slug": ["bulk-0", None]}


def test_one_protected_row_keeps_all(shop: Shop, admin: User, writer: Open) -> None:
    free = Category.objects.create(name="free")
    with pytest.raises(ProtectedError):
        writer(admin, "testapp.Category").bulk_delete([free.pk, shop.products[0].category_id])
    assert Category.objects.filter(pk=free.pk).exists()
    assert not AdminAuditLog.objects.exists()


# Operations.


def test_operations_are_applied_in_order(shop: Shop, admin: User, writer: Open) -> None:
    client, order = (
        writer(admin, "testapp.OrderItem"),
        Order.objects.create(number="O", customer=shop.customers[0], ordered_on="2024-01-01"),
    )
    products = [product.pk for product in shop.products[:2]]
    line = {"order": order.pk, "unit_price": "1"}
    results = client.apply(
        {"op": "create", "values": {**line, "product": products[0], "quantity": 2}},
        {"op": "create", "values": {**line, "product": products[1]}},
    )
    assert [result["op"] for result in results] == ["create", "create"]
    first, second = (result["pk"] for result in results)
    results = client.apply(
        {"op": "update", "pk": str(first), "values": {"quantity": 5}},
        {"op": "update", "pk": first, "values": {"quantity": 6}},
        {"op": "delete", "pk": second},
        {"op": "create", "values": {**line, "product": products[1]}},
    )
    assert [(result["op"], result["pk"]) for result in results[:3]] == [
        ("update", first),
        ("update", first),
        ("delete", second),
    ]
    assert OrderItem.objects.filter(order=order).count() == 2
    logged = AdminAuditLog.objects.order_by("pk").values_list("action", "diff")
    assert [action for action, _ in logged] == ["create", "create", "update", "update", "delete", "create"]
    assert [diff.get("quantity") for _, diff in logged][2:4] == [[2, 5], [5, 6]]


def test_the_first_operation_that_fails_is_named_last_and_undoes_all(shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Tag")
    before = list(Tag.objects.values())
    errors = refused(
        client.apply,
        {"op": "create", "values": {"name": "good", "slug": "good"}},
        {"op": "update", "pk": shop.tags[0].pk, "values": {"name": "x" * 50, "slug": "no slug"}},
        {"op": "delete", "pk": shop.tags[1].pk},
    )
    assert list(errors) == ["name", "slug", "operation"]
    assert errors["operation"] == ["Operation 2 (update) is not valid; nothing was saved."]
    assert list(Tag.objects.values()) == before
    assert not AdminAuditLog.objects.exists()


def test_rows_of_one_go_may_not_take_each_others_unique_values(admin: User, writer: Open) -> None:
    new = {"op": "create", "values": {"name": "x", "slug": "same"}}
    errors = refused(writer(admin, "testapp.Tag").apply, new, new)
    assert list(errors) == ["slug", "operation"]
    assert "Operation 2" in errors["operation"][0]


def test_what_is_no_operation_is_refused(shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Tag")
    assert list(refused(client.apply)) == ["operations"]
    for op in ("upsert", "", "CREATE"):
        assert list(refused(client.apply, {"op": op})) == ["operations"]
    for pk in (None, True, 1.5, [1], {"a": 1}):
        assert list(refused(client.apply, {"op": "delete", "pk": pk})) == ["pk", "operation"], pk
    with pytest.raises(NotFoundError, match="Operation 2"):
        client.apply({"op": "delete", "pk": shop.tags[0].pk}, {"op": "update", "pk": 9_999_999})
    assert Tag.objects.filter(pk=shop.tags[0].pk).exists()


def test_each_operation_asks_its_own_permission(shop: Shop, grant: Grant, writer: Open) -> None:
    clerk = grant("add_tag", "change_tag")
    client, tag = writer(clerk, "testapp.Tag"), shop.tags[0]
    new = {"op": "create", "values": {"name": "x", "slug": "x"}}
    assert len(client.apply(new, {"op": "update", "pk": tag.pk, "values": {"name": "y"}})) == 2
    with pytest.raises(ForbiddenError):
        client.apply({**new, "values": {"name": "z", "slug": "z"}}, {"op": "delete", "pk": tag.pk})
    assert not Tag.objects.filter(slug="z").exists()


def test_graphql_answers_errors_of_a_bulk_as_data(shop: Shop, admin: User, gql: Gql) -> None:
    document = """
      mutation ($operations: [TestappTagOperation!]!) {
        applyTestappTagOperations(operations: $operations) { results { op pk } errors { field messages code } }
        bulkUpdateTestappTags(pks: [%s], data: {name: "%s"}) { updated errors { field } }
      }""" % (shop.tags[0].pk, "x" * 50)
    operations = [{"op": "create", "data": {"name": "typed", "slug": "not a slug"}}]
    answer = gql(admin, document, operations=operations)["data"]
    assert answer["applyTestappTagOperations"]["results"] is None
    assert [e["field"] for e in answer["applyTestappTagOperations"]["errors"]] == ["slug", "operation"]
    assert answer["bulkUpdateTestappTags"] == {"updated": None, "errors": [{"field": "name"}]}
