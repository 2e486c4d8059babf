"""What a config calls secret is as secret as an encrypted column, and neither is exported for everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, TextField
from django.db.models.functions import Cast, Lower

from conjure.models import AdminAuditLog
from tests.conftest import Api, Configure, Gql, unregister_all_but
from tests.testapp.models import Customer, CustomFields, Order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything")]

JSON = "application/json"
PLAIN = "the plain text"
ENCRYPTED = {"actions": ("export",), "list_display": ("id", "note")}


def export(api: Api, user: User, model: str, **body: Any) -> tuple[int, str]:
    """The status and the text of an export as JSON Lines."""
    form = {"format": "jsonl", **body.pop("input", {})}
    sent = {"all_filtered": True, "params": {}, **body, "input": form}
    response = api(user).post(f"/conjure/r/testapp.{model}/action/export/", sent, content_type=JSON)
    content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    return response.status_code, content.decode()


def allow(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def exporter(clerk: User) -> User:
    """May view and export rows of CustomFields and of Order, and no more."""
    for model in (CustomFields, Order):
        name = model._meta.model_name
        content_type = ContentType.objects.get_for_model(model)
        Permission.objects.get_or_create(codename=f"export_{name}", content_type=content_type)
    names = ("customfields", "order")
    return allow(clerk, *(f"{right}_{name}" for right in ("view", "export") for name in names))


@pytest.fixture
def configure(configure: Configure) -> Configure:
    """Of the other models no schema need be built again."""
    unregister_all_but(AdminAuditLog, Customer, CustomFields, Order)
    return configure


# A field that the config names.


def test_it_is_masked_in_the_log_and_shown_in_the_row(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, secret_fields=("comment",))
    order = Order.objects.first()
    assert order is not None
    answer = api(admin).patch(f"/conjure/r/testapp.Order/{order.pk}/", {"comment": PLAIN}, content_type=JSON)
    assert answer.json()["comment"] == PLAIN
    assert AdminAuditLog.objects.get().diff["comment"][1] == "•••"


def test_no_group_has_it(admin: User, gql: Gql, configure: Configure) -> None:
    query = "{ testappOrdersAggregate(groupBy: [{field: comment}]) { key { comment } } }"
    assert "errors" not in gql(admin, query)
    configure(Order, secret_fields=("comment",))
    assert gql(admin, query)["errors"]


@pytest.mark.parametrize(
    "ordering",
    [["phone"], [Lower("phone")], [Cast("phone", TextField())], [F("phone").desc(nulls_last=True)]],
    ids=["the column", "a part of it", "another type of it", "the column in reverse"],
)
def test_no_cursor_has_it(admin: User, gql: Gql, configure: Configure, ordering: list[Any]) -> None:
    Customer.objects.update(phone="+43 664 1")

    def order_of(cursor_query: str) -> str:
        return str(gql(admin, cursor_query))

    query = "{ testappCustomersConnection(first: 2) { edges { cursor } } }"
    configure(Customer, ordering=["pk"])
    by_key = order_of(query)
    configure(Customer, ordering=ordering)
    assert order_of(query) != by_key
    configure(Customer, ordering=ordering, secret_fields=("phone",))
    assert order_of(query) == by_key  # Values cannot name places in this order, so it is that of the key.


def test_no_cursor_of_another_model_has_it(admin: User, gql: Gql, configure: Configure) -> None:
    query = "{ testappOrdersConnection(ordering: [{customer: {phone: ASC}}]) { edges { cursor } } }"
    assert "errors" not in gql(admin, query)
    configure(Customer, secret_fields=("phone",))
    assert gql(admin, query)["errors"][0]["extensions"]["code"] == "INVALID"


# Exports.


@pytest.mark.parametrize("wanted", ["", "*"])
def test_who_may_not_change_the_rows_exports_the_other_columns(
    exporter: User, api: Api, configure: Configure, wanted: str
) -> None:
    configure(CustomFields, **ENCRYPTED)
    CustomFields.objects.update(note=PLAIN)
    status, text = export(api, exporter, "CustomFields", input={"columns": wanted})
    assert status == 200
    assert "id" in json.loads(text.splitlines()[0])
    assert PLAIN not in text


def test_who_may_not_change_the_rows_is_refused_what_they_name(exporter: User, api: Api, configure: Configure) -> None:
    configure(CustomFields, **ENCRYPTED)
    status, text = export(api, exporter, "CustomFields", input={"columns": "id,note"})
    assert status == 403
    assert json.loads(text)["detail"] == "You do not have permission to export note."


def test_who_may_change_the_rows_exports_all_columns(exporter: User, api: Api, configure: Configure) -> None:
    configure(CustomFields, **ENCRYPTED)
    CustomFields.objects.update(note=PLAIN)
    changer = allow(exporter, "change_customfields")
    for wanted in ("", "*", "note"):
        status, text = export(api, changer, "CustomFields", input={"columns": wanted})
        assert (status, PLAIN in text) == (200, True)


def test_the_hook_on_changes_decides_even_where_nobody_writes(exporter: User, api: Api, configure: Configure) -> None:
    CustomFields.objects.update(note=PLAIN)
    for may_change in (True, False):
        hook = {"has_change_permission": lambda self, request, obj=None, answer=may_change: answer}
        configure(CustomFields, **ENCRYPTED, is_readonly=True, **hook)
        assert (PLAIN in export(api, exporter, "CustomFields")[1]) is may_change


def test_a_secret_choice_is_exported_with_neither_value_nor_label(
    exporter: User, api: Api, configure: Configure
) -> None:
    configure(Order, secret_fields=("status", "customer"), actions=("export",))
    status, text = export(api, exporter, "Order", input={"columns": "*"})
    assert status == 200
    hidden = {"status", "status_display", "customer", "customer_label"}
    assert hidden.isdisjoint(json.loads(text.splitlines()[0]))


def test_the_log_does_not_tell_what_an_export_compared_it_with(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, actions=("export",), list_filter=("customer__phone",))
    configure(Customer, secret_fields=("phone",))
    params = {"customer__phone": PLAIN, "status": "paid"}
    assert export(api, admin, "Order", params=params)[0] == 200
    diff = AdminAuditLog.objects.get().diff
    assert diff["parameters"][1] == {"customer__phone": "•••", "status": "paid"}


def test_nor_what_it_searched_for(admin: User, api: Api, configure: Configure) -> None:
    configure(Order, actions=("export",), search_fields=("number", "^customer__phone"))
    for secret, expected in (((), PLAIN), (("phone",), "•••")):
        configure(Customer, secret_fields=secret)
        assert export(api, admin, "Order", params={"search": PLAIN})[0] == 200
        assert AdminAuditLog.objects.latest("pk").diff["parameters"][1] == {"search": expected}


def test_nor_what_a_filter_of_graphql_compared_it_with(admin: User, gql: Gql, configure: Configure) -> None:
    configure(Order, actions=("export",))
    configure(Customer, secret_fields=("phone",))
    filters = '{OR: [{customer: {phone: {exact: "%s"}}}, {status: {exact: "paid"}}]}' % PLAIN
    answer = gql(
        admin, 'mutation { runTestappOrderAction(action: "export", allFiltered: true, filters: %s) }' % filters
    )
    assert "errors" not in answer
    told = AdminAuditLog.objects.get().diff["parameters"][1]["filters"]
    assert told == {"OR": [{"customer": {"phone": "•••"}}, {"status": {"exact": "paid"}}]}
