"""The user of a session is the one that Django's own function gives, however they are looked up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings

from tests.conftest import Api

pytestmark = pytest.mark.django_db

ME = "/conjure/auth/me/"


def test_it_takes_one_query_for_the_session_and_one_for_the_user(admin: User, api: Api) -> None:
    client = api(admin)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(ME).json()["username"] == "admin"
    assert len(captured) == 2


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}], ids=["inactive", "new password"])
def test_a_session_dies_with_what_it_was_made_from(admin: User, api: Api, change: dict[str, Any]) -> None:
    client = api(admin)
    User.objects.filter(pk=admin.pk).update(**change)
    assert client.get(ME).status_code == 401


def test_a_session_of_a_user_who_is_gone_is_nobodys(admin: User, api: Api) -> None:
    client = api(admin)
    admin.delete()
    assert client.get(ME).status_code == 401


def test_a_session_signed_with_a_fallback_key_goes_on(admin: User, api: Api, settings: Any) -> None:
    client = api(admin)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, after the old one became known"
    assert client.get(ME).json()["username"] == "admin"


def test_the_projects_own_backend_is_asked(admin: User, api: Api) -> None:
    client = api(admin)
    session = client.session
    session["_auth_user_backend"] = f"{__name__}.Nobody"
    session.save()
    with override_settings(AUTHENTICATION_BACKENDS=[f"{__name__}.Nobody"]):
        assert client.get(ME).status_code == 401


def test_a_backend_that_is_no_longer_configured_authenticates_nobody(admin: User, api: Api) -> None:
    client = api(admin)
    with override_settings(AUTHENTICATION_BACKENDS=[f"{__name__}.Nobody"]):
        assert client.get(ME).status_code == 401


def test_a_middleware_that_puts_somebody_else_in_their_place_is_believed(
    admin: User, viewer: User, api: Api, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.impersonate_viewer"]
    assert api(admin).get(ME).json()["username"] == "viewer"


class Nobody:
    """A backend that knows no one."""

    def get_user(self, user_id: Any) -> None:
        return None


def impersonate_viewer(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.user = User.objects.get(username="viewer")
        return get_response(request)

    return middleware
