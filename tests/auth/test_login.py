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

from tests.auth.conftest import post
from tests.auth.hashers import CountingHasher

LOGINS = ["/auth/login/", "/plain/login/"]
FAILURES = [("absent", "clerk"), ("clerk", "wrong"), ("asleep", "asleep"), ("outsider", "outsider")]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def asleep(db: None) -> User:
    return User.objects.create_user("asleep", password="asleep", is_staff=True, is_active=False)


@pytest.mark.parametrize("url", LOGINS)
def test_a_session_login_answers_the_user_and_lets_them_in(url: str, clerk: User, me: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = post(client, url, {"username": "clerk", "password": "clerk"})
    payload = {"id": clerk.pk, "username": "clerk", "name": "clerk", "is_superuser": False}
    assert (answer.status_code, answer.json()) == (200, {"user": payload})
    assert client.get(me).json() == payload


def test_a_form_login_works_as_well(clerk: User) -> None:
    assert Client().post("/auth/login/", {"username": "clerk", "password": "clerk"}).status_code == 200


def test_a_token_login_answers_both_tokens_and_opens_no_session(jwt: None, clerk: User) -> None:
    client = Client()
    answer = post(client, "/auth/login/", {"username": "clerk", "password": "clerk"})
    assert list(answer.json()) == ["access", "refresh", "user"]
    assert "sessionid" not in client.cookies


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_a_login_sets_the_csrf_cookie(mode: str, settings: Any) -> None:
    settings.CONJURE = {"AUTH": mode}
    answer = post(Client(), "/auth/login/", {"username": "clerk", "password": "clerk"})
    assert "csrftoken" in answer.cookies


def test_the_csrf_cookie_needs_no_middleware(settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    settings.MIDDLEWARE = []
    client = Client()
    first = post(client, "/auth/login/", {"username": "clerk", "password": "clerk"})
    access = first.json()["access"]
    secret = first.cookies["csrftoken"].value
    assert client.get("/auth/me/", headers={"Authorization": f"Bearer {access}"}).status_code == 200
    assert client.cookies["csrftoken"].value == secret


def test_a_login_gives_the_session_a_new_key(clerk: User) -> None:
    client = Client()
    session = client.session
    session["cart"] = [1]
    session.save()
    before = client.cookies["sessionid"].value
    post(client, "/auth/login/", {"username": "clerk", "password": "clerk"})
    assert client.cookies["sessionid"].value != before
    assert client.session["cart"] == [1]


@pytest.mark.usefixtures("clerk", "outsider", "asleep")
@pytest.mark.parametrize("mode", ["session", "jwt"])
@pytest.mark.parametrize("url", LOGINS)
def test_all_failures_get_one_answer_and_cost_one_hash(url: str, mode: str, settings: Any) -> None:
    settings.CONJURE = {"AUTH": mode}
    settings.PASSWORD_HASHERS = ["tests.auth.hashers.CountingHasher"]
    answers, hashed = [], []
    for username, password in FAILURES:
        CountingHasher.hashed = 0
        answer = post(Client(), url, {"username": username, "password": password})
        answers.append((answer.status_code, answer.content, answer["WWW-Authenticate"], tuple(answer.cookies)))
        hashed.append(CountingHasher.hashed)
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401
    assert answers[0][2] == {"session": "Session", "jwt": "Bearer"}[mode]
    assert hashed == [1, 1, 1, 1]


def test_an_inactive_user_stays_out_even_where_a_backend_lets_them_in(settings: Any, asleep: User, me: str) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    assert post(Client(), "/auth/login/", {"username": "asleep", "password": "asleep"}).status_code == 401
    client = Client()
    client.force_login(asleep)
    assert client.get(me).status_code == 401


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
            post(Client(), "/auth/login/", {"username": username, "password": password})
    finally:
        user_login_failed.disconnect(on_failure)
        user_logged_in.disconnect(on_success)
    assert [each["username"] for each in failed] == [username for username, _ in FAILURES]
    assert {each["password"].strip("*") for each in failed} == {""}
    assert entered == ["clerk"]


@pytest.mark.usefixtures("jwt")
def test_a_token_login_is_signalled_too(clerk: User) -> None:
    post(Client(), "/auth/login/", {"username": "clerk", "password": "clerk"})
    clerk.refresh_from_db()
    assert clerk.last_login is not None


@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_a_stale_token_and_a_stale_cookie_do_not_hinder_a_login(mode: str, settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": mode}
    client = Client(enforce_csrf_checks=True, headers={"Authorization": "Bearer stale"})
    client.cookies["sessionid"] = "0123456789abcdef0123456789abcdef"
    assert client.get("/config/").status_code == 200
    assert post(client, "/auth/login/", {"username": "clerk", "password": "clerk"}).status_code == 200


def test_user_names_are_normalised_as_django_does(db: None) -> None:
    User.objects.create_user("K\u212ag".replace("\u212a", "K"), password="k", is_staff=True)
    assert post(Client(), "/auth/login/", {"username": " K\u212ag ", "password": "k"}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ([1], ["non_field_errors"]),
        (5, ["non_field_errors"]),
        ({"a": 1}, ["username", "password"]),
        ({"username": {"a": 1}, "password": ["x"]}, ["username", "password"]),
        ({"username": True, "password": 1}, ["username", "password"]),
        ({"username": "a\0b", "password": "x"}, ["username"]),
        ({"username": "a", "password": "x\0"}, ["password"]),
        ({"username": "\ud800", "password": "\udfff"}, ["username", "password"]),
        ({"username": "  ", "password": ""}, ["username", "password"]),
        ({"username": "a" * 1_000_000, "password": "a" * 1_000_000}, ["username", "password"]),
    ],
)
def test_credentials_that_are_no_texts_are_named(body: Any, fields: list[str]) -> None:
    answer = post(Client(), "/auth/login/", body)
    assert answer.status_code == 400
    assert list(answer.json()) == fields
    assert all(isinstance(message, str) for messages in answer.json().values() for message in messages)


@pytest.mark.django_db
@given(username=json_values, password=json_values)
def test_no_login_body_is_an_error_of_the_server(username: Any, password: Any) -> None:
    cache.clear()
    answer = post(Client(), "/auth/login/", {"username": username, "password": password})
    assert answer.status_code in {400, 401}


@pytest.mark.parametrize("face", ["/auth", "/plain"])
@pytest.mark.parametrize("name", ["login", "refresh", "logout", "me"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://testserver.evil.example"])
@pytest.mark.parametrize("mode", ["session", "jwt"])
def test_a_foreign_origin_is_refused(mode: str, origin: str, name: str, face: str, settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": mode}
    client = Client()
    client.force_login(clerk)
    url = f"{face}/{name}/"
    answer = post(client, url, {"username": "clerk", "password": "clerk"}, HTTP_ORIGIN=origin)
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])
    assert client.get("/auth/me/", HTTP_ORIGIN=origin).status_code == 200


@pytest.mark.parametrize("origin", ["http://testserver", "https://app.example", "https://a.b.example"])
def test_the_own_origin_and_trusted_ones_are_welcome(origin: str, settings: Any, clerk: User) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example", "https://*.b.example"]
    answer = post(Client(), "/auth/login/", {"username": "clerk", "password": "clerk"}, HTTP_ORIGIN=origin)
    assert answer.status_code == 200


def test_a_logout_ends_the_session(clerk: User, me: str) -> None:
    client = Client()
    client.force_login(clerk)
    assert post(client, "/auth/logout/").status_code == 204
    assert client.get(me).status_code == 401


def test_a_logout_by_token_needs_no_session(settings: Any, tokens: dict[str, Any], bearer: Any) -> None:
    settings.MIDDLEWARE = []
    assert post(bearer(tokens["access"]), "/auth/logout/").status_code == 204


def test_a_session_login_without_sessions_says_what_is_missing(settings: Any, clerk: User) -> None:
    settings.MIDDLEWARE = []
    with pytest.raises(Exception, match="needs SessionMiddleware"):
        post(Client(), "/auth/login/", {"username": "clerk", "password": "clerk"})


def test_no_log_line_holds_a_password(clerk: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for password in ["clerk-secret", "clerk"]:
        post(Client(), "/auth/login/", {"username": "absent", "password": password})
    assert "clerk-secret" not in caplog.text
