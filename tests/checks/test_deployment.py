"""``check --deploy`` names what is open in production, and each of its warnings goes when it is closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command

from tests.testapp.models import Product

CLOSED = {
    "AUTH": "session",
    "GRAPHIQL": False,
    "INTROSPECTION": False,
}


@pytest.fixture(autouse=True)
def closed(settings: Any) -> None:
    settings.CONJURE = dict(CLOSED)
    settings.SECURE_SSL_REDIRECT = True


def warnings(*, deploy: bool = True) -> list[str | None]:
    found = run_checks(tags=["conjure"], include_deployment_checks=deploy)
    return [message.id for message in found if (message.id or "").startswith("conjure.W3")]


def test_a_closed_deployment_has_no_warnings() -> None:
    assert warnings() == []


OPEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "conjure.W301": ({"AUTH": "jwt"}, {"SECURE_SSL_REDIRECT": False}),
    "conjure.W302": ({"GRAPHIQL": True}, {}),
    "conjure.W303": ({"INTROSPECTION": True}, {}),
    "conjure.W305": ({"LOGIN_ATTEMPTS_PER_MINUTE": None}, {}),
    "conjure.W306": ({"AUDIT": False}, {}),
    "conjure.W307": ({"ALLOW_ACTIVE_UPLOADS": True}, {"MEDIA_URL": "/media/"}),
}


@pytest.mark.parametrize("number", OPEN)
def test_what_is_open_is_told_with_deploy_alone(settings: Any, number: str) -> None:
    conjure, others = OPEN[number]
    settings.CONJURE = {**CLOSED, **conjure}
    for name, value in others.items():
        setattr(settings, name, value)
    assert warnings() == [number]
    assert warnings(deploy=False) == []


def test_both_limits_of_logins_are_asked_for_unless_there_are_no_logins(settings: Any) -> None:
    none = {"LOGIN_ATTEMPTS_PER_MINUTE": 0, "LOGIN_ATTEMPTS_PER_ADDRESS": None}
    settings.CONJURE = {**CLOSED, **none}
    assert warnings() == ["conjure.W305", "conjure.W305"]
    settings.CONJURE = {**CLOSED, **none, "LOGIN": False}
    assert warnings() == []


def test_graphiql_and_introspection_are_closed_where_only_persisted_documents_are_taken(settings: Any) -> None:
    settings.CONJURE = {**CLOSED, "GRAPHIQL": True, "INTROSPECTION": True, "GRAPHQL_PERSISTED_ONLY": True}
    assert warnings() == []


@pytest.mark.parametrize("name", ["CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"])
def test_open_cors_is_told_where_django_cors_headers_reads_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    setattr(settings, name, True)
    assert warnings() == []
    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda app: app == "corsheaders" or is_installed(app))
    assert warnings() == ["conjure.W304"]
    settings.CORS_ALLOW_CREDENTIALS = True
    [told] = [m for m in run_checks(tags=["conjure"], include_deployment_checks=True) if m.id == "conjure.W304"]
    assert "with credentials" in told.msg
    setattr(settings, name, False)
    assert warnings() == []


def test_uploads_may_be_active_on_a_host_of_their_own(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CONJURE = {**CLOSED, "ALLOW_ACTIVE_UPLOADS": True}
    settings.MEDIA_URL = "https://uploads.example/"
    own = InMemoryStorage(base_url="/uploads/")
    assert warnings() == []
    monkeypatch.setattr(Product._meta.get_field("image"), "storage", own)
    assert warnings() == ["conjure.W307"]


def test_the_command_that_deployments_run_prints_them(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.CONJURE = {**CLOSED, "AUDIT": False}
    call_command("check", "--deploy", "--tag", "conjure")
    assert "(conjure.W306)" in capsys.readouterr().err
    assert django_settings.CONJURE["AUDIT"] is False
