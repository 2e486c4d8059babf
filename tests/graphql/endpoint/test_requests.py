"""What clients may send: methods, content types, bodies of every size, queries by GET."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test.client import FakePayload

from conjure.conf import settings as settings_of_conjure
from tests.conftest import Api
from tests.graphql.endpoint.asking import ME, URL, code_of, post

pytestmark = pytest.mark.django_db


# What they send


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "nonsense",
        b"\xff\xfe",
        "{",
        "5",
        "null",
        '"{ me }"',
        "[]",
        json.dumps([ME, ME]),
        "{}",
        {"query": None},
        {"query": 5},
        {"query": ["{ me }"]},
        {"query": "{ me }", "variables": []},
        {"query": "{ me }", "variables": "{}"},
        {"query": "{ me }", "variables": 5},
        {"query": "{ me }", "operationName": 5},
        {"query": "{ me }", "operationName": {}},
        {"query": "{ me }", "extensions": []},
        {"query": "{ me }", "extensions": {"persistedQuery": 5}},
        '{"query": "{ me }", "variables": {"x": NaN}}',
        '{"query": "{ me }", "variables": {"x": 1e999}}',
        '{"query": "{ me }", "variables": {"x": %s}}' % ("1" * 5_000),
        '{"query": "{ me }", "variables": {"x": "\\u0000"}}',
        '{"query": "{ me }", "variables": {"x": "\\ud800"}}',
        '{"query": "{ me }", "variables": {"\\udfff": 1}}',
        '{"query": "{ me } # \\u0000"}',
        '{"query": "{ me } # \\ud800"}',
        {"query": '{ testappOrders(search: "\\u0000") { totalCount } }'},
        '{"query": "{ me }", "variables": {"x": %s1%s}}' % ("[" * 200, "]" * 200),
        '{"query": "{ me }", "variables": {"x": %s1%s}}' % ("[" * 100_000, "]" * 100_000),
        '{"query": "{ me }", "variables": %s1%s}' % ('{"x":' * 100_000, "}" * 100_000),
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_body_that_is_no_operation_is_400(api: Api, admin: Any, body: Any) -> None:
    response = post(api(admin), body)

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_a_pair_of_surrogates_is_a_character(api: Api, admin: Any) -> None:
    query = "query($s: String) { testappTags(search: $s) { totalCount } }"
    body = '{"query": "%s", "variables": {"s": "\\ud83d\\ude00"}}' % query

    assert post(api(admin), body).json() == {"data": {"testappTags": {"totalCount": 0}}}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/graphql", "", "text/html"]
)
def test_any_other_content_type_is_415(api: Api, admin: Any, content_type: str) -> None:
    response = post(api(admin), "query=%7Bme%7D", content_type=content_type)

    assert response.status_code == 415
    assert code_of(response) == "INVALID"


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_any_other_method_is_405(api: Api, admin: Any, method: str) -> None:
    response = getattr(api(admin), method)(URL)

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert response.json()["errors"]


@pytest.mark.parametrize("limit", [100, 10_000])
def test_a_body_over_the_cap_is_413(api: Api, admin: Any, settings: Any, limit: int) -> None:
    settings.CONJURE = {"MAX_BODY_SIZE": limit}

    response = post(api(admin), {"query": "{ me }", "variables": {"x": "x" * limit}})

    assert response.status_code == 413
    assert code_of(response) == "LIMITED"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_says_that_it_is_over_the_cap_is_not_read(api: Api, admin: Any, content_type: str) -> None:
    said = settings_of_conjure.MAX_BODY_SIZE + settings_of_conjure.MAX_UPLOAD_SIZE + 1
    body = FakePayload(b"{}")

    response = api(admin).post(URL, **{"wsgi.input": body, "CONTENT_LENGTH": said, "CONTENT_TYPE": content_type})

    assert response.status_code == 413
    assert len(body) == 2


def test_a_body_over_djangos_own_cap_is_413(api: Api, admin: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert post(api(admin), {"query": "{ me }", "variables": {"x": "x" * 100}}).status_code == 413


@pytest.mark.parametrize("length", ["nonsense", "-1", "9" * 30])
def test_a_length_that_is_none_is_refused(api: Api, admin: Any, length: str) -> None:
    assert post(api(admin), ME, CONTENT_LENGTH=length).status_code in {400, 413}


def test_a_query_by_get_is_answered(api: Api, admin: Any) -> None:
    parameters = {
        "query": "query A { me } query B($n: Int) { testappOrders(pagination: {limit: $n}) { pageInfo { limit } } }",
        "operationName": "B",
        "variables": '{"n": 7}',
    }

    response = api(admin).get(URL, parameters)

    assert response.json() == {"data": {"testappOrders": {"pageInfo": {"limit": 7}}}}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": ""},
        {"query": "{ me }", "variables": "nonsense"},
        {"query": "{ me }", "variables": "[]"},
        {"query": "{ me }", "extensions": "5"},
        {"query": "{ me } # \0"},
        {"query": "{ me }", "operationName": "\0"},
        {"query": "{ me }", "operationName": "Absent"},
    ],
)
def test_a_get_that_is_no_query_is_400(api: Api, admin: Any, parameters: dict[str, str]) -> None:
    assert api(admin).get(URL, parameters).status_code == 400


def test_head_is_get_without_a_body(api: Api, admin: Any) -> None:
    response = api(admin).head(URL, {"query": "{ me }"})

    assert response.status_code == 200
    assert response.content == b""


def test_one_of_several_operations_must_be_named(api: Api, admin: Any) -> None:
    text = "query A { me } query B { __typename }"

    assert post(api(admin), {"query": text, "operationName": "B"}).json() == {"data": {"__typename": "Query"}}
    assert post(api(admin), {"query": text}).status_code == 400
    assert post(api(admin), {"query": text, "operationName": "C"}).status_code == 400
    assert post(api(admin), {"query": text, "operationName": ""}).status_code == 400
