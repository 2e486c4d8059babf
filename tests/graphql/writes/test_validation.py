"""What a model refuses, and how it is told: validators, clean, save, constraints, targets of foreign keys."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.graphql.writes.conftest import Grant, Open, refused
from tests.testapp.factories import Shop
from tests.testapp.models import (
    CleanRaises,
    SaveRaises,
    Validated,
)
from tests.testapp.models.shop import Coupon, Order, Vault

pytestmark = pytest.mark.django_db


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
