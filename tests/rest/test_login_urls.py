"""``auth/login|refresh|logout/`` in session mode; tokens are tested with the logins themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api

LOGIN = "/conjure/auth/login/"
JSON = "application/json"


def test_a_login_answers_the_payload_and_sets_both_cookies(admin: User, api: Api) -> None:
    client = api(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"username": "admin", "password": "admin"}, content_type=JSON)
    assert answer.json() == {
        "user": {"id": admin.pk, "username": "admin", "name": "admin", "is_superuser": True},
    }
    token = answer.cookies["csrftoken"].value
    assert client.get("/conjure/auth/me/").status_code == 200
    headers = {"X-CSRFToken": token}
    tag = client.post("/conjure/r/testapp.Tag/", {"name": "x", "slug": "y"}, content_type=JSON, headers=headers)
    assert tag.status_code == 201


def test_a_logout_ends_the_login(admin: User, api: Api) -> None:
    client = api(admin)
    answer = client.post("/conjure/auth/logout/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/conjure/auth/me/").status_code == 401
    assert client.post("/conjure/auth/logout/").status_code == 204


def test_all_failures_are_the_same_401(admin: User, outsider: User, api: Api) -> None:
    User.objects.create_user("gone", password="gone", is_staff=True, is_active=False)
    pairs = [("admin", "wrong"), ("nobody", "x"), ("gone", "gone"), ("outsider", "outsider")]
    answers = [api().post(LOGIN, {"username": u, "password": p}, content_type=JSON) for u, p in pairs]
    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, "Session")
    }


def test_a_stale_token_does_not_hinder_a_login(admin: User, api: Api, settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    body = {"username": "admin", "password": "admin"}
    answer = api().post(LOGIN, body, content_type=JSON, headers={"Authorization": "Bearer stale"})
    assert list(answer.json()) == ["access", "refresh", "user"]
    refreshed = api().post("/conjure/auth/refresh/", {"refresh": answer.json()["refresh"]}, content_type=JSON)
    bearer = {"Authorization": f"Bearer {refreshed.json()['access']}"}
    assert api().get("/conjure/auth/me/", headers=bearer).json()["username"] == "admin"
    stale = api().get("/conjure/schema/", headers={"Authorization": "Bearer stale"})
    assert (stale.status_code, stale["WWW-Authenticate"]) == (401, "Bearer")


def test_there_is_no_refresh_in_session_mode(api: Api, db: None) -> None:
    assert api().post("/conjure/auth/refresh/", {"refresh": "x"}, content_type=JSON).status_code == 404


def test_after_five_failures_one_has_to_wait(admin: User, api: Api) -> None:
    for _ in range(5):
        api().post(LOGIN, {"username": "admin", "password": "wrong"}, content_type=JSON)
    answer = api().post(LOGIN, {"username": "admin", "password": "admin"}, content_type=JSON)
    assert (answer.status_code, list(answer.json())) == (429, ["detail"])
    assert 0 < int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize(
    "body", ["[1]", "5", '{"username": {}, "password": 1}', '{"username": "a\\u0000", "password": "\\ud800"}', "{}", ""]
)
def test_odd_bodies_are_refused(api: Api, db: None, body: str) -> None:
    assert api().generic("POST", LOGIN, body, content_type=JSON).status_code in {400, 401}


def test_a_foreign_origin_is_refused(admin: User, api: Api) -> None:
    headers = {"Origin": "https://evil.example"}
    body = {"username": "admin", "password": "admin"}
    assert api().post(LOGIN, body, content_type=JSON, headers=headers).status_code == 403
