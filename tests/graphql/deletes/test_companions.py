"""Rows that go along in a delete are in the audit log, and their delete permission is asked, whoever deletes them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.db.models.signals import post_delete

from conjure.graphql.deletes import companions
from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.graphql.deletes.test_asked import grant
from tests.testapp.factories import create
from tests.testapp.models import Category, Customer, Order, Restaurant, Shipment, Tag, TreeItem

pytestmark = pytest.mark.django_db

JSON = "application/json"


def delete(api: Api, user: User, label: str, *pks: Any, way: str = "one") -> int:
    client, url = api(User.objects.get(pk=user.pk)), f"/conjure/r/testapp.{label}/"
    if way == "one":
        [pk] = pks
        return int(client.delete(f"{url}{pk}/").status_code)
    body: dict[str, Any] = {"action": "delete", "ids": list(map(str, pks))}
    if way == "operations":
        body = {"operations": [{"op": "delete", "pk": str(pk)} for pk in pks]}
    return int(client.post(f"{url}bulk/", body, content_type=JSON).status_code)


def logged() -> Counter[tuple[str, str]]:
    return Counter(AdminAuditLog.objects.values_list("model_label", "object_pk"))


def keys_of(*rows: models.Model) -> Counter[tuple[str, str]]:
    return Counter((f"testapp.{type(row).__name__}", str(row.pk)) for row in rows)


@pytest.fixture
def rows(db: None) -> list[Any]:
    """A customer, their order and its two shipments."""
    customer = Customer.objects.create(name="Ada", email="ada@example.com")
    order = Order.objects.create(number="N", customer=customer, ordered_on="2024-01-01", secret_note="hush")
    return [customer, order, *create(Shipment, *({"order": order, "carrier": c, "cost": "4.50"} for c in "ab"))]


@pytest.mark.parametrize("way", ["one", "bulk", "operations"])
def test_every_row_that_goes_along_has_an_entry(admin: User, api: Api, rows: list[Any], way: str) -> None:
    expected = keys_of(*rows)
    assert delete(api, admin, "Customer", rows[0].pk, way=way) < 300
    assert logged() == expected
    entry = AdminAuditLog.objects.get(model_label="testapp.Shipment", object_repr__startswith="a")
    assert entry.diff["carrier"] == ["a", None]
    assert entry.actor_name == "admin"
    assert "hush" not in str(list(AdminAuditLog.objects.values_list("diff")))


def test_of_many_rows_one_entry_names_the_keys(
    admin: User, api: Api, rows: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companions, "LISTED_ROWS", 1)
    keys = sorted(row.pk for row in rows[2:])
    assert delete(api, admin, "Customer", rows[0].pk) < 300
    assert logged() == keys_of() + Counter(
        {
            ("testapp.Customer", str(rows[0].pk)): 1,
            ("testapp.Order", str(rows[1].pk)): 1,
            ("testapp.Shipment", ""): 1,
        }
    )
    entry = AdminAuditLog.objects.get(model_label="testapp.Shipment")
    assert (sorted(entry.diff["pks"][0]), entry.object_repr) == (keys, "2 shipments")


def test_no_row_has_two_entries(admin: User, api: Api) -> None:
    root = TreeItem.objects.create(name="root")
    child = TreeItem.objects.create(name="child", parent=root)
    leaf = TreeItem.objects.create(name="leaf", parent=child)
    expected = keys_of(root, child, leaf)
    assert delete(api, admin, "TreeItem", child.pk, root.pk, way="bulk") == 200
    assert logged() == expected


def test_the_parts_of_a_row_in_other_tables_are_no_rows_of_their_own(admin: User, api: Api) -> None:
    restaurant = Restaurant.objects.create(name="r")
    expected = keys_of(restaurant)
    assert delete(api, admin, "Restaurant", restaurant.pk) < 300
    assert logged() == expected


@pytest.fixture
def own_delete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags that take the categories of their name along."""

    def take_along(self: Tag, *args: Any, **kwargs: Any) -> Any:
        Category.objects.filter(name=self.name).delete()
        return models.Model.delete(self, *args, **kwargs)

    monkeypatch.setattr(Tag, "delete", take_along)


@pytest.fixture
def receiver() -> Any:
    """A receiver that takes the categories of a tag's name along."""

    def take_along(sender: Any, instance: Tag, **kwargs: Any) -> None:
        Category.objects.filter(name=instance.name).delete()

    post_delete.connect(take_along, sender=Tag)
    yield
    post_delete.disconnect(take_along, sender=Tag)


@pytest.mark.parametrize("code", ["own_delete", "receiver"])
@pytest.mark.parametrize("way", ["one", "bulk", "operations"])
def test_rows_that_the_projects_code_takes_along_are_logged_and_asked_for(
    admin: User, clerk: User, api: Api, request: pytest.FixtureRequest, way: str, code: str
) -> None:
    request.getfixturevalue(code)
    tag, category = Tag.objects.create(name="n", slug="n"), Category.objects.create(name="n")
    child = Category.objects.create(name="child", parent=category)
    child_goes = Category._meta.get_field("parent").remote_field.on_delete is models.CASCADE
    expected = keys_of(tag, category, *([child] if child_goes else []))
    grant(clerk, "delete_tag", "view_tag")
    assert delete(api, clerk, "Tag", tag.pk, way=way) == 403
    assert (Tag.objects.count(), Category.objects.count()) == (1, 2)
    assert not logged()
    grant(clerk, "delete_category")
    assert delete(api, clerk, "Tag", tag.pk, way=way) < 300
    assert logged() == expected


def test_an_own_delete_that_deletes_nothing_logs_no_rows_that_go_along(
    admin: User, api: Api, gql: Gql, rows: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Customer, "delete", lambda self, *args, **kwargs: None)
    assert delete(api, admin, "Customer", rows[0].pk) < 300
    assert logged() == keys_of(rows[0])
    assert Shipment.objects.count() == 2
