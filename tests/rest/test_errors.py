"""Whatever goes wrong is answered in JSON, and what nobody expected is told to the log alone."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection

from conjure import registry
from tests.conftest import Api, Gql
from tests.testapp.models.shop import Order

BROKEN = "/conjure/widgets/broken-stats/"


@pytest.mark.parametrize("debug", [False, True])
def test_what_nobody_expected_is_masked_and_logged_once(
    admin: User, api: Api, caplog: pytest.LogCaptureFixture, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    settings.CONJURE = {"LOGGER_NAME": "tests.unexpected"}
    answer = api(admin).get(BROKEN)
    assert answer.status_code == 500
    body = answer.json()
    assert list(body) == ["detail", "id"]
    assert "secret" not in answer.content.decode()
    [record] = [record for record in caplog.records if record.name == "tests.unexpected"]
    assert record.exc_info
    assert "A secret of the server's." in str(record.exc_info[1]) + str(record.exc_info[1].__cause__)
    assert body["id"] in record.getMessage()
    assert answer["Cache-Control"] == "no-store"


def test_data_that_is_no_json_is_an_error_like_any_other(
    admin: User, api: Api, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"USER_PAYLOAD": lambda user: {"x": object()}}
    answer = api(admin).get("/conjure/auth/me/")
    assert answer.status_code == 500
    assert list(answer.json()) == ["detail", "id"]


def test_a_database_that_does_not_answer_is_temporary(admin: User, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    client = api(admin)

    def fail(*args: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        answers = [client.get(f"/conjure/{path}") for path in ("schema/", "r/testapp.Order/", "auth/me/")]
        answers.append(client.post("/conjure/auth/login/", {"username": "admin", "password": "admin"}))
    for answer in answers:
        assert answer.status_code == 503
        assert list(answer.json()) == ["detail"]
        assert "server closed" not in answer.content.decode()
        assert int(answer["Retry-After"]) > 0
    assert client.get("/conjure/r/testapp.Order/").status_code == 200


def test_a_request_is_never_in_a_transaction_of_the_project_s(
    admin: User, api: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.urls import resolve

    for path in ("schema/", "r/testapp.Order/", "auth/login/", "graphql/", "nothing"):
        assert "default" in resolve(f"/conjure/{path}").func._non_atomic_requests


def test_settings_of_rest_framework_change_nothing(admin: User, api: Api, settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.BrowsableAPIRenderer"],
        "DEFAULT_PARSER_CLASSES": [],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"anon": "1/day"},
        "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
        "EXCEPTION_HANDLER": "nothing.nowhere",
        "UNAUTHENTICATED_USER": None,
        "FORMAT_SUFFIX_KWARG": "model",
        "NON_FIELD_ERRORS_KEY": "errors",
        "COERCE_DECIMAL_TO_STRING": False,
    }
    for _ in range(3):
        assert api().get("/conjure/config/").status_code == 200
        assert api().get("/conjure/schema/").status_code == 401
        headers = {"Accept": "text/html;version=9"}
        answer = api(admin).get("/conjure/r/testapp.Order/?format=api", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        tag = api(admin).post(
            "/conjure/r/testapp.Tag/", {"name": "x", "slug": "y", "id": 1}, content_type="application/json"
        )
        assert tag.status_code in {201, 400}


def test_no_logger_hears_of_ordinary_refusals(admin: User, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "conjure")
    api(admin).get("/conjure/r/testapp.Order/x/")
    api().get("/conjure/schema/")
    assert [record for record in caplog.records if record.name == "conjure"] == []


@pytest.mark.parametrize("error", [Order.DoesNotExist("secret"), OverflowError("secret")], ids=repr)
def test_a_mistake_in_a_hook_is_an_error_of_the_server(
    admin: User, api: Api, gql: Gql, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(self: Any, request: Any) -> Any:
        raise error

    monkeypatch.setattr(type(registry.get("testapp.Order")), "get_queryset", fail)
    for answer in (api(admin).get("/conjure/r/testapp.Order/"), api(admin).get("/conjure/r/testapp.Order/1/")):
        assert (answer.status_code, list(answer.json())) == (500, ["detail", "id"])
        assert answer.json()["id"] in caplog.text
    [failure] = gql(admin, "{ testappOrders { totalCount } }")["errors"]
    assert failure["extensions"]["code"] == "INTERNAL"
    assert failure["extensions"]["id"] in caplog.text
    assert "secret" not in str(failure)
