"""Misconfigured logins are told at start-up."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, run_checks
from django.test import Client


class NoManager:
    """Stands where a manager would, so that the class seems not to have one."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        raise AttributeError


def check() -> list[CheckMessage]:
    return run_checks(tags=["conjure"])


def ids() -> list[str | None]:
    return [message.id for message in check()]


def test_sessions_are_fine(settings: Any) -> None:
    settings.CONJURE = {"AUTH": "session", "TRUSTED_PROXIES": ["10.0.0.0/8", "::1", "unix"]}
    assert ids() == []


def test_tokens_without_a_blacklist_are_a_warning_since_a_logout_revokes_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    [warning] = check()
    assert (warning.id, "token_blacklist" in str(warning.hint)) == ("conjure.W107", True)
    have_blacklist(monkeypatch)
    assert ids() == []


def test_rotation_that_leaves_used_tokens_good_is_a_warning(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    have_blacklist(monkeypatch)
    for blacklists, expected in ((False, ["conjure.W108"]), (True, [])):
        settings.SIMPLE_JWT = {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": blacklists}
        assert ids() == expected


def have_blacklist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say that the app is installed; to install it while tests run would make the token classes anew."""
    is_installed = apps.is_installed
    name = "rest_framework_simplejwt.token_blacklist"
    monkeypatch.setattr(apps, "is_installed", lambda app: app == name or is_installed(app))


def test_another_mode_is_an_error(settings: Any) -> None:
    settings.CONJURE = {"AUTH": "JWT"}
    assert ids() == ["conjure.E101"]


def test_a_missing_extra_is_an_error_that_says_what_to_install(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    monkeypatch.setitem(sys.modules, "rest_framework_simplejwt", None)
    [error] = check()
    assert error.id == "conjure.E102"
    assert "django-graphql-conjure[jwt]" in str(error.hint)
    assert Client(headers={"Authorization": "Bearer x"}).get("/conjure/auth/me/").status_code == 500
    assert "pip install" in caplog.text


def test_a_user_id_field_that_the_model_lacks_is_an_error(settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    settings.SIMPLE_JWT = {"USER_ID_FIELD": "uuid"}
    assert ids() == ["conjure.E103", "conjure.W107"]


def test_a_user_model_without_the_manager_that_simplejwt_asks_is_an_error(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    monkeypatch.setattr(User, "objects", NoManager())
    assert ids() == ["conjure.E106", "conjure.W107"]


def test_session_mode_without_sessions_is_a_warning(settings: Any) -> None:
    settings.MIDDLEWARE = []
    assert ids() == ["conjure.W104"]
    settings.CONJURE = {"AUTH": "jwt"}
    assert ids() == ["conjure.W107"]


def test_proxies_that_are_not_addresses_are_errors(settings: Any) -> None:
    settings.CONJURE = {"TRUSTED_PROXIES": ["10.0.0.1", "proxy.local", "10.0.0.0/99"]}
    assert ids() == ["conjure.E105"] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https")),
        ("USE_X_FORWARDED_HOST", True),
        ("USE_X_FORWARDED_PORT", True),
    ],
)
def test_a_proxy_that_is_not_trusted_hides_the_addresses_of_logins(name: str, value: Any, settings: Any) -> None:
    assert ids() == []
    setattr(settings, name, value)
    assert ids() == ["conjure.W111"]
    no_limits = {"LOGIN_ATTEMPTS_PER_MINUTE": 0, "LOGIN_ATTEMPTS_PER_ADDRESS": 0}
    for fine in ({"TRUSTED_PROXIES": ["unix"]}, {"TRUSTED_PROXIES": ["10.0.0.7"]}, {"LOGIN": False}, no_limits):
        settings.CONJURE = fine
        assert ids() == [], fine


def test_who_may_enter_is_a_function_that_can_be_called(settings: Any) -> None:
    async def later(request: Any) -> bool:
        return True

    class Later:
        async def __call__(self, request: Any) -> bool:
            return True

    for access in ("tests.absent.access", "tests.settings.SECRET_KEY", later, Later()):
        settings.CONJURE = {"ACCESS": access}
        assert ids() == ["conjure.E109"], access
    for fine in ("tests.auth.otp_project.access.require_device", lambda request: True):
        settings.CONJURE = {"ACCESS": fine}
        assert ids() == []
    settings.CONJURE = {"ACCESS": 5}
    assert ids() == ["conjure.E002"]


@pytest.mark.parametrize("name", ["OTPAdminSite", "AdminSiteOTPRequired"])
def test_an_admin_site_that_asks_for_a_second_factor_is_a_warning(
    name: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.admin.sites import AdminSite

    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda app: app == "django.contrib.admin" or is_installed(app))
    settings.CONJURE = {}
    assert ids() == []
    site = type("Site", (type(name, (AdminSite,), {}),), {})()
    [warning] = check()
    assert (warning.id, name in warning.msg) == ("conjure.W110", True)
    for declared in ({"LOGIN": False}, {"ACCESS": lambda request: True}):
        settings.CONJURE = declared
        assert ids() == []
    del site


@pytest.mark.parametrize("app", ["django_otp", "allauth.mfa"])
def test_a_second_factor_that_is_not_asked_for_is_a_warning(
    app: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name == app or is_installed(name))
    settings.CONJURE = {}
    [warning] = check()
    assert (warning.id, app in warning.msg) == ("conjure.W110", True)
