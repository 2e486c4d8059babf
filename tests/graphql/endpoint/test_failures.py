"""What is answered where the project or the database fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection

from tests.conftest import Api, Gql
from tests.graphql.endpoint.asking import ME, code_of, post

pytestmark = pytest.mark.django_db


def test_an_unexpected_failure_is_masked_and_logged_under_an_id(
    gql: Gql, admin: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"USER_PAYLOAD": "tests.graphql.endpoint.test_failures.failing_payload"}

    answer = gql(admin, "{ me }")

    (error,) = answer["errors"]
    assert error["message"] == "Something went wrong."
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["id"] in caplog.text
    assert "the secret" in caplog.text
    assert "the secret" not in json.dumps(answer)


def failing_payload(user: Any) -> dict[str, Any]:
    """A project's own function that fails."""
    raise RuntimeError("the secret of the server")


def refusing(error: DatabaseError, *, but: str = "") -> Any:
    """A wrapper of all queries that fail, but for those that hold a text."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if but and but in sql:
            return execute(sql, params, many, context)
        raise error

    return connection.execute_wrapper(wrapper)


def test_a_database_that_cannot_answer_is_503(api: Api, admin: Any) -> None:
    client = api(admin)

    with refusing(OperationalError("the secret host refused"), but="testapp_tag"):
        response = post(client, ME)

    assert response.status_code == 503
    assert response["Retry-After"]
    assert code_of(response) == "UNAVAILABLE"
    assert "secret" not in response.content.decode()
    assert post(client, ME).status_code == 200


def test_a_connection_that_a_pooler_cuts_is_503(api: Api, admin: Any) -> None:
    """As psycopg reports it where PgBouncer loses its server; what the server itself calls internal stays masked."""
    psycopg = pytest.importorskip("psycopg")
    client = api(admin)
    cut, broken = InternalError("2 results"), InternalError("the server's")
    cut.__cause__ = psycopg.InternalError("received 2 results from command 'COMMIT'")
    broken.__cause__ = psycopg.errors.InternalError_()
    for error, status in ((cut, 503), (broken, 500)):
        with refusing(error, but="testapp_tag"):
            assert post(client, ME).status_code == status
            assert client.get("/conjure/auth/me/").status_code == status


def test_an_operation_that_the_database_cannot_answer_is_503(api: Api, admin: Any, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = api(admin)

    with refusing(OperationalError("the secret host refused"), but="auth_user"):
        response = post(client, {"query": "{ testappTags { totalCount } }"})

    assert response.status_code == 503
    assert code_of(response) == "UNAVAILABLE"
    assert "secret host" not in response.content.decode()


def test_what_was_answered_before_the_database_went_away_is_given(api: Api, admin: Any, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = api(admin)

    with refusing(OperationalError("gone"), but="auth_user"):
        response = post(client, {"query": "{ me a: testappTag(pk: 1) { id } }"})

    assert response.status_code == 200
    assert response.json()["data"]["me"]["username"] == "admin"
    assert code_of(response) == "UNAVAILABLE"
