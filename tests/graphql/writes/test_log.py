"""What the log says of a write: who did what to which served columns, and nothing of excluded ones."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Configure
from tests.graphql.writes.conftest import Open
from tests.testapp.factories import Shop
from tests.testapp.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def _writes_the_secret(configure: Configure) -> None:
    """The config's own hook writes a column that the config excludes."""

    def save_model(self: Any, request: Any, obj: Order, form: None, change: bool) -> None:
        obj.secret_note = "not to be told"
        obj.save()

    configure(Order, save_model=save_model)


def test_a_deleted_row_is_logged_without_its_excluded_columns(shop: Shop, admin: User, writer: Open) -> None:
    order = shop.orders[0]
    assert order.secret_note
    writer(admin, "testapp.Order").delete(order.pk)
    diff = AdminAuditLog.objects.get(action="delete", model_label="testapp.Order").diff
    assert "number" in diff
    assert "secret_note" not in diff
    assert order.secret_note not in str(diff)


@pytest.mark.usefixtures("_writes_the_secret")
@pytest.mark.parametrize("way", ["create", "update", "bulk", "operations"])
def test_a_write_is_logged_without_excluded_columns(shop: Shop, admin: User, writer: Open, way: str) -> None:
    client, order = writer(admin, "testapp.Order"), shop.orders[0]
    match way:
        case "create":
            client.create(number="N", customer=str(order.customer_id), ordered_on="2024-01-01", comment="new")
        case "update":
            client.update(order.pk, comment="new")
        case "bulk":
            client.bulk_update([order.pk, shop.orders[1].pk], comment="new")
        case _:
            client.apply({"op": "update", "pk": order.pk, "values": {"comment": "new"}})
    assert Order.objects.filter(secret_note="not to be told").exists()
    diffs = list(AdminAuditLog.objects.values_list("diff", flat=True))
    assert all("comment" in diff for diff in diffs)
    assert all("secret_note" not in diff for diff in diffs)
    assert "not to be told" not in str(diffs)
