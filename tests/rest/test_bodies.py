"""Request bodies: what is no JSON, too much or of another type."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import Api
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


def test_an_upload_over_the_limit_is_too_large(client: Client, settings: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.CONJURE = {"MAX_UPLOAD_SIZE": 10}
    data = {"title": "A", "file": SimpleUploadedFile("a.txt", b"x" * 11)}
    answer = client.post("/conjure/r/testapp.Attachment/", data)
    assert (answer.status_code, list(answer.json())) == (413, ["detail"])
