"""Running actions: who may, with what input, what is answered and what is left behind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure import registry
from conjure.actions.results import Download
from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.graphql.actions.conftest import Run, grant, keys, statuses
from tests.testapp.factories import Shop
from tests.testapp.models import Event, Note, Order, Product, Review, Shipment, Vault

# What is answered.


def test_the_answer_is_the_handlers_dict(run: Run, admin: User, shop: Shop) -> None:
    assert run(admin, "Order/mark_paid", ids=keys(shop.orders[:2])) == (200, {"message": "2 paid", "changed": 2})
    assert statuses()[:2] == ["paid", "paid"]


def test_a_handler_that_gives_nothing_is_answered_with_a_message(run: Run, admin: User, shop: Shop) -> None:
    assert run(admin, "Order/cancel", ids=keys(shop.orders)) == (200, {"message": "Cancel the orders: 3 orders."})
    assert run(admin, "Event/escalate", ids=keys(shop.events[:1])) == (200, {"message": "Escalated."})


def test_graphql_runs_the_same_actions(gql: Gql, admin: User, shop: Shop) -> None:
    document = 'mutation ($pks: JSON) { done: runTestappOrderAction(action: "mark_paid", pks: $pks) }'
    assert gql(admin, document, pks=keys(shop.orders[:1]))["data"] == {"done": {"message": "1 paid", "changed": 1}}


def test_graphql_takes_typed_filters(gql: Gql, admin: User, shop: Shop) -> None:
    document = """mutation {
        done: runTestappOrderAction(
            action: "count_rows", allFiltered: true, filters: {number: {inList: ["A-1", "A-3"]}}, search: "a-3"
        )
    }"""
    assert gql(admin, document)["data"] == {"done": {"count": 1, "numbers": ["A-3"]}}


def test_an_unknown_action_is_404(run: Run, gql: Gql, admin: User, shop: Shop) -> None:
    for name in ("nope", "get_queryset", "model", "__init__", "has_view_permission", "export"):
        status, body = run(admin, f"Order/{name}", ids=[1])
        assert (status, list(body)) == (404, ["detail"])
    assert run(admin, "Nope/cancel", ids=[1])[0] == 404
    errors = gql(admin, 'mutation { runTestappOrderAction(action: "nope", pks: [1]) }')["errors"]
    assert errors[0]["extensions"] == {"code": "NOT_FOUND"}


# Who may.


def test_nobody_is_401_and_who_is_not_staff_403(run: Run, outsider: User, shop: Shop) -> None:
    assert run(None, "Order/count_rows", ids=[1])[0] == 401
    assert run(outsider, "Order/count_rows", ids=[1])[0] == 403


def test_without_the_decorator_the_change_permission_is_asked(run: Run, viewer: User, clerk: User, shop: Shop) -> None:
    assert run(viewer, "Order/cancel", ids=keys(shop.orders))[0] == 403
    assert "cancelled" not in statuses()
    grant(clerk, "change_order")
    assert run(clerk, "Order/cancel", ids=keys(shop.orders))[0] == 200


def test_a_codename_is_enough_for_its_action_and_for_nothing_else(run: Run, api: Api, clerk: User, shop: Shop) -> None:
    assert run(clerk, "Order/refund", ids=keys(shop.orders))[0] == 403
    grant(clerk, "refund_order")
    assert run(clerk, "Order/refund", ids=keys(shop.orders)) == (200, {"refunded": 3})
    # What a filter leaves would tell of rows that the user may not see.
    assert run(clerk, "Order/refund", all_filtered=True, params={})[0] == 403
    assert run(clerk, "Order/cancel", ids=keys(shop.orders))[0] == 403
    assert api(clerk).get("/conjure/r/testapp.order/").status_code == 403


def test_without_a_permission_every_staff_user_runs_it_on_the_rows_that_they_may_see(
    run: Run, viewer: User, clerk: User, shop: Shop
) -> None:
    assert run(viewer, "Order/count_rows", ids=keys(shop.orders))[1]["count"] == 3
    assert run(clerk, "Order/count_rows", ids=keys(shop.orders)) == (200, {"count": 0, "numbers": []})
    assert run(clerk, "Order/count_rows", all_filtered=True, params={}) == (200, {"count": 0, "numbers": []})


def test_a_check_of_each_row_is_asked_for_each_row(run: Run, clerk: User, shop: Shop) -> None:
    grant(clerk, "change_note")
    own = Note.objects.create(title="own", owner=clerk)
    public = Note.objects.create(title="public", is_public=True)
    assert run(clerk, "Note/retitle", ids=[own.pk, public.pk])[0] == 403
    assert not Note.objects.filter(title="retitled").exists()
    assert run(clerk, "Note/retitle", ids=[own.pk])[0] == 200
    assert Note.objects.get(title="retitled") == own


def test_actions_run_on_read_only_models_but_none_deletes_there(
    run: Run, clerk: User, admin: User, viewer: User, shop: Shop
) -> None:
    grant(clerk, "change_event")
    assert run(viewer, "Event/summarise", ids=keys(shop.events))[0] == 200
    assert run(clerk, "Event/escalate", ids=keys(shop.events))[0] == 200
    assert run(viewer, "Event/escalate", ids=keys(shop.events))[0] == 403
    assert run(admin, "Event/delete_selected", ids=keys(shop.events))[0] == 403
    assert Event.objects.count() == 3


def test_the_schema_says_what_the_user_may_run(api: Api, viewer: User, admin: User, clerk: User, shop: Shop) -> None:
    grant(clerk, "view_event", "change_event", "export_event")

    def allowed(user: User) -> list[str]:
        body = api(user).get("/conjure/schema/testapp.event/").json()
        assert body["allowed_actions"] == [each["name"] for each in body["actions"] if each["allowed"]]
        found: list[str] = body["allowed_actions"]
        return found

    assert allowed(viewer) == ["summarise"]
    assert allowed(clerk) == ["summarise", "escalate", "export"]
    assert allowed(admin) == ["summarise", "escalate", "export"]


# What is left behind.


def test_one_run_is_one_entry_that_names_every_row(run: Run, admin: User, shop: Shop) -> None:
    run(admin, "Order/cancel", ids=keys(shop.orders))
    entry = AdminAuditLog.objects.get()
    assert (entry.action, entry.model_label, entry.actor) == ("action:cancel", "testapp.Order", admin)
    assert sorted(entry.diff["pks"][1]) == sorted(keys(shop.orders))


@pytest.mark.parametrize(("key", "expected"), [("refuse", 400), ("explode", 500)])
def test_what_a_failed_run_wrote_is_undone(
    run: Run, admin: User, shop: Shop, caplog: pytest.LogCaptureFixture, key: str, expected: int
) -> None:
    status, body = run(admin, f"Order/{key}", ids=keys(shop.orders))
    assert status == expected
    assert "secret" not in json.dumps(body)
    assert not Order.objects.filter(comment="must be rolled back").exists()
    assert not AdminAuditLog.objects.exists()
    if expected == 400:
        assert body == {"non_field_errors": ["These orders cannot be refused."]}
    else:
        assert "The action 'explode' of testapp.Order failed" in caplog.text


def test_a_failed_run_is_masked_in_graphql(gql: Gql, admin: User, shop: Shop) -> None:
    error = gql(admin, 'mutation { runTestappOrderAction(action: "explode", pks: [1]) }')["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(error)


# Input.


def test_input_is_described_in_the_schema(api: Api, admin: User) -> None:
    actions = {each["name"]: each for each in api(admin).get("/conjure/schema/testapp.order/").json()["actions"]}
    assert actions["refund"] == {
        "name": "refund",
        "label": "Refund",
        "destructive": True,
        "allowed": True,
        "confirm": "Give the money back?",
    }
    assert [(field["name"], field["type"], field["required"]) for field in actions["ship"]["input"]] == [
        ("carrier", "CharField", True),
        ("parcels", "IntegerField", False),
        ("express", "BooleanField", False),
        ("send_on", "DateField", False),
    ]
    assert actions["ship"]["input"][1]["default"] == 1


def test_input_is_read_into_the_form(run: Run, admin: User, shop: Shop) -> None:
    form = {"carrier": "DHL", "parcels": "2", "express": True, "send_on": "2024-02-29"}
    Shipment.objects.all().delete()
    status, body = run(admin, "Order/ship", ids=[shop.orders[0].pk], input=form)
    assert (status, body) == (200, {"message": "Shipped with DHL", "express": True})
    assert Shipment.objects.filter(carrier="DHL").count() == 2


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (None, ["carrier"]),
        ({}, ["carrier"]),
        ({"carrier": ""}, ["carrier"]),
        ({"carrier": 5}, ["carrier"]),
        ({"carrier": "a\x00"}, ["detail"]),
        ({"parcels": "x", "send_on": "29.2.2024", "express": "maybe"}, ["carrier", "parcels", "express", "send_on"]),
        ({"carrier": "x", "parcels": True}, ["parcels"]),
        ({"carrier": "x", "parcels": 10**30}, ["parcels"]),
        ({"carrier": "x", "parcels": [1]}, ["parcels"]),
        ({"carrier": "x", "send_on": 20240229}, ["send_on"]),
        ({"carrier": "x", "unknown": 1}, ["unknown"]),
        ("carrier", ["input"]),
        ([], ["input"]),
    ],
)
def test_every_bad_field_of_the_input_is_named(run: Run, admin: User, shop: Shop, form: Any, names: list[str]) -> None:
    before = statuses()
    status, body = run(admin, "Order/ship", ids=keys(shop.orders), input=form)
    assert (status, list(body)) == (400, names)
    assert statuses() == before


def test_input_for_an_action_that_takes_none_is_400(run: Run, admin: User, shop: Shop) -> None:
    assert run(admin, "Order/cancel", ids=keys(shop.orders), input={"a": 1}) == (
        400,
        {"input": ["This action takes no input."]},
    )
    assert run(admin, "Order/cancel", ids=keys(shop.orders), input={})[0] == 200


# Reports.


def test_rows_that_cannot_be_served_come_back_as_a_report(run: Run, clerk: User, shop: Shop) -> None:
    grant(clerk, "reprice_product")
    status, body = run(clerk, "Product/reprice", ids=keys(shop.products), input={"price": "7.25"})
    assert status == 200
    assert body["succeeded"] == len(shop.products) - 1
    assert body["failures"] == [{"pk": "4", "label": "Äpfel", "message": "Nothing is left."}]
    assert {str(product.price) for product in Product.objects.exclude(pk="4")} == {"7.25"}
    assert str(Product.objects.get(pk="4").price) == "99999999.99"


def test_a_row_that_does_not_validate_is_reported_too(run: Run, admin: User, shop: Shop) -> None:
    body = run(admin, "Product/reprice", ids=["HAM-1"], input={"price": "1.005"})[1]
    assert body["succeeded"] == 0
    assert "decimal" in body["failures"][0]["message"]


# Deleting.


def test_delete_selected_deletes_as_bulk_does(run: Run, admin: User, shop: Shop) -> None:
    pks = keys(shop.reviews)
    status, body = run(admin, "Review/delete_selected", ids=pks)
    assert (status, body) == (200, {"message": "Delete selected: 3 reviews.", "deleted": 3})
    assert not Review.objects.exists()
    # The config's delete_model has run for each, and each row's last values are in the log, beside the run itself.
    assert Event.objects.filter(name__startswith="review").count() == 3
    entries = AdminAuditLog.objects.filter(model_label="testapp.Review")
    assert sorted(entries.values_list("action", flat=True)) == ["action:delete_selected", *["bulk_delete"] * 3]


def test_delete_selected_asks_the_delete_permission(run: Run, viewer: User, clerk: User, shop: Shop) -> None:
    grant(clerk, "change_review")
    for user in (viewer, clerk):
        assert run(user, "Review/delete_selected", ids=keys(shop.reviews))[0] == 403
    grant(viewer, "delete_review")
    assert run(User.objects.get(pk=viewer.pk), "Review/delete_selected", all_filtered=True, params={})[0] == 200
    assert not Review.objects.exists()


def test_delete_selected_says_what_protects_the_rows(run: Run, admin: User, shop: Shop) -> None:
    status, body = run(admin, "Product/delete_selected", ids=keys(shop.products))
    assert status == 409
    assert "testapp.OrderItem" in [blocker["model"] for blocker in body["protected"]]
    assert Product.objects.count() == len(shop.products)
    assert not AdminAuditLog.objects.exists()


# Downloads.


def test_an_action_of_the_projects_own_may_answer_with_a_download(
    api: Api, gql: Gql, admin: User, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def labels(request: Any, queryset: Any) -> Download:
        pks = list(queryset.values_list("pk", flat=True))
        return Download(filename="labels – ü.txt", content_type="text/plain", chunks=(f"{pk};".encode() for pk in pks))

    config = registry.get("testapp.Tag")
    monkeypatch.setattr(config, "actions", ("labels",), raising=False)
    monkeypatch.setattr(config, "labels", labels, raising=False)
    pks = keys(shop.tags[:2])
    answer = api(admin).post("/conjure/r/testapp.tag/action/labels/", {"ids": pks}, content_type="application/json")
    assert b"".join(answer.streaming_content) == f"{pks[0]};{pks[1]};".encode()
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''labels%20%E2%80%93%20%C3%BC.txt"
    document = 'mutation ($pks: JSON) { file: runTestappTagAction(action: "labels", pks: $pks) }'
    assert gql(admin, document, pks=pks)["data"]["file"]["content"] == f"{pks[0]};{pks[1]};"


def test_a_permission_check_that_raises_denies(
    run: Run, api: Api, admin: User, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.get("testapp.Vault"), "actions", ("delete_selected",), raising=False)
    assert run(admin, "Vault/delete_selected", ids=keys(shop.vaults))[0] == 403
    assert api(admin).get("/conjure/schema/testapp.vault/").json()["allowed_actions"] == []
    assert Vault.objects.count() == 3
