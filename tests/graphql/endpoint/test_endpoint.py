"""The endpoint as HTTP clients meet it: who may use it, what they may send, and what every answer looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import HTML, JSON, ME, URL, code_of, post
from tests.testapp.models.shop import Tag

MUTATION = 'mutation { createTestappTag(data: {name: "a", slug: "a"}) { result { name } } }'

pytestmark = pytest.mark.django_db


# Who asks


def test_staff_get_data(api: Api, admin: Any) -> None:
    response = post(api(admin), ME)

    assert response.status_code == 200
    assert response["Content-Type"] == JSON
    assert response.json()["data"]["me"]["username"] == "admin"


def test_nobody_is_told_to_log_in(api: Api) -> None:
    response = post(api(), ME)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Session"
    assert response.json() == {
        "errors": [
            {
                "message": "Authentication credentials were not provided or are not valid.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


def test_who_is_not_staff_is_refused(api: Api, outsider: Any) -> None:
    response = post(api(outsider), ME)

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"


@pytest.mark.parametrize("body", [ME, {"query": "{ nonsense }"}, {"query": "{"}, "[", {"query": "{ __typename }"}])
def test_nobody_learns_whether_what_they_sent_is_valid(api: Api, body: Any) -> None:
    assert post(api(), body).status_code == 401


def test_a_cookie_without_a_csrf_token_is_refused(api: Api, admin: Any) -> None:
    response = post(api(admin, enforce_csrf_checks=True), ME)

    assert response.status_code == 403
    assert code_of(response) == "FORBIDDEN"
    assert "CSRF" in response.json()["errors"][0]["message"]


def test_a_cookie_with_a_csrf_token_is_taken(api: Api, admin: Any) -> None:
    client = api(admin, enforce_csrf_checks=True)
    client.get("/conjure/auth/me/")

    response = post(client, ME, headers={"X-CSRFToken": client.cookies["csrftoken"].value})

    assert response.status_code == 200


def test_another_sites_page_is_refused(api: Api, admin: Any) -> None:
    response = post(api(admin), ME, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403


def test_a_multipart_request_of_another_sites_form_is_refused(api: Api, admin: Any) -> None:
    client = api(admin, enforce_csrf_checks=True)

    response = client.post(URL, {"operations": json.dumps(ME), "map": "{}"})

    assert response.status_code == 403


def test_a_bearer_token_needs_no_csrf_token(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    login = api().post("/conjure/auth/login/", {"username": "admin", "password": "admin"}, content_type=JSON)
    headers = {"Authorization": f"Bearer {login.json()['access']}"}

    response = post(api(enforce_csrf_checks=True), ME, headers=headers)

    assert response.json()["data"]["me"]["username"] == "admin"


def test_a_bad_token_is_401(api: Api, admin: Any, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}

    response = post(api(admin), ME, headers={"Authorization": "Bearer nonsense"})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_mutation_by_get_is_405_and_has_no_effect(api: Api, admin: Any) -> None:
    for text, name in ((MUTATION, None), (f"query A {{ me }} {MUTATION.replace('mutation', 'mutation B')}", "B")):
        parameters = {"query": text} if name is None else {"query": text, "operationName": name}
        for method in ("get", "head"):
            response = getattr(api(admin), method)(URL, parameters)
            assert response.status_code == 405
            assert response["Allow"] == "POST"
            assert not Tag.objects.exists()


def test_a_mutation_by_post_is_executed(api: Api, admin: Any) -> None:
    assert post(api(admin), {"query": MUTATION}).json()["data"]["createTestappTag"]["result"] == {"name": "a"}
    assert Tag.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "outsider", "clerk", "viewer"])
def test_who_may_not_add_adds_nothing(api: Api, request: pytest.FixtureRequest, who: str) -> None:
    user = None if who == "nobody" else request.getfixturevalue(who)

    response = post(api(user), {"query": MUTATION})

    assert code_of(response) in {"UNAUTHENTICATED", "FORBIDDEN"}
    assert not Tag.objects.exists()


# What is answered


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nonsense }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ testappOrders }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { me }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ me @skip }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ testappOrders(pagination: {limit: "x"}) { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ("type Query { me: String }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment a on Query { me }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_a_document_that_is_not_valid_is_400_with_a_code(api: Api, admin: Any, query: str, code: str) -> None:
    response = post(api(admin), {"query": query})

    assert response.status_code == 400
    assert code_of(response) == code
    assert "data" not in response.json()


@pytest.mark.parametrize("value", ["x", 1.5, [], {}, True, 10**23, None])
def test_a_variable_of_the_wrong_type_is_400_with_a_code(api: Api, admin: Any, value: Any) -> None:
    query = "query($n: Int!) { testappOrders(pagination: {limit: $n}) { totalCount } }"

    response = post(api(admin), {"query": query, "variables": {"n": value}})

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_a_missing_variable_is_400_with_a_code(api: Api, admin: Any) -> None:
    response = post(api(admin), {"query": "query($n: Int!) { testappOrders(pagination: {limit: $n}) { totalCount } }"})

    assert response.status_code == 400
    assert code_of(response) == "INVALID"


def test_an_operation_that_was_executed_is_200_with_its_errors(gql: Gql, api: Api, clerk: Any) -> None:
    response = post(api(clerk), {"query": "{ me testappOrders { totalCount } }"})

    assert response.status_code == 200
    error = response.json()["errors"][0]
    assert error["path"] == ["testappOrders"]
    assert error["locations"] == [{"line": 1, "column": 6}]
    assert error["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize(
    "accept", ["application/graphql-response+json", "application/graphql-response+json, */*;q=0.1"]
)
def test_the_response_type_of_the_specification_is_spoken(api: Api, admin: Any, accept: str) -> None:
    response = post(api(admin), ME, headers={"Accept": accept})

    assert response["Content-Type"] == "application/graphql-response+json; charset=utf-8"


def test_no_answer_is_kept_or_sniffed(api: Api, admin: Any, outsider: Any, settings: Any) -> None:
    settings.LOGIN_URL = "/conjure/config/"
    client = api(admin)
    responses = [
        post(client, ME),
        post(client, "nonsense"),
        post(client, "x", content_type="text/plain"),
        post(client, {"query": "{ nonsense }"}),
        post(api(), ME),
        post(api(outsider), ME),
        client.put(URL),
        client.get(URL),
        client.get(URL, headers={"Accept": HTML}),
        client.get(URL, {"query": "{ me }"}),
        api().get(URL, headers={"Accept": HTML}),
    ]

    for response in responses:
        assert response["Cache-Control"] == ("no-cache" if response.status_code == 401 else "no-store")
        assert response["X-Content-Type-Options"] == "nosniff"
