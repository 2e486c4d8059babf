"""The session cookie: who it lets in, and what it needs to write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.auth.conftest import FACES, post


def logged_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_nobody_is_401_with_the_scheme_of_the_mode(mode: str, me: str, settings: Any, db: None) -> None:
    settings.CONJURE = {"AUTH": mode}
    answer = Client().get(me)
    assert (answer.status_code, list(answer.json())) == (401, ["detail"])
    assert answer["WWW-Authenticate"] == {"session": "Session", "jwt": "Bearer"}[mode]


@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_the_cookie_is_accepted_in_both_modes(mode: str, me: str, settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": mode}
    assert logged_in(clerk).get(me).status_code == 200


@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_a_user_who_is_not_staff_is_403(mode: str, me: str, settings: Any, outsider: User) -> None:
    settings.CONJURE = {"AUTH": mode}
    assert logged_in(outsider).get(me).status_code == 403


def test_a_session_dies_with_the_account_and_the_password(me: str, clerk: User) -> None:
    inactive, changed = logged_in(clerk), logged_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert inactive.get(me).status_code == 401
    User.objects.filter(pk=clerk.pk).update(is_active=True)
    clerk.set_password("another")
    clerk.save()
    assert changed.get(me).status_code == 401


def test_a_session_that_changes_hands_is_the_new_users(me: str, clerk: User, admin: User) -> None:
    client = logged_in(clerk)
    assert client.get(me).json()["username"] == "clerk"
    session = SessionStore(client.cookies["sessionid"].value)
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(admin.pk), admin.get_session_auth_hash()
    session.save()
    assert [client.get(me).json()["username"] for _ in range(2)] == ["admin", "admin"]


@pytest.mark.parametrize("seen", [False, True])
def test_no_session_outlives_itself(me: str, clerk: User, admin: User, seen: bool) -> None:
    for spoil in (
        lambda row: Session.objects.filter(pk=row.pk).update(expire_date=timezone.now() - timedelta(seconds=1)),
        lambda row: Session.objects.filter(pk=row.pk).update(session_data="nonsense"),
        lambda row: Session.objects.filter(pk=row.pk).update(session_data=Session.objects.encode({})),
        lambda row: row.delete(),
        lambda row: User.objects.filter(pk=clerk.pk).delete(),
    ):
        client = logged_in(clerk)
        if seen:
            assert client.get(me).status_code == 200
        spoil(Session.objects.get(pk=client.cookies["sessionid"].value))
        assert client.get(me).status_code == 401


def test_a_session_that_was_seen_dies_with_the_key_that_signed_it(me: str, clerk: User, settings: Any) -> None:
    client = logged_in(clerk)
    assert [client.get(me).status_code for _ in range(2)] == [200, 200]
    settings.SECRET_KEY = "another"
    assert client.get(me).status_code == 401


def test_in_session_mode_bearer_tokens_are_not_looked_at(me: str, clerk: User) -> None:
    client = Client(headers={"Authorization": "Bearer nonsense"})
    assert client.get(me).status_code == 401
    client.force_login(clerk)
    assert client.get(me).status_code == 200


@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_an_unsafe_call_by_cookie_needs_the_csrf_token(mode: str, me: str, settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": mode}
    client = logged_in(clerk)
    refused = post(client, me)
    assert (refused.status_code, list(refused.json())) == (403, ["detail"])
    client.get(me)
    secret = client.cookies["csrftoken"].value
    assert post(client, me, HTTP_X_CSRFTOKEN="x" * 32).status_code == 403
    assert post(client, me, HTTP_X_CSRFTOKEN=secret).status_code == 200
    assert post(client, me, HTTP_X_CSRFTOKEN=secret, HTTP_ORIGIN="https://evil.example").status_code == 403


def test_a_form_may_bring_the_csrf_token_in_its_body(me: str, clerk: User) -> None:
    client = logged_in(clerk)
    client.get(me)
    assert client.post(me, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}).status_code == 200


def test_a_broken_body_is_not_an_error_of_the_server(me: str, clerk: User, settings: Any) -> None:
    client = logged_in(clerk)
    client.get(me)
    broken = client.generic("POST", me, b"x", content_type="multipart/form-data; boundary=\xe9")
    assert (broken.status_code, list(broken.json())) == (400, ["non_field_errors"])
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    assert client.post(me, {str(number): "x" for number in range(5)}).status_code == 413


def test_a_logout_by_cookie_needs_the_csrf_token(clerk: User) -> None:
    client = logged_in(clerk)
    assert post(client, "/auth/logout/").status_code == 403
    assert client.get("/auth/me/").status_code == 200


def test_a_secure_call_without_an_origin_needs_a_referer_of_this_site(clerk: User, me: str) -> None:
    client = logged_in(clerk)
    client.get(me)
    secret = client.cookies["csrftoken"].value
    assert client.post(me, secure=True, headers={"X-CSRFToken": secret}).status_code == 403
    own = {"X-CSRFToken": secret, "Referer": "https://testserver/app"}
    assert client.post(me, secure=True, headers=own).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("url", [*FACES, "/config/"])
@given(text=st.text(st.characters(max_codepoint=255), max_size=40))
def test_no_session_cookie_is_an_error_of_the_server(url: str, text: str) -> None:
    quoted = "".join(f"\\{ord(character):03o}" for character in text)
    answer = Client(headers={"Cookie": f'sessionid="{quoted}"'}).get(url)
    assert answer.status_code in {200, 401}


def test_a_login_replaces_a_session_cookie_that_holds_nul(clerk: User) -> None:
    client = Client(headers={"Cookie": 'sessionid="abcdefghij\\000"'})
    assert post(client, "/auth/login/", {"username": "clerk", "password": "clerk"}).status_code == 200


def test_drf_test_clients_work(clerk: User, outsider: User) -> None:
    client = APIClient()
    client.force_authenticate(clerk)
    assert client.get("/auth/me/").data["username"] == "clerk"
    client.force_authenticate(outsider)
    assert client.get("/auth/me/").status_code == 403


def test_the_cookie_needs_no_authentication_middleware(settings: Any, clerk: User, me: str) -> None:
    settings.MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
    client = logged_in(clerk)
    assert client.get(me).status_code == 200
