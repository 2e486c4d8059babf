"""Actions: who may run them, on which rows, with what input, and what is left behind, through both faces."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import AsyncClient

from conjure import registry
from conjure.actions.results import Download
from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.testapp.factories import Shop, make_shop
from tests.testapp.models import Attachment, Event, Note, Order, Product, Review, Shipment, Vault

Answer = tuple[int, Any]
Run = Callable[..., Answer]


@pytest.fixture
def shop(db: None, media_root: Any) -> Shop:
    """The ordinary shop, with the permissions of its actions."""
    call_command("sync_admin_actions", verbosity=0)
    return make_shop()


@pytest.fixture
def run(api: Api) -> Run:
    """``run(user, "Order/cancel", ids=[1])`` posts to the action's URL and gives status and body."""

    def post(user: User | None, path: str, **body: Any) -> Answer:
        model, key = path.split("/")
        answer = api(user).post(
            f"/conjure/r/testapp.{model}/action/{key}/", json.dumps(body), content_type="application/json"
        )
        if answer.streaming:
            return answer.status_code, b"".join(answer.streaming_content).decode()
        return answer.status_code, answer.json()

    return post


def grant(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def keys(rows: list[Any]) -> list[Any]:
    return [row.pk for row in rows]


def statuses() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


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


# On which rows.


def test_ids_may_be_strings_and_missing_ones_are_passed_over(run: Run, admin: User, shop: Shop) -> None:
    first, second, _ = keys(shop.orders)
    assert run(admin, "Order/cancel", ids=[str(first), second, second, 10**9])[1] == {
        "message": "Cancel the orders: 2 of 3 orders."
    }
    assert statuses()[:2] == ["cancelled", "cancelled"]
    assert run(admin, "Order/count_rows", ids=[10**9]) == (200, {"count": 0, "numbers": []})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": None},
        {"ids": "34"},
        {"ids": {"5": 1}},
        {"ids": [True]},
        {"ids": [1.5]},
        {"ids": [None]},
        {"ids": [[1]]},
        {"ids": ["one"]},
        {"ids": [10**23]},
        {"ids": ["1\x00"]},
        {"ids": list(range(10_001))},
    ],
)
def test_ids_that_name_no_rows_are_400(run: Run, admin: User, shop: Shop, body: dict[str, Any]) -> None:
    status, answer = run(admin, "Order/cancel", **body)
    assert status == 400
    assert list(answer) in (["ids"], ["detail"])
    assert "cancelled" not in statuses()
    assert not AdminAuditLog.objects.exists()


@pytest.mark.parametrize("body", ["5", "[1]", '"x"', "null", "{", '{"ids": [1], "ids": [2]}'])
def test_a_body_that_is_no_object_is_400(api: Api, admin: User, shop: Shop, body: str) -> None:
    url = "/conjure/r/testapp.order/action/cancel/"
    assert api(admin).post(url, body, content_type="application/json").status_code == 400


def test_a_form_may_name_the_rows_too(api: Api, admin: User, shop: Shop) -> None:
    answer = api(admin).post("/conjure/r/testapp.order/action/count_rows/", {"ids": [shop.orders[1].pk]})
    assert answer.json() == {"count": 1, "numbers": [shop.orders[1].number]}


def test_the_whole_filtered_set_is_filtered_again_on_the_server(run: Run, admin: User, shop: Shop) -> None:
    params = {"status": shop.orders[0].status, "search": "", "page": "7", "page_size": "x", "ordering": "nope"}
    wanted = Order.objects.filter(status=shop.orders[0].status)
    status, body = run(admin, "Order/count_rows", all_filtered=True, params=params)
    assert (status, body["numbers"]) == (200, sorted(wanted.values_list("number", flat=True)))
    assert run(admin, "Order/count_rows", all_filtered=True)[1]["count"] == 3
    assert run(admin, "Order/count_rows", all_filtered=True, params={"search": "A-2"})[1]["numbers"] == ["A-2"]
    assert run(admin, "Order/count_rows", all_filtered=True, params={"search": "none"})[1]["count"] == 0


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"statuz": "paid"}, "statuz"),
        ({"_": "1"}, "_"),
        ({"status__regex": "p"}, "status__regex"),
        ({"secret_note": "x"}, "secret_note"),
        ({"secret_note__icontains": "x"}, "secret_note__icontains"),
        ({"customer__api_token": "x"}, "customer__api_token"),
        ({"total__gte": "many"}, "total__gte"),
        ({"status": ["paid"]}, "status"),
        ({"total": {"a": 1}}, "total"),
        ({"search": 5}, "search"),
        ({"search": ["x"]}, "search"),
        ({"search": "x" * 60_000}, "search"),
        ("status=paid", "params"),
        ([], "params"),
    ],
)
def test_a_parameter_that_is_not_understood_is_400(run: Run, admin: User, shop: Shop, params: Any, name: str) -> None:
    status, body = run(admin, "Order/cancel", all_filtered=True, params=params)
    assert (status, list(body)) == (400, [name])
    assert "cancelled" not in statuses()


@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_all_filtered_is_a_boolean(run: Run, admin: User, shop: Shop, value: Any) -> None:
    assert run(admin, "Order/cancel", all_filtered=value)[0] == 400
    assert "cancelled" not in statuses()


def test_named_rows_and_a_filter_at_once_are_400(run: Run, admin: User, shop: Shop) -> None:
    first = shop.orders[0].pk
    assert run(admin, "Order/cancel", ids=[first], all_filtered=True)[0] == 400
    assert run(admin, "Order/cancel", params={"status": "paid"})[0] == 400
    assert "cancelled" not in statuses()


def test_hidden_rows_are_as_if_absent(run: Run, viewer: User, shop: Shop) -> None:
    hidden = Note.objects.create(title="Somebody else's", owner=shop.users[0])
    visible = Note.objects.create(title="Everybody's", is_public=True)
    assert run(viewer, "Note/publish", ids=[hidden.pk, visible.pk]) == (200, {"published": 1})
    run(viewer, "Note/publish", all_filtered=True)
    hidden.refresh_from_db()
    assert not hidden.is_public


def test_an_action_goes_on_with_its_rows_when_it_changes_what_they_were_found_by(
    run: Run, viewer: User, shop: Shop
) -> None:
    Note.objects.all().delete()
    Note.objects.create(title="a", is_public=True)
    Note.objects.create(title="b", is_public=True)
    expected = {"hidden": 2, "titles": ["a", "b"]}
    assert run(viewer, "Note/hide", all_filtered=True, params={"is_public": "true"}) == (200, expected)


def test_ten_thousand_rows_are_named_in_the_log(run: Run, admin: User, shop: Shop) -> None:
    Event.objects.bulk_create(
        [Event(name=f"e{number}", happened_at=shop.events[0].happened_at) for number in range(10_000)], batch_size=1000
    )
    pks = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert run(admin, "Event/summarise", all_filtered=True)[1] == {"message": f"{len(pks)} events"}
    assert sorted(AdminAuditLog.objects.get().diff["pks"][1]) == pks
    assert run(admin, "Event/escalate", ids=pks[-10_000:])[0] == 200
    assert Event.objects.filter(level=Event.Level.ERROR).count() >= 10_000


def test_a_filter_that_leaves_too_many_rows_is_400(run: Run, admin: User, shop: Shop, settings: Any) -> None:
    settings.CONJURE = {"ACTION_MAX_ROWS": 2}
    assert run(admin, "Order/cancel", all_filtered=True)[0] == 400
    assert "cancelled" not in statuses()


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
    assert run(clerk, "Order/refund", all_filtered=True)[0] == 403
    assert run(clerk, "Order/cancel", ids=keys(shop.orders))[0] == 403
    assert api(clerk).get("/conjure/r/testapp.order/").status_code == 403


def test_without_a_permission_every_staff_user_runs_it_on_the_rows_that_they_may_see(
    run: Run, viewer: User, clerk: User, shop: Shop
) -> None:
    assert run(viewer, "Order/count_rows", ids=keys(shop.orders))[1]["count"] == 3
    assert run(clerk, "Order/count_rows", ids=keys(shop.orders)) == (200, {"count": 0, "numbers": []})
    assert run(clerk, "Order/count_rows", all_filtered=True) == (200, {"count": 0, "numbers": []})


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
    assert run(User.objects.get(pk=viewer.pk), "Review/delete_selected", all_filtered=True)[0] == 200
    assert not Review.objects.exists()


def test_delete_selected_says_what_protects_the_rows(run: Run, admin: User, shop: Shop) -> None:
    status, body = run(admin, "Product/delete_selected", ids=keys(shop.products))
    assert status == 409
    assert "testapp.OrderItem" in [blocker["model"] for blocker in body["protected"]]
    assert Product.objects.count() == len(shop.products)
    assert not AdminAuditLog.objects.exists()


# Exporting.


def exported(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_an_export_is_the_lists_columns_with_their_labels(run: Run, admin: User, shop: Shop) -> None:
    status, text = run(admin, "Product/export", all_filtered=True)
    header, *rows = exported(text)
    assert status == 200
    assert header == ["sku", "name", "category", "category_label", "price", "is_available"]
    assert [row[0] for row in rows] == sorted(keys(shop.products))
    assert rows[2] == ["HAM-1", "Hammer", str(shop.categories[2].pk), "Hammers", "19.90", "true"]


def test_an_export_has_the_columns_that_are_asked_for(run: Run, admin: User, shop: Shop) -> None:
    form = {"columns": "name, tags,price", "format": "jsonl"}
    text = run(admin, "Product/export", ids=["HAM-1"], input=form)[1]
    assert [json.loads(line) for line in text.splitlines()] == [
        {"name": "Hammer", "tags": keys(shop.tags[:2]), "price": "19.90"}
    ]
    everything = run(admin, "Product/export", ids=["HAM-1"], input={"columns": "*", "format": "jsonl"})[1]
    row = json.loads(everything)
    assert row["_label"] == "Hammer"
    assert row["image"].startswith("http://testserver/media/products/")


def test_exports_show_what_lists_show(run: Run, api: Api, admin: User, shop: Shop) -> None:
    for model in ("Product", "Event", "Note", "Shipment", "Attachment"):
        text = run(admin, f"{model}/export", all_filtered=True, input={"columns": "*", "format": "jsonl"})[1]
        listed = api(admin).get(f"/conjure/r/testapp.{model}/?page_size=200").json()["results"]
        by_label = {json.dumps(row, sort_keys=True) for row in listed}
        assert {json.dumps(json.loads(line), sort_keys=True) for line in text.splitlines()} == by_label


def test_an_unknown_column_or_format_is_400(run: Run, admin: User, shop: Shop) -> None:
    assert list(run(admin, "Product/export", all_filtered=True, input={"columns": "nope"})[1]) == ["columns"]
    assert list(run(admin, "Product/export", all_filtered=True, input={"format": "pdf"})[1]) == ["format"]


def test_columns_that_are_hidden_from_the_user_are_not_exported(run: Run, clerk: User, admin: User, shop: Shop) -> None:
    grant(clerk, "view_shipment", "export_shipment")
    assert list(run(clerk, "Shipment/export", all_filtered=True, input={"columns": "cost"})[1]) == ["columns"]
    assert "cost" not in exported(run(clerk, "Shipment/export", all_filtered=True, input={"columns": "*"})[1])[0]
    assert "cost" in exported(run(admin, "Shipment/export", all_filtered=True, input={"columns": "*"})[1])[0]


def test_hidden_rows_are_not_exported(run: Run, clerk: User, shop: Shop) -> None:
    grant(clerk, "view_note", "export_note")
    text = run(clerk, "Note/export", all_filtered=True, input={"columns": "title"})[1]
    assert [row[0] for row in exported(text)[1:]] == list(
        Note.objects.filter(is_public=True).order_by("pk").values_list("title", flat=True)
    )


def test_an_export_asks_a_permission_of_its_own_and_the_view_permission(
    run: Run, viewer: User, clerk: User, shop: Shop
) -> None:
    assert run(viewer, "Product/export", all_filtered=True)[0] == 403
    grant(clerk, "export_product", "change_order", "delete_product")
    assert run(clerk, "Product/export", ids=["HAM-1"])[0] == 403
    grant(viewer, "export_product")
    assert run(User.objects.get(pk=viewer.pk), "Product/export", ids=["HAM-1"])[0] == 200


def test_a_parameter_that_an_export_does_not_understand_is_400(run: Run, admin: User, shop: Shop) -> None:
    assert run(admin, "Product/export", all_filtered=True, params={"nmae": "x"})[0] == 400


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", '=HYPERLINK("x")']
)
def test_no_cell_of_an_export_is_a_formula(run: Run, api: Api, admin: User, shop: Shop, text: str) -> None:
    Event.objects.update(name=text)
    body = run(admin, "Event/export", ids=[shop.events[0].pk], input={"columns": "name"})[1]
    assert exported(body)[1] == [f"'{text}"]
    content = download(api, admin, "Event", {"format": "xlsx", "columns": "name"})
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}


def test_numbers_below_zero_are_no_formulas(run: Run, admin: User, shop: Shop) -> None:
    body = run(admin, "Product/export", ids=["4"], input={"columns": "stock,price"})[1]
    assert exported(body)[1] == ["-1", "99999999.99"]


def download(api: Api, user: User, model: str, form: dict[str, str]) -> bytes:
    url = f"/conjure/r/testapp.{model}/action/export/"
    answer = api(user).post(url, {"all_filtered": True, "input": form}, content_type="application/json")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{model.lower()}-')
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    return b"".join(answer.streaming_content)


def test_a_workbook_has_numbers_where_there_are_numbers(api: Api, admin: User, shop: Shop) -> None:
    content = download(api, admin, "Product", {"format": "xlsx", "columns": "sku,price,stock,is_available,website"})
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert rows[0] == ("sku", "price", "stock", "is_available", "website")
    assert ("HAM-1", 19.9, 7, True, "") in [
        tuple(cell or "" if i == 4 else cell for i, cell in enumerate(r)) for r in rows
    ]


def test_an_export_leaves_an_entry(run: Run, admin: User, shop: Shop) -> None:
    run(admin, "Product/export", all_filtered=True, params={"is_available": "true", "search": "saw"})
    entry = AdminAuditLog.objects.get()
    assert (entry.action, entry.diff["count"]) == ("action:export", [None, 1])
    assert entry.diff["parameters"] == [None, {"is_available": "true", "search": "saw"}]
    run(admin, "Product/export", ids=["HAM-1", "SAW/2"])
    assert sorted(AdminAuditLog.objects.first().diff["pks"][1]) == ["HAM-1", "SAW/2"]  # type: ignore[union-attr]


def test_each_chunk_of_an_export_takes_the_same_number_of_queries(
    run: Run, admin: User, shop: Shop, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr("conjure.graphql.resolvers.exports.CHUNK_ROWS", 50)
    note = shop.notes[0]
    Note.objects.bulk_create([Note(title=f"n{number}", owner=note.owner, is_public=True) for number in range(200)])
    count = Note.objects.count()
    run(admin, "Note/export", ids=[note.pk])
    # Five chunks of three queries; the others log in, look up permissions and write the entry.
    with django_assert_max_num_queries(35):
        text = run(admin, "Note/export", all_filtered=True, input={"columns": "*"})[1]
    assert len(exported(text)) == count + 1


@pytest.mark.parametrize("format_", ["csv", "jsonl", "xlsx"])
def test_the_memory_that_an_export_takes_does_not_grow_with_its_rows(
    api: Api, admin: User, shop: Shop, format_: str
) -> None:
    def peak(rows: int) -> int:
        missing = range(rows - Event.objects.count())
        Event.objects.bulk_create(
            [Event(name=f"e{n}" * 10, happened_at=shop.events[0].happened_at) for n in missing], batch_size=1_000
        )
        client = api(admin)
        body = {"all_filtered": True, "input": {"format": format_}}
        tracemalloc.start()
        answer = client.post("/conjure/r/testapp.event/action/export/", body, content_type="application/json")
        assert sum(len(chunk) for chunk in answer.streaming_content) > rows
        measured = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return measured

    peak(10)  # What is built once is no part of it.
    few = peak(2_000)
    assert peak(10_000) < 1.5 * few


def test_graphql_gives_a_small_export_in_its_answer(gql: Gql, admin: User, shop: Shop, monkeypatch: Any) -> None:
    document = """mutation ($input: JSON) {
        file: runTestappProductAction(action: "export", pks: ["HAM-1"], input: $input)
    }"""
    file = gql(admin, document, input={"columns": "sku,price"})["data"]["file"]
    assert file["content"] == "sku,price\r\nHAM-1,19.90\r\n"
    assert gql(admin, document, input={"format": "xlsx"})["data"]["file"]["content_base64"].startswith("UEsD")
    monkeypatch.setattr("conjure.graphql.actions.run.INLINE_LIMIT", 10)
    assert gql(admin, document)["errors"][0]["extensions"]["code"] == "INVALID"


def test_asgi_servers_get_an_export_chunk_by_chunk_too(
    admin: User, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conjure.graphql.resolvers.exports.CHUNK_ROWS", 1)

    async def ask() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(admin)
        body = {"all_filtered": True, "input": {"columns": "sku"}}
        url = "/conjure/r/testapp.product/action/export/"
        answer: Any = await client.post(url, body, content_type="application/json")
        return [chunk async for chunk in answer.streaming_content]

    assert async_to_sync(ask)() == [b"sku\r\n4\r\n", b"BOOK 3\r\n", b"HAM-1\r\n", b"SAW/2\r\n"]


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


def test_attachments_are_exported_as_their_addresses(run: Run, admin: User, shop: Shop) -> None:
    rows = exported(run(admin, "Attachment/export", all_filtered=True, input={"columns": "file"})[1])
    assert len(rows) == Attachment.objects.count() + 1
    assert all(row[0].startswith("http://testserver/media/attachments/") for row in rows[1:])
