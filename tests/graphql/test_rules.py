"""Errors tell superusers, and everybody where DEBUG is on, which rule refused; nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest

from conjure import registry
from conjure.graphql.rules import may_read_rules
from tests.conftest import Api, Configure, Gql
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Event, Note, Order, OrderItem, Shipment, Tag, Vault

pytestmark = pytest.mark.django_db
JSON = "application/json"


def deny(self: Any, request: HttpRequest, obj: Any = None) -> bool:
    return False


def rest_rule(client: Any, method: str, path: str, body: Any = None) -> tuple[int, str | None]:
    answer = getattr(client, method)(f"/conjure/r/{path}", body, **({} if method == "get" else {"content_type": JSON}))
    return answer.status_code, answer.headers.get("Conjure-Rule")


def graphql_rule(gql: Gql, user: User, document: str, **variables: Any) -> Any:
    return gql(user, document, **variables)["errors"][0]["extensions"].get("rule")


DELETE_TAG = "mutation ($pk: ID!) { deleteTestappTag(pk: $pk) { deleted } }"


def test_a_superuser_is_told_which_hook_refuses(admin: User, api: Api, gql: Gql, configure: Configure) -> None:
    tag = Tag.objects.create(name="kept")
    configure(Tag, has_delete_permission=deny)
    path = f"testapp.Tag/{tag.pk}/"
    assert rest_rule(api(admin), "delete", path) == (403, "TagConfig.has_delete_permission")
    assert graphql_rule(gql, admin, DELETE_TAG, pk=str(tag.pk)) == "TagConfig.has_delete_permission"
    assert list(api(admin).delete(f"/conjure/r/{path}").json()) == ["detail"]


def test_a_hook_of_a_base_is_named_with_its_class(admin: User, gql: Gql, configure: Configure) -> None:
    class NobodyDeletes:
        has_delete_permission = deny

    tag = Tag.objects.create(name="kept")
    configure(Tag)
    config = type(registry.for_model(Tag))
    registry.unregister(Tag)
    registry.register(Tag, type("TagConfig", (NobodyDeletes, config), {}))
    assert graphql_rule(gql, admin, DELETE_TAG, pk=str(tag.pk)) == "NobodyDeletes.has_delete_permission"


def test_a_hook_that_denies_one_row_is_named(admin: User, api: Api) -> None:
    locked = Vault.objects.create(name="locked", is_locked=True)
    answer = rest_rule(api(admin), "patch", f"testapp.Vault/{locked.pk}/", {"name": "x"})
    assert answer == (403, "VaultConfig.has_change_permission")


def test_other_rules_that_refuse_superusers_are_named(shop: Shop, admin: User, api: Api, configure: Configure) -> None:
    configure(Shipment, get_exclude=lambda self, request, obj=None: ("cost",), readonly_fields=("carrier",))
    configure(Event)
    client = api(admin)
    assert rest_rule(client, "post", "testapp.Event/", {"name": "x"}) == (403, "EventConfig.is_readonly")
    pk = Shipment.objects.values_list("pk", flat=True).first()
    for name, rule in (("cost", "get_exclude"), ("carrier", "readonly_fields")):
        body = {"action": "update", "ids": [pk], "data": {name: "1"}}
        assert rest_rule(client, "post", "testapp.Shipment/bulk/", body) == (400, f"ShipmentConfig.{rule}")


def test_a_field_that_is_hidden_names_what_hides_it(shop: Shop, admin: User, gql: Gql, configure: Configure) -> None:
    configure(Shipment, get_exclude=lambda self, request, obj=None: ("cost",))
    for document in (
        "{ testappShipments { results { cost } } }",
        "{ testappShipments(filters: {cost: {gt: 1}}) { totalCount } }",
        "{ testappShipments(ordering: [{cost: ASC}]) { totalCount } }",
        "{ testappShipmentsAggregate { sum { cost } } }",
    ):
        assert graphql_rule(gql, admin, document) == "ShipmentConfig.get_exclude", document


def test_a_row_that_a_scope_hides_names_the_scope(admin: User, api: Api, gql: Gql, configure: Configure) -> None:
    note = Note.objects.create(title="hidden")
    configure(Note, get_queryset=lambda self, request: Note.objects.none())
    path, rule = f"testapp.Note/{note.pk}/", "NoteConfig.get_queryset"
    client = api(admin)
    assert rest_rule(client, "get", path) == (404, rule)
    assert rest_rule(client, "get", f"{path}related/") == (404, rule)
    assert rest_rule(client, "patch", path, {"title": "x"}) == (404, rule)
    assert rest_rule(client, "delete", path) == (404, rule)
    operations = {"operations": [{"op": "delete", "pk": note.pk}]}
    assert rest_rule(client, "post", "testapp.Note/bulk/", operations) == (404, rule)
    assert rest_rule(client, "get", f"testapp.Note/{note.pk + 1}/") == (404, None)
    assert graphql_rule(gql, admin, "query ($pk: ID!) { testappNote(pk: $pk) { title } }", pk=str(note.pk)) == rule


def test_a_row_that_the_scope_of_its_parent_hides_names_the_parents_hook(
    shop: Shop, admin: User, api: Api, configure: Configure
) -> None:
    configure(Order, get_queryset=lambda self, request: Order.objects.none())
    path = f"testapp.OrderItem/{OrderItem.objects.first().pk}/"  # type: ignore[union-attr]
    assert rest_rule(api(admin), "get", path) == (404, "OrderConfig.get_queryset")


def test_a_row_that_may_not_be_seen_names_the_hook_that_hides_it(
    shop: Shop, admin: User, api: Api, configure: Configure
) -> None:
    configure(Order, has_view_permission=lambda self, request, obj=None: obj is None)
    path, rule = f"testapp.Order/{shop.orders[0].pk}/", "OrderConfig.has_view_permission"
    assert rest_rule(api(admin), "patch", path, {"comment": "x"}) == (403, rule)
    assert rest_rule(api(admin), "delete", path) == (403, rule)
    run = {"ids": [shop.orders[0].pk]}
    assert rest_rule(api(admin), "post", "testapp.Order/action/mark_paid/", run) == (403, rule)


def test_in_debug_everybody_is_told(shop: Shop, clerk: User, outsider: User, api: Api, gql: Gql, settings: Any) -> None:
    settings.DEBUG = True
    assert rest_rule(api(clerk), "get", "testapp.Tag/") == (403, "testapp.view_tag")
    assert rest_rule(api(outsider), "get", "testapp.Tag/") == (403, "is_staff")
    run = {"ids": [shop.orders[0].pk]}
    for action, rule in (("refund", "testapp.refund_order"), ("mark_paid", "testapp.change_order")):
        assert rest_rule(api(clerk), "post", f"testapp.Order/action/{action}/", run) == (403, rule)
    widget = api(clerk).get("/conjure/widgets/restricted-stats/")
    assert widget.headers["Conjure-Rule"] == "testapp.view_order"
    clerk.user_permissions.set(Permission.objects.filter(codename="delete_order"))
    clerk = User.objects.get(pk=clerk.pk)
    document = "mutation ($pk: ID!) { deleteTestappOrder(pk: $pk) { deleted } }"
    rules = graphql_rule(gql, clerk, document, pk=str(shop.orders[0].pk))
    assert "testapp.delete_orderitem" in rules.split(", ")


@pytest.mark.parametrize("right", [None, "view", "change"])
def test_nobody_else_is_told(
    shop: Shop, clerk: User, outsider: User, api: Api, gql: Gql, configure: Configure, right: str | None
) -> None:
    """The same refusals as above, as everybody who is no superuser."""
    clerk.user_permissions.set(Permission.objects.filter(codename__startswith=f"{right}_"))
    note = Note.objects.create(title="hidden")
    configure(Note, get_queryset=lambda self, request: Note.objects.exclude(pk=note.pk))
    configure(Tag, has_delete_permission=deny)
    configure(Shipment, get_exclude=lambda self, request, obj=None: ("cost",))
    configure(Event)
    pk = Shipment.objects.values_list("pk", flat=True).first()
    requests = [
        ("delete", f"testapp.Tag/{shop.tags[0].pk}/", None),
        ("post", "testapp.Event/", {"name": "x"}),
        ("get", f"testapp.Note/{note.pk}/", None),
        ("patch", f"testapp.Note/{note.pk}/", {"title": "x"}),
        ("post", "testapp.Shipment/bulk/", {"action": "update", "ids": [pk], "data": {"cost": 1}}),
        ("post", "testapp.Order/action/refund/", {"ids": [shop.orders[0].pk]}),
    ]
    for user in (None, outsider, clerk):
        for method, path, body in requests:
            status, rule = rest_rule(api(user), method, path, body)
            assert status in (400, 401, 403, 404), (path, status)
            assert rule is None, path
    for document in ("{ testappShipments { results { cost } } }", "{ testappTags { totalCount } }"):
        assert '"rule"' not in str(gql(clerk, document)).replace("'", '"')
    assert (Event.objects.count(), Order.objects.count()) == (len(shop.events), len(shop.orders))


def test_inactive_superusers_read_no_rules(admin: User, api: Api) -> None:
    assert may_read_rules(admin)
    client = api(admin)
    User.objects.update(is_staff=False)
    assert rest_rule(client, "get", "testapp.Tag/") == (403, "is_staff")
    User.objects.update(is_staff=True, is_active=False)
    assert rest_rule(client, "get", "testapp.Tag/") == (401, None)
    assert not may_read_rules(User.objects.get(pk=admin.pk))
