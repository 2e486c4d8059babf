"""Exports: which columns and rows are in the file, in which format, and what they take."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import Any

import openpyxl
import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import AsyncClient

from conjure import registry
from conjure.models import AdminAuditLog
from tests.conftest import Api, Configure, Gql
from tests.graphql.actions.conftest import Run, grant, keys
from tests.testapp.factories import Shop
from tests.testapp.models import Attachment, CompositeKey, Event, EveryDefault, Note


def exported(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_an_export_is_the_lists_columns_with_their_labels(run: Run, admin: User, shop: Shop) -> None:
    status, text = run(admin, "Product/export", all_filtered=True, params={})
    header, *rows = exported(text)
    assert status == 200
    assert header == ["sku", "name", "category", "category_label", "price", "is_available"]
    assert [row[0] for row in rows] == sorted(keys(shop.products))
    assert rows[2] == ["HAM-1", "Hammer", str(shop.categories[2].pk), "Hammers", "19.90", "true"]


def test_an_export_of_one_row_is_found_in_the_log_by_its_composite_key(
    run: Run, admin: User, configure: Configure
) -> None:
    configure(CompositeKey, actions=("export",))
    for number in (2, 3):
        CompositeKey.objects.create(tenant=1, number=number, name="row")
    status, text = run(admin, "CompositeKey/export", ids=["1,2"])
    assert (status, len(exported(text))) == (200, 2)
    assert AdminAuditLog.objects.get().object_pk == "1,2"


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


def test_objects_in_cells_are_the_json_of_every_other_answer(
    run: Run, admin: User, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry.get("testapp.EveryDefault"), "actions", ("export",), raising=False)
    row = EveryDefault.objects.create(options={"a": [1, "é"]})
    text = run(admin, "EveryDefault/export", ids=[row.pk], input={"columns": "options"})[1]
    assert exported(text)[1] == ['{"a":[1,"é"]}']


def test_exports_show_what_lists_show(run: Run, api: Api, admin: User, shop: Shop) -> None:
    for model in ("Product", "Event", "Note", "Shipment", "Attachment"):
        text = run(admin, f"{model}/export", all_filtered=True, params={}, input={"columns": "*", "format": "jsonl"})[1]
        listed = api(admin).get(f"/conjure/r/testapp.{model}/?page_size=200").json()["results"]
        by_label = {json.dumps(row, sort_keys=True) for row in listed}
        assert {json.dumps(json.loads(line), sort_keys=True) for line in text.splitlines()} == by_label


def test_an_unknown_column_or_format_is_400(run: Run, admin: User, shop: Shop) -> None:
    assert list(run(admin, "Product/export", all_filtered=True, params={}, input={"columns": "nope"})[1]) == ["columns"]
    assert list(run(admin, "Product/export", all_filtered=True, params={}, input={"format": "pdf"})[1]) == ["format"]


def test_columns_that_are_hidden_from_the_user_are_not_exported(run: Run, clerk: User, admin: User, shop: Shop) -> None:
    grant(clerk, "view_shipment", "export_shipment")
    assert list(run(clerk, "Shipment/export", all_filtered=True, params={}, input={"columns": "cost"})[1]) == [
        "columns"
    ]
    assert (
        "cost"
        not in exported(run(clerk, "Shipment/export", all_filtered=True, params={}, input={"columns": "*"})[1])[0]
    )
    assert "cost" in exported(run(admin, "Shipment/export", all_filtered=True, params={}, input={"columns": "*"})[1])[0]


def test_hidden_rows_are_not_exported(run: Run, clerk: User, shop: Shop) -> None:
    grant(clerk, "view_note", "export_note")
    text = run(clerk, "Note/export", all_filtered=True, params={}, input={"columns": "title"})[1]
    assert [row[0] for row in exported(text)[1:]] == list(
        Note.objects.filter(is_public=True).order_by("pk").values_list("title", flat=True)
    )


def test_an_export_asks_a_permission_of_its_own_and_the_view_permission(
    run: Run, viewer: User, clerk: User, shop: Shop
) -> None:
    assert run(viewer, "Product/export", all_filtered=True, params={})[0] == 403
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
    answer = api(user).post(url, {"all_filtered": True, "params": {}, "input": form}, content_type="application/json")
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
        text = run(admin, "Note/export", all_filtered=True, params={}, input={"columns": "*"})[1]
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
        body = {"all_filtered": True, "params": {}, "input": {"format": format_}}
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
        body = {"all_filtered": True, "params": {}, "input": {"columns": "sku"}}
        url = "/conjure/r/testapp.product/action/export/"
        answer: Any = await client.post(url, body, content_type="application/json")
        return [chunk async for chunk in answer.streaming_content]

    assert async_to_sync(ask)() == [b"sku\r\n4\r\n", b"BOOK 3\r\n", b"HAM-1\r\n", b"SAW/2\r\n"]


def test_attachments_are_exported_as_their_addresses(run: Run, admin: User, shop: Shop) -> None:
    rows = exported(run(admin, "Attachment/export", all_filtered=True, params={}, input={"columns": "file"})[1])
    assert len(rows) == Attachment.objects.count() + 1
    assert all(row[0].startswith("http://testserver/media/attachments/") for row in rows[1:])
