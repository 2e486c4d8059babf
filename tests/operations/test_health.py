"""``health/``: for anybody, without a login, and without the database unless it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conjure.operations import health
from tests.conftest import drop_caches_of_settings

URL = "/conjure/health/"


@pytest.fixture(autouse=True)
def _new_second() -> None:
    drop_caches_of_settings()


def failing(times: int) -> Any:
    """A wrapper of queries of which the first ones fail."""
    left = times

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if left > 0:
            left -= 1
            raise OperationalError("the secret host refused")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def test_the_process_answers_without_a_login_and_without_a_database() -> None:
    # Without the mark of pytest-django any query would fail.
    response = Client().get(URL)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Client().head(URL).status_code == 200
    assert Client().get(URL, {"database": "0"}).status_code == 200


def test_other_methods_are_refused() -> None:
    response = Client(enforce_csrf_checks=True).post(URL)
    assert response.json()["detail"]
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db(transaction=True)
def test_the_database_answers() -> None:
    assert Client().get(URL, {"database": "1"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_503_and_nothing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with failing(times=2):
        response = Client().get(URL, {"database": "1"})
    assert (response.status_code, response.json()) == (503, {"status": "unavailable"})
    assert response["Retry-After"]
    assert "the secret host refused" in caplog.text
    drop_caches_of_settings()
    assert Client().get(URL, {"database": "1"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_is_replaced() -> None:
    with failing(times=1):
        assert Client().get(URL, {"database": "1"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_database_is_asked_once_a_second_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(health.time, "monotonic", lambda: now)
    with CaptureQueriesContext(connection) as queries:
        assert {Client().get(URL, {"database": "1"}).status_code for _ in range(20)} == {200}
    assert len(queries) == 1
    now += 1
    with failing(times=2):
        assert Client().get(URL, {"database": "1"}).status_code == 503
    assert Client().get(URL, {"database": "1"}).status_code == 503, "The same second has one answer."
    now += 1
    assert Client().get(URL, {"database": "1"}).status_code == 200
