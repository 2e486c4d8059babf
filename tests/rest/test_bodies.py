"""Request bodies: what is no JSON, too much or of another type."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart

from tests.conftest import Api
from tests.testapp.factories import Shop
from tests.testapp.models.shop import Tag

URL = "/conjure/r/testapp.Tag/"
JSON = "application/json"


@pytest.fixture
def client(admin: User, api: Api) -> Client:
    client = api(admin)
    client.get(URL)
    return client


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "",
        " ",
        "{'a': 1}",
        b"\xff\xfe",
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": -Infinity}',
        '{"name": 1e999}',
        '{"name": "a", "name": "b"}',
        '{"name": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"name": ' + "[" * 500 + "]" * 500 + "}",
        '{"name": "a"} x',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_that_one_can_work_with_is_refused_at_once(client: Client, body: Any) -> None:
    begin = time.perf_counter()
    answer = client.generic("POST", URL, body, content_type=JSON)
    assert time.perf_counter() - begin < 1
    assert answer.status_code == 400
    assert Tag.objects.count() == 0
    if str(body).strip():
        assert list(answer.json()) == ["detail"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "text/json", "application/jsonx", "x" * 5000]
)
def test_other_media_types_are_not_supported(client: Client, content_type: str) -> None:
    answer = client.generic("POST", URL, "{}", content_type=content_type)
    assert (answer.status_code, list(answer.json())) == (415, ["detail"])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;x=y"]
)
def test_parameters_of_the_media_type_do_not_matter(client: Client, content_type: str) -> None:
    body = '{"name": "ü", "slug": "s"}'.encode()
    assert client.generic("POST", URL, body, content_type=content_type).json()["name"] == "ü"


def test_a_body_over_the_limit_is_too_large(client: Client, settings: Any) -> None:
    settings.CONJURE = {"MAX_BODY_SIZE": 100}
    for body, content_type in (
        ('{"name": "' + "x" * 100 + '"}', JSON),
        ("name=" + "x" * 100, "application/x-www-form-urlencoded"),
    ):
        answer = client.generic("POST", URL, body, content_type=content_type)
        assert (answer.status_code, list(answer.json())) == (413, ["detail"])


def test_a_form_of_too_many_fields_is_too_large(client: Client) -> None:
    body = "&".join(f"f{number}=1" for number in range(2000))
    for method in ("POST", "PATCH"):
        url = URL if method == "POST" else f"{URL}1/"
        answer = client.generic(method, url, body, content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, list(answer.json())) == (413, ["detail"])
    assert client.get(f"{URL}?{body}").status_code == 413


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=\xff", b"x"),
        ("application/x-www-form-urlencoded", b"\xff=\xfe"),
    ],
)
def test_malformed_forms_are_no_fault_of_ours(client: Client, method: str, content_type: str, body: bytes) -> None:
    url = URL if method == "POST" else f"{URL}1/"
    answer = client.generic(method, url, body, content_type=content_type)
    assert 400 <= answer.status_code < 500
    assert Tag.objects.count() == 0
    answer.json()


@pytest.mark.parametrize("csrf", [False, True])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_upload_over_the_limit_is_too_large(
    admin: User, api: Api, settings: Any, shop: Shop, csrf: bool, method: str
) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 100_000}
    client = api(admin, enforce_csrf_checks=csrf)
    headers = {"X-CSRFToken": client.get("/conjure/auth/me/").cookies["csrftoken"].value}
    url = "/conjure/r/testapp.Attachment/" + (f"{shop.attachments[0].pk}/" if method == "PATCH" else "")

    def send(size: int) -> Any:
        data = {"title": "A", "file": SimpleUploadedFile("a.txt", b"x" * size)}
        body = encode_multipart(BOUNDARY, data)
        return client.generic(method, url, body, content_type=MULTIPART_CONTENT, headers=headers)

    assert send(100_000).status_code in {200, 201}
    answer = send(100_001)
    assert (answer.status_code, list(answer.json())) == (413, ["detail"])


def test_the_files_of_a_request_are_limited_together(client: Client, settings: Any) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 1_000}
    for size, status in ((400, 400), (501, 413)):
        files = {name: SimpleUploadedFile("a.txt", b"x" * size) for name in ("file", "image")}
        answer = client.post("/conjure/r/testapp.Attachment/", {"title": "A", **files})
        assert answer.status_code == status  # Of a small one, the image is not an image.


@pytest.mark.parametrize(("files", "size"), [(1, 5_000_000), (60, 90_000)])
def test_a_large_upload_is_refused_before_all_of_it_is_read(
    client: Client, settings: Any, files: int, size: int
) -> None:
    settings.CONJURE = {"MAX_UPLOAD_SIZE": 100_000}
    data = {"title": "A", "file": [SimpleUploadedFile("a.txt", b"x" * size) for _ in range(files)]}
    body = FakePayload(encode_multipart(BOUNDARY, data))
    length = len(body)
    answer = client.post(
        "/conjure/r/testapp.Attachment/",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": MULTIPART_CONTENT},
    )
    assert answer.status_code == 413
    assert len(body) > length / 2, "it was read"
