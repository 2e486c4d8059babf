"""Uploads by the specification of GraphQL multipart requests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import ME, URL, code_of, post
from tests.testapp.factories import png
from tests.testapp.models.field_types import Pictures
from tests.testapp.models.shop import Attachment, Tag

UPLOAD = """
    mutation($data: TestappAttachmentInput!) {
        createTestappAttachment(data: $data) { result { title file } errors { field messages } }
    }
"""
TWICE = """
    mutation($a: TestappPicturesInput!, $b: TestappPicturesInput!) {
        a: createTestappPictures(data: $a) { errors { field messages } }
        b: createTestappPictures(data: $b) { errors { field messages } }
    }
"""
MANY = """
    mutation($pks: [JSON]!, $values: Values!) {
        bulkUpdateTestappPictureses(pks: $pks, values: $values) { updated errors { field messages } }
    }
"""
JSON_FIELD = """
    mutation($values: Values!) { createTestappKeywords(values: $values) { result { data } } }
"""

pytestmark = pytest.mark.django_db


# Uploads


def parts(operations: Any, places: Any, **files: Any) -> dict[str, Any]:
    return {"operations": json.dumps(operations), "map": json.dumps(places), **files}


def file(size: int = 3) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"x" * size)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operations": json.dumps(ME)},
        {"map": "{}"},
        {"query": "{ me }"},
        {"operations": "nonsense", "map": "{}"},
        {"operations": json.dumps(ME), "map": "nonsense"},
        parts([ME], {}),
        parts(ME, []),
        parts(5, {}),
        parts(ME, {"0": ["variables.x"]}),
        parts({**ME, "variables": {"x": None}}, {"0": "variables.x"}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": []}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": [5]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["query"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables."]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.y"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x.y"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": "taken"}}, {"0": ["variables.x"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.1"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.-1"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": [None]}}, {"0": ["variables.x.²"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x"], "1": ["variables.x"]}, **{"0": file()}),
        parts({**ME, "variables": {"x": None}}, {"0": ["variables.x", "variables.x"]}, **{"0": file()}),
    ],
    ids=str,
)
def test_a_multipart_body_that_is_not_by_the_specification_is_400(api: Api, admin: Any, body: Any) -> None:
    response = api(admin).post(URL, body)

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


@pytest.mark.parametrize(
    "body", [b" ", b"nonsense", b"--x\r\nnonsense", b'--x\r\nContent-Disposition: form-data; name="a']
)
def test_a_multipart_body_that_cannot_be_parsed_is_400(api: Api, admin: Any, body: bytes) -> None:
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=é"):
        assert post(api(admin), body, content_type=content_type).status_code == 400


def test_a_multipart_body_without_files_is_an_operation(api: Api, admin: Any) -> None:
    response = api(admin).post(URL, parts(ME, {}))

    assert response.json()["data"]["me"]["username"] == "admin"


@pytest.mark.usefixtures("media_root")
def test_a_file_comes_where_the_map_says(api: Api, admin: Any) -> None:
    operation = {"query": UPLOAD, "variables": {"data": {"title": "A", "file": None}}}

    response = api(admin).post(URL, parts(operation, {"0": ["variables.data.file"]}, **{"0": file()}))

    answer = response.json()["data"]["createTestappAttachment"]
    assert answer["errors"] == []
    assert answer["result"]["file"].startswith("http://testserver/media/attachments/a")
    stored = Attachment.objects.get()
    with stored.file.open() as content:
        assert content.read() == b"xxx"


@pytest.mark.usefixtures("media_root")
@pytest.mark.parametrize("in_memory", [0, 10_000])
def test_one_upload_may_be_named_by_several_variables(api: Api, admin: Any, settings: Any, in_memory: int) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    variables = {name: {"picture": None, "requiredDocument": None, "document": None} for name in "ab"}
    places = [f"variables.{name}.{field}" for name in "ab" for field in ("picture", "requiredDocument")]
    # Their names must differ.
    documents = {name: SimpleUploadedFile(f"{name}.txt", b"x") for name in "ab"}
    operation = {"query": TWICE, "variables": variables}
    content = png().read()
    upload = SimpleUploadedFile("a.png", content, "image/png")

    places_of_documents = {name: [f"variables.{name}.document"] for name in "ab"}

    response = api(admin).post(
        URL, parts(operation, {"0": places, **places_of_documents}, **{"0": upload}, **documents)
    )

    answer = response.json()["data"]
    assert answer["a"]["errors"] == answer["b"]["errors"] == []
    stored = [file for row in Pictures.objects.all() for file in (row.picture, row.required_document)]
    assert len({file.name for file in stored}) == 4
    for file in stored:
        with file.open() as opened:
            assert opened.read() == content


@pytest.mark.usefixtures("media_root")
@pytest.mark.parametrize("in_memory", [0, 10_000])
def test_one_upload_is_stored_for_each_row_of_a_bulk_update(
    api: Api, admin: Any, settings: Any, in_memory: int
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = in_memory
    documents = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(3)]
    rows = [Pictures.objects.create(picture=png(), required_document=file(), document=each) for each in documents]
    values = {"picture": None, "required_document": None}
    operation = {"query": MANY, "variables": {"pks": [row.pk for row in rows], "values": values}}
    content = png().read()
    places = {"0": [f"variables.values.{name}" for name in values]}

    upload = SimpleUploadedFile("a.png", content, "image/png")
    answer = api(admin).post(URL, parts(operation, places, **{"0": upload})).json()

    assert answer["data"]["bulkUpdateTestappPictureses"] == {"updated": 3, "errors": []}
    stored = [each for row in Pictures.objects.all() for each in (row.picture, row.required_document)]
    assert len({each.name for each in stored}) == 6
    for each in stored:
        with each.open() as opened:
            assert opened.read() == content


def test_values_beside_a_file_are_read_as_json_not_as_a_form(api: Api, admin: Any) -> None:
    """The text of a JSON field is that text, where a form's would be parsed."""
    operation = {"query": JSON_FIELD, "variables": {"values": {"data": "{}"}}}

    by_json = post(api(admin), operation).json()
    by_multipart = api(admin).post(URL, parts(operation, {})).json()

    assert by_json["data"]["createTestappKeywords"]["result"] == {"data": "{}"}
    assert by_multipart == by_json


def test_a_mutation_that_fails_is_null_beside_the_one_that_was_saved(gql: Gql, admin: Any) -> None:
    text = """mutation {
        first: createTestappTag(data: {name: "A", slug: "a"}) { result { name } }
        second: deleteTestappTag(pk: "0") { deleted }
        third: createTestappTag(data: {name: "C", slug: "c"}) { result { name } }
    }"""

    answer = gql(admin, text)

    assert answer["data"] == {
        "first": {"result": {"name": "A"}},
        "second": None,
        "third": {"result": {"name": "C"}},
    }
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [(["second"], "NOT_FOUND")]
    assert set(Tag.objects.values_list("name", flat=True)) == {"A", "C"}


@pytest.mark.usefixtures("media_root")
def test_what_is_sent_in_place_of_a_file_is_refused(api: Api, admin: Any) -> None:
    for value in ("a.txt", "../../a.txt", 5, {}, []):
        body = {"query": UPLOAD, "variables": {"data": {"title": "A", "file": value}}}
        response = post(api(admin), body)
        assert response.status_code < 500
        answer = response.json()
        assert "errors" in answer or answer["data"]["createTestappAttachment"]["errors"]

    assert not Attachment.objects.exists()


@pytest.mark.parametrize("csrf", [False, True])
def test_files_over_the_cap_are_413(api: Api, admin: Any, settings: Any, csrf: bool) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 1_000, "MAX_BODY_SIZE": 2_000}
    operation = {**ME, "variables": {"x": [None, None]}}
    places = {"0": ["variables.x.0"], "1": ["variables.x.1"]}
    client = api(admin, enforce_csrf_checks=csrf)

    for sizes in ([1_001, 1], [600, 600], [4_000, 1]):
        files = {str(number): file(size) for number, size in enumerate(sizes)}
        response = client.post(URL, parts(operation, places, **files))
        assert response.status_code == (413 if not csrf or sum(sizes) > 3_000 else 403)


def test_files_over_the_cap_are_refused_while_they_arrive(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 100_000, "MAX_BODY_SIZE": 10_000_000}
    sent = parts({**ME, "variables": {"x": None}}, {"0": ["variables.x"]}, **{"0": file(5_000_000)})
    body = FakePayload(encode_multipart(BOUNDARY, sent))
    length = len(body)

    response = api(admin).post(
        URL, **{"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": MULTIPART_CONTENT}
    )

    assert (response.status_code, code_of(response)) == (413, "LIMITED")
    assert len(body) > length / 2, "it was read"


def test_a_file_counts_as_often_as_it_is_used(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 1_000}
    for times, size, status in ((3, 300, 400), (4, 300, 413)):
        operation = {"query": TWICE, "variables": {"a": {"x": [None] * times}}}
        places = {"0": [f"variables.a.x.{number}" for number in range(times)]}
        response = api(admin).post(URL, parts(operation, places, **{"0": file(size)}))
        assert response.status_code == status


def test_a_map_has_few_places_since_each_is_an_open_file(api: Api, admin: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 5
    for times, status in ((5, 400), (6, 413), (20_000, 413)):
        operation = {"query": TWICE, "variables": {"a": {"x": [None] * times}}}
        places = {"0": [f"variables.a.x.{number}" for number in range(times)]}
        response = api(admin).post(URL, parts(operation, places, **{"0": file(0 if times > 6 else 1)}))
        assert response.status_code == status


def test_too_many_parts_are_413(api: Api, admin: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    response = api(admin).post(URL, parts(ME, {}, **{str(number): file() for number in range(3)}))

    assert response.status_code == 413
    assert code_of(response) == "LIMITED"
