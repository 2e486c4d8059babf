"""Creating, changing and deleting one row: what is written, what is refused, and what the log says of it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.exceptions import ConflictError, NotFoundError, ProtectedError
from conjure.models import AdminAuditLog
from tests.graphql.writes.conftest import Grant, Open, refused
from tests.testapp.factories import Shop
from tests.testapp.models import (
    ChangesItself,
    EveryDefault,
)
from tests.testapp.models.shop import Category, Note, Order, Product, Review

pytestmark = pytest.mark.django_db


def entries() -> list[tuple[str, str, dict[str, Any]]]:
    rows = AdminAuditLog.objects.order_by("pk").values_list("model_label", "action", "diff")
    return list(rows)


# Create.


def test_a_created_row_is_served_and_logged(admin: User, writer: Open) -> None:
    row = writer(admin, "testapp.Category").create(name="Tools", position="3")
    assert (row["name"], row["position"], row["_label"], row["parent_label"]) == ("Tools", 3, "Tools", None)
    entry = AdminAuditLog.objects.get()
    assert (entry.actor, entry.model_label, entry.object_pk, entry.object_repr, entry.action, entry.ip) == (
        admin,
        "testapp.Category",
        str(row["id"]),
        "Tools",
        "create",
        "192.0.2.7",
    )
    assert entry.diff == {
        "id": [None, row["id"]],
        "name": [None, "Tools"],
        "description": [None, ""],
        "position": [None, 3],
    }


def test_every_bad_field_is_named_in_one_answer(shop: Shop, admin: User, writer: Open) -> None:
    errors = refused(
        writer(admin, "testapp.Order").create,
        number="x" * 21,
        customer="not a key",
        priority=7,
        total="many",
        is_gift="perhaps",
        ordered_on="2024-02-30",
        deliver_at=5,
        paid_at="yesterday",
        delivery_window="long",
        weight="NaN",
    )
    assert list(errors) == [
        "customer",
        "total",
        "is_gift",
        "ordered_on",
        "deliver_at",
        "paid_at",
        "delivery_window",
        "weight",
        "number",
        "priority",
    ]
    assert errors["customer"] == ['Invalid pk "not a key" - object does not exist.']


def test_missing_fields_are_named_as_the_model_names_them(admin: User, writer: Open) -> None:
    errors = refused(writer(admin, "testapp.Order").create)
    assert errors == {
        "number": ["This field cannot be blank."],
        "customer": ["This field cannot be null."],
        "ordered_on": ["This field cannot be null."],
    }


@pytest.mark.parametrize("empty", [None, ""], ids=repr)
def test_what_is_left_empty_on_create_gets_its_default(empty: Any, admin: User, writer: Open) -> None:
    names = [f.name for f in EveryDefault._meta.fields if not f.primary_key]
    row = writer(admin, "testapp.EveryDefault").create(**dict.fromkeys(names, empty))
    plain = EveryDefault.objects.create()
    created = EveryDefault.objects.get(pk=row["id"])
    for name in names:
        if name not in {"token_like", "moment_by_database"}:
            assert getattr(created, name) == getattr(plain, name), name
    assert created.token_like
    assert created.moment_by_database


def test_null_means_nothing_for_a_blank_text(shop: Shop, admin: User, writer: Open) -> None:
    order = shop.orders[0]
    Order.objects.filter(pk=order.pk).update(comment="something")
    assert writer(admin, "testapp.Order").update(order.pk, comment=None)["comment"] == ""


def test_text_is_kept_to_the_letter(admin: User, writer: Open) -> None:
    text = "  two spaces,\r\n a line\tand \u202e more \u00a0"
    row = writer(admin, "testapp.Category").create(name=" padded ", description=text)
    assert Category.objects.values_list("name", "description").get(pk=row["id"]) == (" padded ", text)


@pytest.mark.parametrize("text", ["nul\x00", "lone \ud800"], ids=["nul", "surrogate"])
def test_text_that_no_database_stores_is_refused(text: str, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Category")
    assert list(refused(client.create, name=text)) == ["name"]
    product = writer(admin, "testapp.Product")
    errors = refused(product.create, sku=text, name="x", category=text, price="1", attributes={"a": [{text: text}]})
    assert set(errors) == {"sku", "category", "attributes"}


def test_decimals_come_as_strings_and_numbers(shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Product")
    key = shop.products[0].pk
    for sent, stored in [("12.3", "12.30"), (12.3, "12.30"), (12, "12.00"), ("1e2", "100.00"), ("-0", "0.00")]:
        assert client.update(key, price=sent)["price"] == stored.replace("-0.00", "0.00") or sent == "-0"
        assert Product.objects.get(pk=key).price == Decimal(stored)
    for wrong in ["1.234", "123456789.00", "Infinity", "NaN", "1_0", True, [1], {"a": 1}, "1e999999999", "9" * 5000]:
        assert list(refused(client.update, key, price=wrong)) == ["price"], wrong


def test_json_must_be_what_every_database_stores(shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Product")
    key = shop.products[0].pk
    for value in ([1, 2.5, None, True, "x"], {"a": {"b": []}}, "text", 0, False):
        assert client.update(key, attributes=value)["attributes"] == value
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    for wrong in (float("nan"), {"a": float("inf")}, deep, 10**2_000, {"a": ["\x00"]}):
        assert list(refused(client.update, key, attributes=wrong)) == ["attributes"]


def test_true_is_not_one_in_json(shop: Shop, admin: User, writer: Open) -> None:
    client, key = writer(admin, "testapp.Product"), shop.products[0].pk
    client.update(key, attributes={"a": 1})
    client.update(key, attributes={"a": True})
    assert Product.objects.get(pk=key).attributes == {"a": True}
    assert Product.objects.get(pk=key).attributes["a"] is True


def test_booleans_are_read_in_words(shop: Shop, admin: User, writer: Open) -> None:
    client, order = writer(admin, "testapp.Order"), shop.orders[0]
    for word, value in [("true", True), ("False", False), ("1", True), (0, False), ("on", True), ("no", False)]:
        assert client.update(order.pk, is_gift=word)["is_gift"] is value
    for wrong in ("maybe", 2, [], {}, 1.5):
        assert list(refused(client.update, order.pk, is_gift=wrong)) == ["is_gift"]


def test_a_multipart_create_without_a_boolean_gets_the_models_default(shop: Shop, admin: User, writer: Open) -> None:
    product = {"sku": "NEW", "name": "New", "category": str(shop.categories[0].pk), "price": "1"}
    assert writer(admin, "testapp.Product", form=True).create(**product)["is_available"] is True


def test_moments_are_read_in_the_current_time_zone(shop: Shop, admin: User, writer: Open, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Istanbul"
    order = shop.orders[0]
    row = writer(admin, "testapp.Order").update(order.pk, paid_at="2024-05-01T12:00:00.123456")
    assert row["paid_at"] == "2024-05-01T12:00:00.123456+03:00"
    order.refresh_from_db()
    assert order.paid_at == datetime.datetime(2024, 5, 1, 9, 0, 0, 123456, tzinfo=datetime.UTC)


# Keys.


def test_a_new_row_may_be_given_its_key_where_the_model_lets_it(shop: Shop, admin: User, writer: Open) -> None:
    assert writer(admin, "testapp.StringKey").create(code="a/b c", name="x")["code"] == "a/b c"
    customer = writer(admin, "testapp.Customer").create(id="0" * 32, name="N", email="n@example.com")
    assert customer["id"] != "00000000-0000-0000-0000-000000000000"
    assert writer(admin, "testapp.Tag").create(id=9_999, name="T", slug="t-new")["id"] != 9_999


def test_a_key_that_is_taken_is_refused_and_never_overwritten(admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.StringKey")
    client.create(code="taken", name="first")
    assert list(refused(client.create, code="taken", name="second")) == ["code"]
    assert client.get("taken")["name"] == "first"


def test_keys_unknown_read_only_and_helper_names_are_passed_over(shop: Shop, admin: User, writer: Open) -> None:
    order = shop.orders[0]
    before = Order.objects.values().get(pk=order.pk)
    sent = {
        "id": 99,
        "pk": 99,
        "discount": "5",
        "secret_note": "x",
        "created_at": "2020-01-01T00:00:00Z",
        "_label": "x",
        "customer_label": "x",
        "status_display": "x",
        "customer_id": str(shop.customers[1].pk),
        "no_such_field": "x",
        "items": [1],
    }
    writer(admin, "testapp.Order").update(order.pk, sent)
    assert Order.objects.values().get(pk=order.pk) == before
    assert not AdminAuditLog.objects.exists()


# Update.


def test_only_what_changes_is_written_and_logged(shop: Shop, admin: User, writer: Open) -> None:
    order = shop.orders[0]
    before = Order.objects.values().get(pk=order.pk)
    row = writer(admin, "testapp.Order").get(order.pk)
    row.update(comment="new", priority=1)
    answer = writer(admin, "testapp.Order").update(order.pk, row)
    after = Order.objects.values().get(pk=order.pk)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"comment", "priority", "updated_at"}
    assert answer["priority_display"] == "Low"
    label, action, diff = entries()[0]
    assert (label, action, set(diff)) == ("testapp.Order", "update", {"comment", "priority", "updated_at"})
    assert diff["comment"] == [before["comment"], "new"]


def test_a_change_that_changes_nothing_saves_nothing_and_logs_nothing(admin: User, writer: Open) -> None:
    row = writer(admin, "testapp.ChangesItself").create(title="A title")
    assert (row["slug"], row["saves"]) == ("a-title", 1)
    writer(admin, "testapp.ChangesItself").update(row["id"], title="A title")
    writer(admin, "testapp.ChangesItself").update(row["id"])
    assert ChangesItself.objects.get().saves == 1
    assert len(entries()) == 1


def test_what_save_changes_by_itself_is_written_served_and_logged(admin: User, writer: Open) -> None:
    row = writer(admin, "testapp.ChangesItself").create(title="A title")
    row = writer(admin, "testapp.ChangesItself").update(row["id"], title="Another", slug="")
    assert (row["slug"], row["saves"]) == ("another", 2)
    assert entries()[1][2] == {"title": ["A title", "Another"], "slug": ["a-title", "another"], "saves": [1, 2]}


def test_generated_columns_are_served_as_the_database_computes_them(admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.GeneratedColumns")
    row = client.create(width=3, name="abc", area=99)
    assert (row["area"], row["shouted"], row["length"]) == (6, "ABC", 3)
    row = client.update(row["id"], width=5)
    assert row["area"] == 10
    assert entries()[1][2] == {"width": [3, 5], "area": [6, 10]}


def test_a_row_with_a_stale_value_can_be_changed_elsewhere(shop: Shop, admin: User, writer: Open) -> None:
    order = shop.orders[0]
    Order.objects.filter(pk=order.pk).update(status="abolished")
    assert writer(admin, "testapp.Order").update(order.pk, comment="fine")["comment"] == "fine"
    assert list(refused(writer(admin, "testapp.Order").update, order.pk, status="unheard of")) == ["status"]


def test_hooks_of_the_config_are_run(shop: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Review")
    row = client.create(product=shop.products[0].pk, stars=4, moderated_by="somebody else")
    assert Review.objects.get(pk=row["id"]).moderated_by == "admin"
    client.delete(row["id"])
    from tests.testapp.models.shop import Event

    assert Event.objects.filter(name=f"review {row['id']} deleted").exists()


# Delete.


def test_a_deleted_row_is_logged_with_its_values(shop: Shop, admin: User, writer: Open) -> None:
    tag = shop.tags[0]
    assert writer(admin, "testapp.Tag").delete(tag.pk) == 1
    assert entries() == [
        ("testapp.Tag", "delete", {"id": [tag.pk, None], "name": [tag.name, None], "slug": [tag.slug, None]})
    ]


def test_a_protected_row_stays(shop: Shop, admin: User, writer: Open) -> None:
    category = shop.products[0].category
    with pytest.raises(ProtectedError) as caught:
        writer(admin, "testapp.Category").delete(category.pk)
    assert "testapp.Product" in [blocker["model"] for blocker in caught.value.blockers]
    assert Category.objects.filter(pk=category.pk).exists()
    assert not AdminAuditLog.objects.exists()


def test_a_hidden_row_and_a_malformed_key_are_absent(shop: Shop, grant: Grant, writer: Open) -> None:
    clerk = grant("change_note", "delete_note")
    hidden = next(n for n in shop.notes if not n.is_public and n.owner_id != clerk.pk)
    client = writer(clerk, "testapp.Note")
    for key in (hidden.pk, 9_999_999, "x", "10" * 20, "²"):
        with pytest.raises(NotFoundError):
            client.update(key, title="x")
        with pytest.raises(NotFoundError):
            client.delete(key)


def test_delete_may_refuse(admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.DeleteRaises")
    row = client.create(name="x")
    assert refused(client.delete, row["id"]) == {"non_field_errors": ["Rows of this model are never deleted."]}


# Versions.


def test_a_stale_version_conflicts_without_effect(shop: Shop, admin: User, writer: Open) -> None:
    client, product = writer(admin, "testapp.Product"), shop.products[0]
    first = client.version(product.pk)
    assert client.version(product.pk) == first
    client.update(product.pk, {"name": "Second"}, first)
    second = client.version(product.pk)
    assert second != first
    for call in (
        lambda: client.update(product.pk, {"name": "Third"}, first),
        lambda: client.delete(product.pk, first),
    ):
        with pytest.raises(ConflictError):
            call()
    assert Product.objects.get(pk=product.pk).name == "Second"
    client.update(product.pk, tags=[])
    assert client.version(product.pk) != second


def test_a_version_tells_nothing_of_hidden_links(shop: Shop, grant: Grant, admin: User, writer: Open) -> None:
    client = writer(grant("change_folder", "view_note"), "testapp.Folder")
    folder, hidden = shop.folders[0], Note.objects.create(title="hidden", owner=admin)
    before, seen_by_all = client.version(folder.pk), writer(admin, "testapp.Folder").version(folder.pk)
    folder.notes.add(hidden)
    assert client.version(folder.pk) == before
    assert writer(admin, "testapp.Folder").version(folder.pk) != seen_by_all


def test_a_version_tells_nothing_of_excluded_columns(shop: Shop, admin: User, writer: Open) -> None:
    client, order = writer(admin, "testapp.Order"), shop.orders[0]
    before = client.version(order.pk)
    Order.objects.filter(pk=order.pk).update(secret_note="another secret")
    assert client.version(order.pk) == before
