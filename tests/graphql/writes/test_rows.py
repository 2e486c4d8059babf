"""Creating, changing and deleting one row: what is written, what is refused, and what the log says of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.exceptions import ConflictError, ForbiddenError, NotFoundError, ProtectedError
from conjure.models import AdminAuditLog
from tests.conftest import Gql
from tests.graphql.writes.conftest import Grant, Writer, refused
from tests.testapp.factories import Shop
from tests.testapp.models import (
    ChangesItself,
    CleanRaises,
    EveryDefault,
    SaveRaises,
    Validated,
)
from tests.testapp.models.shop import Category, Coupon, Customer, Note, Order, Product, Review, Vault

pytestmark = pytest.mark.django_db
Open = Callable[..., Writer]


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


# The model's own validation.


def test_clean_validators_choices_and_constraints_refuse(shop: Shop, admin: User, writer: Open) -> None:
    customers, products = writer(admin, "testapp.Customer"), writer(admin, "testapp.Product")
    customer, product = shop.customers[1], shop.products[0]
    assert refused(customers.update, customer.pk, email="x@blocked.example") == {"email": ["This domain is blocked."]}
    assert refused(customers.update, customer.pk, phone="abc") == {"phone": ["Digits and spaces only."]}
    assert list(refused(customers.update, customer.pk, credit=-1)) == ["credit"]
    assert list(refused(customers.update, customer.pk, tier="platinum")) == ["tier"]
    taken = shop.customers[0].email
    assert set(refused(customers.update, customer.pk, email=taken, phone="abc")) == {"email", "phone"}
    assert list(refused(customers.update, customer.pk, email=taken)) == ["email"]
    assert refused(products.update, product.pk, price="-1") == {"non_field_errors": ["The price must not be negative."]}
    same = {"sku": "X", "name": product.name, "category": product.category_id, "price": "1"}
    assert list(refused(products.create, **same)) == ["non_field_errors"]


def test_uniqueness_is_asked_for_groups_of_which_one_field_changes(db: None, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Validated")
    first = client.create(code="a", slug="s", day="2024-01-01", first=1, second=2)
    second = client.create(code="b", slug="s", day="2024-01-02", first=3, second=4)
    assert list(refused(client.update, second["id"], code="a")) == ["code"]
    assert list(refused(client.update, second["id"], day="2024-01-01")) == ["slug"]
    assert list(refused(client.update, second["id"], first=1, second=2)) == ["non_field_errors"]
    assert list(refused(client.update, second["id"], first=4)) == ["non_field_errors"]
    client.update(first["id"], is_main=True)
    assert "non_field_errors" in refused(client.update, second["id"], slug="t", day="2024-01-01", is_main=True)
    assert client.update(second["id"], code=None)["code"] is None
    assert Validated.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("field", {"name": ["Bad name."]}),
        ("text", {"non_field_errors": ["A plain text."]}),
        ("list", {"non_field_errors": ["First.", "Second."]}),
        ("dict", {"amount": ["One.", "Two."], "non_field_errors": ["Of no field."]}),
        ("unknown", {"non_field_errors": ["Of a field that is not there."]}),
    ],
)
def test_errors_of_every_shape_are_lists_of_texts(
    name: str, errors: dict[str, list[str]], admin: User, writer: Open
) -> None:
    client = writer(admin, "testapp.CleanRaises")
    assert refused(client.create, name=name) == errors
    row = client.create(name="good")
    assert refused(client.update, row["id"], name=name) == errors
    assert CleanRaises.objects.get().name == "good"


def test_clean_may_fail_on_values_that_are_wrong_anyway(admin: User, writer: Open) -> None:
    assert refused(writer(admin, "testapp.CleanRaises").create, name="explode", amount="x") == {
        "amount": ["A valid integer is required."]
    }


def test_save_may_refuse_too(admin: User, writer: Open) -> None:
    vaults, raises = writer(admin, "testapp.Vault"), writer(admin, "testapp.SaveRaises")
    assert refused(vaults.create, name="rejected by save") == {"name": ["save() rejects this name."]}
    assert refused(raises.create, name="invalid") == {"non_field_errors": ["save() does not accept this name."]}
    assert list(refused(raises.create, name="conflict")) == ["non_field_errors"]
    failed = "This was refused: save() of testapp.SaveRaises failed."
    assert refused(raises.create, name="explode") == {"non_field_errors": [failed]}
    assert not SaveRaises.objects.exists()
    assert not Vault.objects.exists()


# Foreign keys.


def test_a_foreign_key_must_lead_to_a_row_that_is_there(shop: Shop, admin: User, writer: Open) -> None:
    client, order = writer(admin, "testapp.Order"), shop.orders[0]
    for wrong in ("x", 10**23, "00000000-0000-0000-0000-000000000000", "\x00"):
        assert list(refused(client.update, order.pk, customer=wrong)) == ["customer"], wrong
    for wrong in (True, 1.5, [1], {"id": 1}):
        (message,) = refused(client.update, order.pk, customer=wrong)["customer"]
        assert message.startswith("Incorrect type. Expected pk value"), wrong
    assert client.update(order.pk, product=None)["product"] is None
    assert client.update(order.pk, product=shop.products[1].pk)["product_label"] == str(shop.products[1])


def test_a_hidden_row_is_no_target(shop: Shop, grant: Grant, admin: User, writer: Open) -> None:
    clerk = grant("change_folder", "view_note")
    hidden = next(n for n in shop.notes if not n.is_public)
    folder = shop.folders[-1]
    client = writer(clerk, "testapp.Folder")
    absent = refused(client.update, folder.pk, cover=9_999_999)["cover"][0]
    (message,) = refused(client.update, folder.pk, cover=hidden.pk)["cover"]
    assert message == absent.replace("9999999", str(hidden.pk))
    assert writer(admin, "testapp.Folder").update(folder.pk, cover=hidden.pk)["cover"] == hidden.pk


def test_a_row_that_the_default_manager_hides_stays_a_target_but_becomes_none(
    shop: Shop, admin: User, writer: Open
) -> None:
    hidden = Coupon.everything.filter(is_active=False)[0]
    order = shop.orders[0]
    Order.objects.filter(pk=order.pk).update(coupon=hidden)
    client = writer(admin, "testapp.Order")
    row = client.get(order.pk)
    assert client.update(order.pk, row)["coupon"] == hidden.pk
    other = Coupon.everything.filter(is_active=False).exclude(pk=hidden.pk)[0]
    assert list(refused(client.update, order.pk, coupon=other.pk)) == ["coupon"]


# Permissions.


def test_each_right_is_asked(shop: Shop, grant: Grant, writer: Open) -> None:
    clerk = grant("view_tag")
    client, tag = writer(clerk, "testapp.Tag"), shop.tags[0]
    for call in (
        lambda: client.create(name="x", slug="x"),
        lambda: client.update(tag.pk, name="x"),
        lambda: client.delete(tag.pk),
        lambda: client.update(9_999, name="x"),
        lambda: client.bulk_update([tag.pk], name="x"),
        lambda: client.bulk_delete([tag.pk]),
        lambda: client.apply({"op": "create", "values": {"name": "x", "slug": "x"}}),
    ):
        with pytest.raises(ForbiddenError):
            call()
    clerk = grant("change_tag")
    assert writer(clerk, "testapp.Tag").update(tag.pk, name="changed")["name"] == "changed"
    with pytest.raises(ForbiddenError):
        writer(clerk, "testapp.Tag").create(name="x", slug="x")


def test_who_may_only_add_is_answered_with_what_they_added(shop: Shop, grant: Grant, writer: Open) -> None:
    row = writer(grant("add_orderitem"), "testapp.OrderItem").create(
        order=shop.orders[2].pk, product=shop.products[-1].pk, unit_price="1"
    )
    assert (row["quantity"], row["product_label"]) == (1, str(shop.products[-1]))


def test_a_read_only_model_refuses_every_write(shop: Shop, admin: User, writer: Open) -> None:
    client, event = writer(admin, "testapp.Event"), shop.events[0]
    for call in (
        lambda: client.create(name="x"),
        lambda: client.update(event.pk, name="x"),
        lambda: client.delete(event.pk),
        lambda: client.bulk_update([event.pk], name="x"),
        lambda: client.bulk_delete([event.pk]),
        lambda: client.apply({"op": "delete", "pk": event.pk}),
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert not AdminAuditLog.objects.exists()


def test_the_right_to_change_may_depend_on_the_row(shop: Shop, grant: Grant, writer: Open) -> None:
    clerk = grant("view_note", "change_note")
    public = next(n for n in shop.notes if n.is_public and n.owner_id != clerk.pk)
    hidden = next(n for n in shop.notes if not n.is_public and n.owner_id != clerk.pk)
    own = Note.objects.create(title="own", owner=clerk)
    client = writer(clerk, "testapp.Note")
    with pytest.raises(ForbiddenError):
        client.update(public.pk, title="x")
    with pytest.raises(NotFoundError):
        client.update(hidden.pk, title="x")
    assert client.update(own.pk, title="mine")["title"] == "mine"


def test_a_permission_check_that_raises_denies(shop: Shop, admin: User, writer: Open) -> None:
    with pytest.raises(ForbiddenError):
        writer(admin, "testapp.Vault").delete(shop.vaults[0].pk)


def test_fields_may_be_read_only_by_user_and_row(shop: Shop, grant: Grant, admin: User, writer: Open) -> None:
    clerk = grant("change_customer")
    gold = Customer.objects.create(name="G", email="g@example.com", tier="gold", credit=5)
    plain = Customer.objects.create(name="P", email="p@example.com", credit=5)
    assert writer(clerk, "testapp.Customer").update(plain.pk, tier="gold", credit="7")["credit"] == "7.00"
    assert writer(admin, "testapp.Customer").update(gold.pk, credit="7", tier="silver")["credit"] == "5.00"
    plain.refresh_from_db()
    assert plain.tier == "regular"


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


# GraphQL's own face.


def test_typed_input_writes_and_names_errors_in_its_own_terms(shop: Shop, admin: User, gql: Gql, writer: Open) -> None:
    document = """
      mutation ($data: TestappOrderInput!) {
        createTestappOrder(data: $data) {
          result { number customerId customer { name } orderedOn total _version }
          errors { field messages code }
        }
      }"""
    customer = shop.customers[0]
    data = {"number": "N-1", "customerId": str(customer.pk), "orderedOn": "2024-05-01", "total": "1.5"}
    answer = gql(admin, document, data=data)["data"]["createTestappOrder"]
    assert answer["errors"] == []
    created = Order.objects.get(number="N-1")
    assert answer["result"].pop("_version") == writer(admin, "testapp.Order").version(created.pk)
    assert answer["result"] == {
        "number": "N-1",
        "customerId": str(customer.pk),
        "customer": {"name": customer.name},
        "orderedOn": "2024-05-01",
        "total": "1.50",
    }
    data = {"number": "N-1", "customerId": "nobody", "orderedOn": "soon"}
    answer = gql(admin, document, data=data)["data"]["createTestappOrder"]
    assert answer["result"] is None
    assert [(error["field"], error["code"]) for error in answer["errors"]] == [
        ("customerId", "INVALID"),
        ("orderedOn", "INVALID"),
        ("number", "INVALID"),
    ]


def test_errors_that_are_not_asked_for_are_errors_of_the_answer(shop: Shop, admin: User, gql: Gql) -> None:
    answer = gql(admin, 'mutation { createTestappTag(data: {name: "x"}) { result { id } } }')
    assert answer["data"] == {"createTestappTag": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "errors": {"slug": ["This field cannot be blank."]}}


def test_protection_and_conflict_are_data_and_denial_never_is(shop: Shop, grant: Grant, admin: User, gql: Gql) -> None:
    key = shop.products[0].category_id
    document = f"mutation {{ deleteTestappCategory(pk: {key}) {{ deleted errors {{ field messages code }} }} }}"
    answer = gql(admin, document)["data"]["deleteTestappCategory"]
    assert answer["deleted"] is None
    assert [error["code"] for error in answer["errors"]] == ["PROTECTED"]
    stale = f'mutation {{ updateTestappCategory(pk: {key}, expectedVersion: "x") {{ errors {{ code }} }} }}'
    assert gql(admin, stale)["data"]["updateTestappCategory"]["errors"] == [{"code": "CONFLICT"}]
    denied = gql(grant("view_category"), document)
    assert denied["data"] == {"deleteTestappCategory": None}
    assert denied["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_data_and_values_do_not_mix(admin: User, gql: Gql) -> None:
    answer = gql(admin, "mutation { createTestappTag(data: {}, values: {}) { errors { field } result { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


def test_the_result_may_be_asked_for_twice_and_nested(shop: Shop, admin: User, gql: Gql) -> None:
    product = shop.products[0]
    document = """
      mutation ($pk: ID!) {
        updateTestappProduct(pk: $pk, data: {name: "New"}) {
          a: result { name category { name } }
          b: result { sku tags { name } _label }
          ...Parts
        }
      }
      fragment Parts on TestappProductPayload { result { price } }"""
    answer = gql(admin, document, pk=product.pk)["data"]["updateTestappProduct"]
    assert answer["a"] == {"name": "New", "category": {"name": product.category.name}}
    assert answer["b"]["_label"] == "New"
    assert set(answer) == {"a", "b", "result"}
