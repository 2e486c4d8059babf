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

from tests.auth.conftest import CONFIG, GRAPHQL, LOGOUT, ME, TAGS, Face, log_in, new_tag, post
from tests.testapp.models import Tag


def logged_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_nobody_is_401_with_the_scheme_of_the_mode(mode: str, face: Face, db: None) -> None:
    answer = face.me(Client())
    assert (answer.status_code, list(answer.json())) == (401, face.keys())
    assert answer["WWW-Authenticate"] == {"session": "Session", "jwt": "Bearer"}[mode]


@pytest.mark.usefixtures("mode")
def test_the_cookie_is_accepted_in_both_modes(face: Face, clerk: User) -> None:
    assert face.me(logged_in(clerk)).status_code == 200


@pytest.mark.usefixtures("mode")
def test_a_user_who_is_not_staff_is_403(face: Face, outsider: User) -> None:
    assert face.me(logged_in(outsider)).status_code == 403


def test_a_session_dies_with_the_account_and_the_password(face: Face, clerk: User) -> None:
    inactive, changed = logged_in(clerk), logged_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert face.me(inactive).status_code == 401
    User.objects.filter(pk=clerk.pk).update(is_active=True)
    clerk.set_password("another")
    clerk.save()
    assert face.me(changed).status_code == 401


def test_a_session_that_changes_hands_is_the_new_users(face: Face, clerk: User, admin: User) -> None:
    client = logged_in(clerk)
    assert face.payload(face.me(client))["username"] == "clerk"
    session = SessionStore(client.cookies["sessionid"].value)
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(admin.pk), admin.get_session_auth_hash()
    session.save()
    assert [face.payload(face.me(client))["username"] for _ in range(2)] == ["admin", "admin"]


@pytest.mark.parametrize("seen", [False, True])
def test_no_session_outlives_itself(face: Face, clerk: User, admin: User, seen: bool) -> None:
    for spoil in (
        lambda row: Session.objects.filter(pk=row.pk).update(expire_date=timezone.now() - timedelta(seconds=1)),
        lambda row: Session.objects.filter(pk=row.pk).update(session_data="nonsense"),
        lambda row: Session.objects.filter(pk=row.pk).update(session_data=Session.objects.encode({})),
        lambda row: row.delete(),
        lambda row: User.objects.filter(pk=clerk.pk).delete(),
    ):
        client = logged_in(clerk)
        if seen:
            assert face.me(client).status_code == 200
        spoil(Session.objects.get(pk=client.cookies["sessionid"].value))
        assert face.me(client).status_code == 401


def test_in_session_mode_bearer_tokens_are_not_looked_at(face: Face, clerk: User) -> None:
    client = Client(headers={"Authorization": "Bearer nonsense"})
    assert face.me(client).status_code == 401
    client.force_login(clerk)
    assert face.me(client).status_code == 200


@pytest.mark.usefixtures("mode")
def test_a_write_by_cookie_needs_the_csrf_token(face: Face, admin: User) -> None:
    client = logged_in(admin)
    refused = face.create(client)
    assert (refused.status_code, list(refused.json())) == (403, face.keys())
    secret = client.get(ME).cookies["csrftoken"].value
    assert face.create(client, HTTP_X_CSRFTOKEN="x" * 32).status_code == 403
    assert face.create(client, HTTP_X_CSRFTOKEN=secret, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert not Tag.objects.exists()
    assert face.create(client, HTTP_X_CSRFTOKEN=secret).status_code == face.created
    assert Tag.objects.count() == 1


def test_a_write_by_cookie_needs_the_csrf_token_whatever_middleware_there_is(
    face: Face, admin: User, settings: Any
) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "Csrf" not in each]
    client = logged_in(admin)
    assert face.create(client).status_code == 403
    secret = client.get(ME).cookies["csrftoken"].value
    assert face.create(client, HTTP_X_CSRFTOKEN=secret).status_code == face.created


def test_a_form_may_bring_the_csrf_token_in_its_body(admin: User) -> None:
    client = logged_in(admin)
    secret = client.get(ME).cookies["csrftoken"].value
    assert client.post(TAGS, {**new_tag(), "csrfmiddlewaretoken": secret}).status_code == 201


def test_a_broken_body_is_not_a_500(clerk: User, settings: Any) -> None:
    client = logged_in(clerk)
    client.get(ME)
    broken = client.generic("POST", TAGS, b"x", content_type="multipart/form-data; boundary=\xe9")
    assert (broken.status_code, list(broken.json())) == (400, ["non_field_errors"])
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    assert client.post(TAGS, {str(number): "x" for number in range(5)}).status_code == 413


def test_a_logout_by_cookie_needs_the_csrf_token(clerk: User) -> None:
    client = logged_in(clerk)
    assert post(client, LOGOUT).status_code == 403
    assert client.get(ME).status_code == 200


def test_a_secure_write_without_an_origin_needs_a_referer_of_this_site(admin: User, face: Face) -> None:
    client = logged_in(admin)
    secret = client.get(ME).cookies["csrftoken"].value
    assert face.create(client, secure=True, headers={"X-CSRFToken": secret}).status_code == 403
    own = {"X-CSRFToken": secret, "Referer": "https://testserver/app"}
    assert face.create(client, secure=True, headers=own).status_code == face.created


@pytest.mark.django_db
@pytest.mark.parametrize("url", [ME, f"{GRAPHQL}?query={{me}}", CONFIG])
@given(text=st.text(st.characters(max_codepoint=255), max_size=40))
def test_whatever_the_session_cookie_holds_is_not_a_500(url: str, text: str) -> None:
    quoted = "".join(f"\\{ord(character):03o}" for character in text)
    answer = Client(headers={"Cookie": f'sessionid="{quoted}"'}).get(url)
    assert answer.status_code in {200, 401}


def test_a_login_replaces_a_session_cookie_that_holds_nul(clerk: User) -> None:
    client = Client(headers={"Cookie": 'sessionid="abcdefghij\\000"'})
    assert log_in("clerk", "clerk", client).status_code == 200


def test_drf_test_clients_work(clerk: User, outsider: User) -> None:
    client = APIClient()
    client.force_authenticate(clerk)
    assert client.get(ME).data["username"] == "clerk"
    client.force_authenticate(outsider)
    assert client.get(ME).status_code == 403


def test_the_cookie_needs_no_authentication_middleware(settings: Any, clerk: User, face: Face) -> None:
    settings.MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
    client = logged_in(clerk)
    assert face.me(client).status_code == 200
