"""Logging in: one answer for all failures, one hash each, and no 500 for any body."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.auth.conftest import CONFIG, LOGIN, LOGOUT, ME, REFRESH, Face, log_in, post
from tests.auth.hashers import CountingHasher
from tests.testapp.models import Tag

FAILURES = [("absent", "clerk"), ("clerk", "wrong"), ("asleep", "asleep"), ("outsider", "outsider")]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def asleep(db: None) -> User:
    return User.objects.create_user("asleep", password="asleep", is_staff=True, is_active=False)


def test_a_session_login_answers_the_user_and_lets_them_in(clerk: User, face: Face) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = log_in("clerk", "clerk", client)
    payload = {"id": clerk.pk, "username": "clerk", "name": "clerk", "is_superuser": False}
    assert (answer.status_code, answer.json()) == (200, {"user": payload})
    assert face.payload(face.me(client)) == payload


def test_a_form_login_works_as_well(clerk: User) -> None:
    assert Client().post(LOGIN, {"username": "clerk", "password": "clerk"}).status_code == 200


def test_a_token_login_answers_both_tokens_and_opens_no_session(jwt: None, clerk: User) -> None:
    client = Client()
    answer = log_in("clerk", "clerk", client)
    assert list(answer.json()) == ["access", "refresh", "user"]
    assert "sessionid" not in client.cookies


@pytest.mark.usefixtures("clerk")
def test_a_login_sets_the_csrf_cookie(mode: str) -> None:
    answer = log_in("clerk", "clerk")
    assert "csrftoken" in answer.cookies


def test_the_csrf_cookie_needs_no_middleware(settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    settings.MIDDLEWARE = []
    client = Client()
    first = log_in("clerk", "clerk", client)
    access = first.json()["access"]
    secret = first.cookies["csrftoken"].value
    assert client.get(ME, headers={"Authorization": f"Bearer {access}"}).status_code == 200
    assert client.cookies["csrftoken"].value == secret


def test_a_login_gives_the_session_a_new_key(clerk: User) -> None:
    client = Client()
    session = client.session
    session["cart"] = [1]
    session.save()
    before = client.cookies["sessionid"].value
    log_in("clerk", "clerk", client)
    assert client.cookies["sessionid"].value != before
    assert client.session["cart"] == [1]


@pytest.mark.usefixtures("clerk", "outsider", "asleep")
def test_all_failures_get_one_answer_and_cost_one_hash(mode: str, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.auth.hashers.CountingHasher"]
    answers, hashed = [], []
    for username, password in FAILURES:
        CountingHasher.hashed = 0
        answer = log_in(username, password)
        answers.append((answer.status_code, answer.content, answer["WWW-Authenticate"], tuple(answer.cookies)))
        hashed.append(CountingHasher.hashed)
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401
    assert answers[0][2] == {"session": "Session", "jwt": "Bearer"}[mode]
    assert hashed == [1, 1, 1, 1]


def test_an_inactive_user_stays_out_even_where_a_backend_lets_them_in(settings: Any, asleep: User, face: Face) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    assert log_in("asleep", "asleep").status_code == 401
    client = Client()
    client.force_login(asleep)
    assert face.me(client).status_code == 401


@pytest.mark.usefixtures("clerk", "outsider", "asleep")
def test_every_failure_is_signalled_and_none_tells_the_password() -> None:
    failed: list[dict[str, Any]] = []
    entered: list[str] = []

    def on_failure(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
        failed.append(credentials)

    def on_success(sender: Any, user: User, **kwargs: Any) -> None:
        entered.append(user.username)

    user_login_failed.connect(on_failure)
    user_logged_in.connect(on_success)
    try:
        for username, password in [*FAILURES, ("clerk", "clerk")]:
            log_in(username, password)
    finally:
        user_login_failed.disconnect(on_failure)
        user_logged_in.disconnect(on_success)
    assert [each["username"] for each in failed] == [username for username, _ in FAILURES]
    assert {each["password"].strip("*") for each in failed} == {""}
    assert entered == ["clerk"]


@pytest.mark.usefixtures("jwt")
def test_a_token_login_is_signalled_too(clerk: User) -> None:
    log_in("clerk", "clerk")
    clerk.refresh_from_db()
    assert clerk.last_login is not None


@pytest.mark.usefixtures("clerk", "mode")
def test_a_stale_token_and_a_stale_cookie_do_not_hinder_a_login() -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": "Bearer stale"})
    client.cookies["sessionid"] = "0123456789abcdef0123456789abcdef"
    assert client.get(CONFIG).status_code == 200
    assert log_in("clerk", "clerk", client).status_code == 200


def test_user_names_are_normalised_as_django_does(db: None) -> None:
    User.objects.create_user("K\u212ag".replace("\u212a", "K"), password="k", is_staff=True)
    assert log_in(" K\u212ag ", "k").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ([1], ["non_field_errors"]),
        (5, ["non_field_errors"]),
        ({"a": 1}, ["username", "password"]),
        ({"username": {"a": 1}, "password": ["x"]}, ["username", "password"]),
        ({"username": True, "password": 1}, ["username", "password"]),
        ({"username": "a\0b", "password": "x"}, ["detail"]),
        ({"username": "\ud800", "password": "\udfff"}, ["detail"]),
        ({"username": "  ", "password": ""}, ["username", "password"]),
        ({"username": "a" * 1_000_000, "password": "a" * 1_000_000}, ["username", "password"]),
    ],
)
def test_credentials_that_are_not_strings_are_named(body: Any, fields: list[str]) -> None:
    answer = post(Client(), LOGIN, body)
    assert answer.status_code == 400
    assert list(answer.json()) == fields
    assert all(isinstance(message, str) for messages in answer.json().values() for message in messages)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["username", "password"])
def test_nul_in_a_form_is_named(field: str) -> None:
    answer = Client().post(LOGIN, {"username": "a", "password": "x", field: "a\0b"})
    assert (answer.status_code, answer.json()) == (400, {field: ["Null characters are not allowed."]})


@pytest.mark.django_db
@given(username=json_values, password=json_values)
def test_whatever_a_login_sends_is_not_a_500(username: Any, password: Any) -> None:
    cache.clear()
    answer = log_in(username, password)
    assert answer.status_code in {400, 401}


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "{", "[1]", "\xe9", "null"])
def test_a_body_that_is_not_an_object_is_400(body: str) -> None:
    assert Client().generic("POST", LOGIN, body.encode("latin-1"), content_type="application/json").status_code == 400


FOREIGN_ORIGINS = ["https://evil.example", "null", "http://[", "http://testserver.evil.example"]


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
@pytest.mark.parametrize("url", [LOGIN, REFRESH, LOGOUT])
def test_a_foreign_origin_logs_nobody_in_or_out(origin: str, url: str, clerk: User) -> None:
    client = Client()
    client.force_login(clerk)
    body = {"username": "clerk", "password": "clerk", "refresh": "x"}
    answer = post(client, url, body, HTTP_ORIGIN=origin)
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])
    assert client.get(ME).status_code == 200


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_foreign_origin_writes_nothing(origin: str, admin: User, face: Face) -> None:
    client = Client()
    client.force_login(admin)
    answer = face.create(client, HTTP_ORIGIN=origin)
    assert (answer.status_code, list(answer.json())) == (403, face.keys())
    assert not Tag.objects.exists()
    assert face.me(client, HTTP_ORIGIN=origin).status_code == 200


@pytest.mark.parametrize("origin", ["http://testserver", "https://app.example", "https://a.b.example"])
def test_the_own_origin_and_trusted_ones_are_welcome(origin: str, settings: Any, clerk: User) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example", "https://*.b.example"]
    answer = log_in("clerk", "clerk", HTTP_ORIGIN=origin)
    assert answer.status_code == 200


def test_a_logout_ends_the_session(clerk: User, face: Face) -> None:
    client = Client()
    client.force_login(clerk)
    answer = post(client, LOGOUT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert face.me(client).status_code == 401
    assert post(client, LOGOUT).status_code == 204


def test_a_logout_by_token_needs_no_session(settings: Any, tokens: dict[str, Any], bearer: Any) -> None:
    settings.MIDDLEWARE = []
    assert post(bearer(tokens["access"]), LOGOUT).status_code == 204


@pytest.mark.parametrize("access", ["x", "a.b.c", ""])
def test_a_logout_needs_no_token_that_is_good_but_a_cookie_needs_a_csrf_token(
    jwt: None, clerk: User, access: str
) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {access}"})
    assert post(client, LOGOUT).status_code == 204
    assert post(client, LOGOUT, HTTP_ORIGIN="https://evil.example").status_code in (204, 403)
    client.force_login(clerk)
    assert post(client, LOGOUT).status_code == 403
    assert client.session["_auth_user_id"] == str(clerk.pk)


def test_a_session_login_without_sessions_says_what_is_missing(
    settings: Any, clerk: User, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MIDDLEWARE = []
    assert log_in("clerk", "clerk").status_code == 500
    assert "needs SessionMiddleware" in caplog.text


def test_no_log_line_holds_a_password(clerk: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for password in ["clerk-secret", "clerk"]:
        log_in("absent", password)
    assert "clerk-secret" not in caplog.text
