"""Who may write which rows and fields."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conjure.exceptions import ForbiddenError, NotFoundError
from conjure.models import AdminAuditLog
from tests.graphql.writes.conftest import Grant, Open
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Customer, Note

pytestmark = pytest.mark.django_db


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
