"""Unique values that may be left out: nothing twice is fine where it is NULL, else an error of the field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.edges.models import Alone, AloneAndWhole, Blank, Marked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
ALONE, BLANK, MARKED = (f"/conjure/r/edges.{name}/" for name in ("Alone", "Blank", "Marked"))
JSON = {"content_type": "application/json"}


def upload(content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", content)


def stored(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("values", [{}, {"file": None}, {"file": ""}], ids=["none", "null", "empty"])
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_no_file_twice_is_an_error_of_the_file(api: Api, admin: User, values: dict[str, Any], form: bool) -> None:
    client, taken = api(admin), {"file": ["Alone with this File already exists."]}
    sent = {name: value or "" for name, value in values.items()} if form else values
    options: Any = {} if form else JSON
    assert client.post(ALONE, {**sent, "name": "first"}, **options).status_code == 201
    second = client.post(ALONE, {**sent, "name": "second"}, **options)
    assert (second.status_code, second.json()) == (400, taken)
    full = Alone.objects.create(file="alone/full.txt", name="full")
    emptied = client.patch(f"{ALONE}{full.pk}/", {"file": ""}, **JSON)
    assert (emptied.status_code, emptied.json()) == (400, taken)
    operations = client.post(f"{ALONE}bulk/", {"operations": [{"op": "create", "data": values}]}, **JSON)
    assert (operations.status_code, operations.json()["file"]) == (400, taken["file"])
    bulk = {"action": "update", "ids": [full.pk], "data": {"file": None}}
    assert client.post(f"{ALONE}bulk/", bulk, **JSON).json() == taken
    assert [row.name for row in Alone.objects.order_by("pk")] == ["first", "full"]
    assert AdminAuditLog.objects.count() == 1


def test_an_empty_upload_is_refused_each_time(api: Api, admin: User, media_root: Path) -> None:
    for _ in range(2):
        answer = api(admin).post(ALONE, {"file": upload(b"")})
        assert (answer.status_code, answer.json()) == (400, {"file": ["The submitted file is empty."]})
    assert (Alone.objects.count(), stored(media_root)) == (0, [])


def test_the_same_file_twice_is_stored_under_two_names(api: Api, admin: User, media_root: Path) -> None:
    urls = {api(admin).post(ALONE, {"file": upload()}).json()["file"] for _ in range(2)}
    assert (len(urls), len(stored(media_root))) == (2, 2)


def test_nothing_twice_is_null_twice_for_texts_and_numbers(api: Api, admin: User, gql: Gql) -> None:
    client = api(admin)
    for body in ({}, {"text": ""}, {"number": ""}):
        assert client.post(ALONE, {**body, "file": upload()}).status_code == 201
    for number in range(3):
        body = {"file": upload(), "text": "", "number": "", "name": str(number)}
        row = client.post(ALONE, body).json()
        assert (row["text"], row["number"]) == (None, None)
    write = (
        "mutation ($v: Values) { createEdgesMarked(values: $v) { result { code group } errors { field messages } } }"
    )
    for values in ({}, {"code": None}, {"code": ""}):
        assert gql(admin, write, v=values)["data"]["createEdgesMarked"]["errors"] == []


def test_the_empty_text_is_a_value_like_others(api: Api, admin: User) -> None:
    client = api(admin)
    first, second = (Alone.objects.create(file=f"alone/{n}.txt", name=str(n)) for n in range(2))
    assert client.patch(f"{ALONE}{first.pk}/", {"text": ""}, **JSON).json()["text"] == ""
    refused = client.patch(f"{ALONE}{second.pk}/", {"text": ""}, **JSON)
    assert (refused.status_code, refused.json()) == (400, {"text": ["Alone with this Text already exists."]})
    assert client.patch(f"{ALONE}{second.pk}/", {"text": None}, **JSON).status_code == 200
    assert client.post(BLANK, {}, **JSON).status_code == 201
    for body in ({}, {"slug": ""}, {"slug": None}):
        answer = client.post(BLANK, body, **JSON)
        assert (answer.status_code, list(answer.json())) == (400, ["file", "slug"])
    assert Blank.objects.count() == 1


def test_constraints_leave_out_what_they_say_they_do(api: Api, admin: User) -> None:
    client = api(admin)
    for body in ({}, {}, {"group": "g"}, {"group": "g", "place": None}, {"code": "a"}, {"group": "g", "place": 1}):
        assert client.post(MARKED, body, **JSON).status_code == 201, body
    for body in ({"code": "a"}, {"group": "g", "place": 1}):
        answer = client.post(MARKED, body, **JSON)
        assert (answer.status_code, list(answer.json())) == (400, ["non_field_errors"])
    assert Marked.objects.count() == 6


@pytest.mark.parametrize("model", [Alone, AloneAndWhole])
def test_rows_whose_unique_file_is_null_can_be_changed(api: Api, admin: User, model: Any) -> None:
    for number in range(3):
        model.objects.create(file=f"alone/{number}.txt")
    model.objects.update(file=None)
    client, url = api(admin), f"/conjure/r/edges.{model.__name__}/"
    for row in client.get(url).json()["results"]:
        assert row["file"] is None
        answer = client.patch(f"{url}{row['id']}/", {**row, "name": "new"}, **JSON)
        assert (answer.status_code, answer.json()["name"], answer.json()["file"]) == (200, "new", None)
    assert model.objects.filter(file=None, name="new").count() == 3
