"""Tokens: good while the account, its staff flag and its password last, and nothing else passes for one."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import jwt as pyjwt
import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from tests.auth.conftest import CONFIG, ME, REFRESH, Face, log_in, post

FOREIGN_KEY = "a key that somebody else made up, long enough"


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def claims(token: str) -> dict[str, Any]:
    return dict(pyjwt.decode(token, options={"verify_signature": False}))


def renewed(token: str) -> Any:
    return post(Client(), REFRESH, {"refresh": token})


def test_a_bearer_is_let_in_and_needs_no_csrf_token(tokens: dict[str, Any], bearer: Any, face: Face) -> None:
    client = bearer(tokens["access"])
    assert face.payload(face.me(client)) == tokens["user"]
    User.objects.update(is_superuser=True)
    assert face.create(client).status_code == face.created


def test_the_scheme_is_read_in_any_case(tokens: dict[str, Any], face: Face) -> None:
    assert face.me(Client(headers={"Authorization": f"bearer {tokens['access']}"})).status_code == 200


def test_a_bearer_is_still_refused_from_a_foreign_origin(tokens: dict[str, Any], bearer: Any, face: Face) -> None:
    User.objects.update(is_superuser=True)
    assert face.create(bearer(tokens["access"]), HTTP_ORIGIN="https://evil.example").status_code == 403


def test_a_bad_token_is_401_even_beside_a_good_cookie(tokens: dict[str, Any], clerk: User, face: Face) -> None:
    client = Client(headers={"Authorization": "Bearer stale"})
    client.force_login(clerk)
    answer = face.me(client)
    assert (answer.status_code, answer["WWW-Authenticate"], list(answer.json())) == (401, "Bearer", face.keys())


def test_another_scheme_leaves_it_to_the_cookie(jwt: None, clerk: User, face: Face) -> None:
    client = Client(headers={"Authorization": "Basic Y2xlcms6Y2xlcms="})
    assert face.me(client).status_code == 401
    client.force_login(clerk)
    assert face.me(client).status_code == 200


def test_a_refresh_gives_an_access_token_that_works(tokens: dict[str, Any], bearer: Any, face: Face) -> None:
    answer = renewed(tokens["refresh"])
    assert (answer.status_code, list(answer.json())) == (200, ["access"])
    assert face.me(bearer(answer.json()["access"])).status_code == 200


def test_a_stale_bearer_does_not_hinder_a_refresh(tokens: dict[str, Any], bearer: Any) -> None:
    assert post(bearer("stale"), REFRESH, {"refresh": tokens["refresh"]}).status_code == 200


def test_a_rotated_refresh_token_is_a_new_one(settings: Any, tokens: dict[str, Any]) -> None:
    settings.SIMPLE_JWT = {"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True}
    answer = renewed(tokens["refresh"]).json()
    assert list(answer) == ["access", "refresh"]
    assert claims(answer["refresh"])["jti"] != claims(tokens["refresh"])["jti"]
    assert renewed(answer["refresh"]).status_code == 200


def test_in_session_mode_there_is_no_refresh(db: None) -> None:
    assert renewed("x").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"is_staff": False},
        {"password": "md5$salt$8e0e6c4c58c5d8f0d1f4d6c7a3a2c0d9"},
        None,
    ],
    ids=["inactive", "not staff", "password", "deleted"],
)
def test_tokens_die_with_the_account(
    change: dict[str, Any] | None, tokens: dict[str, Any], bearer: Any, face: Face
) -> None:
    account = User.objects.filter(username="clerk")
    assert account.update(**change) if change else account.delete()
    assert face.me(bearer(tokens["access"])).status_code == 401
    assert renewed(tokens["refresh"]).status_code == 401


def test_tokens_outlive_a_rotated_secret_key_as_sessions_do(settings: Any, tokens: dict[str, Any], bearer: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one, which is long enough for HS256 too"
    assert bearer(tokens["access"]).get(ME).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert bearer(tokens["access"]).get(ME).status_code == 401


def test_a_token_does_not_show_the_session_hash(tokens: dict[str, Any], clerk: User) -> None:
    assert clerk.get_session_auth_hash() not in json.dumps(claims(tokens["access"]))
    assert clerk.password not in json.dumps(claims(tokens["access"]))


def forged(tokens: dict[str, Any], clerk: User) -> dict[str, str]:
    access, refresh = claims(tokens["access"]), claims(tokens["refresh"])
    key = django_settings.SECRET_KEY
    header, payload, signature = tokens["access"].split(".")

    def with_header(text: str) -> str:
        return f"{encoded(text)}.{payload}.{signature}"

    expired_access, expired_refresh = AccessToken(tokens["access"]), RefreshToken(tokens["refresh"])
    expired_access.set_exp(lifetime=-timedelta(seconds=1))
    expired_refresh.set_exp(lifetime=-timedelta(seconds=1))
    return {
        "empty": "",
        "words": "not a token",
        "dots": "..",
        "none": pyjwt.encode(access, None, algorithm="none"),
        "none, refresh": pyjwt.encode(refresh, None, algorithm="none"),
        "none with a signature": with_header('{"alg": "none"}'),
        "foreign key": pyjwt.encode(access, FOREIGN_KEY, algorithm="HS256"),
        "foreign key, refresh": pyjwt.encode(refresh, FOREIGN_KEY, algorithm="HS256"),
        "other algorithm": pyjwt.encode(access, key * 2, algorithm="HS512"),
        "no signature": f"{header}.{payload}.",
        "other payload": f"{header}.{encoded(json.dumps({**access, 'user_id': '1'}))}.{signature}",
        "alg is a list": with_header('{"alg": ["HS256"]}'),
        "header is a list": with_header("[1]"),
        "kid is a number": with_header('{"alg": "HS256", "kid": 5}'),
        "critical": with_header('{"alg": "HS256", "crit": ["x"]}'),
        "deep header": with_header("[" * 50_000),
        "long number": with_header('{"alg": ' + "9" * 5_000 + "}"),
        "no user": pyjwt.encode({**access, "user_id": None}, key, algorithm="HS256"),
        "user is a word": pyjwt.encode({**access, "user_id": "clerk"}, key, algorithm="HS256"),
        "user is a list": pyjwt.encode({**access, "user_id": [1]}, key, algorithm="HS256"),
        "user is huge": pyjwt.encode({**access, "user_id": 10**23}, key, algorithm="HS256"),
        "no password claim": str(AccessToken.for_user(clerk)),
        "no password claim, refresh": str(RefreshToken.for_user(clerk)),
        "expired": str(expired_access),
        "expired, refresh": str(expired_refresh),
    }


KINDS = [
    "empty", "words", "dots", "none", "none, refresh", "none with a signature", "foreign key", "foreign key, refresh",
    "other algorithm", "no signature", "other payload", "alg is a list", "header is a list", "kid is a number",
    "critical", "deep header", "long number", "no user", "user is a word", "user is a list", "user is huge",
    "no password claim", "no password claim, refresh", "expired", "expired, refresh",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_else_passes_for_a_token(
    kind: str, tokens: dict[str, Any], clerk: User, bearer: Any, face: Face
) -> None:
    token = forged(tokens, clerk)[kind]
    assert face.me(bearer(token)).status_code == 401
    assert renewed(token).status_code == 401


def test_all_kinds_of_forgery_are_tried(tokens: dict[str, Any], clerk: User) -> None:
    assert list(forged(tokens, clerk)) == KINDS


def test_neither_token_passes_for_the_other(tokens: dict[str, Any], bearer: Any, face: Face) -> None:
    assert face.me(bearer(tokens["refresh"])).status_code == 401
    assert renewed(tokens["access"]).status_code == 401


@pytest.mark.parametrize("value", [None, 5, True, [], {}, ["x"], {"a": 1}, "é"])
def test_a_refresh_token_of_any_other_type_is_401(value: Any, tokens: dict[str, Any]) -> None:
    assert renewed(value).status_code == 401


@pytest.mark.parametrize("value", ["\0", "\ud800"])
def test_a_refresh_token_that_no_database_stores_is_400_in_json_and_401_in_a_form(value: str, jwt: None) -> None:
    assert renewed(value).status_code == 400
    form = f"refresh={quote(value, errors='surrogatepass')}"
    answer = Client().generic("POST", REFRESH, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 401


@pytest.mark.parametrize(("body", "field"), [({}, "refresh"), ([1], "non_field_errors"), (5, "non_field_errors")])
def test_a_body_without_a_refresh_token_is_400(body: Any, field: str, jwt: None) -> None:
    answer = post(Client(), REFRESH, body)
    assert (answer.status_code, list(answer.json())) == (400, [field])


@given(data=st.data())
def test_a_token_with_any_other_content_is_401(data: st.DataObject, tokens: dict[str, Any], bearer: Any) -> None:
    signed, _, signature = tokens["access"].rpartition(".")
    position = data.draw(st.integers(0, len(signed) - 1))
    character = data.draw(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=signed[position]))
    token = f"{signed[:position]}{character}{signed[position + 1 :]}.{signature}"
    assert bearer(token).get(ME).status_code == 401


@given(header=st.text(st.characters(max_codepoint=255), max_size=60))
def test_whatever_the_authorization_header_holds_is_not_a_500(header: str, jwt: None, db: None) -> None:
    for value in (header, f"Bearer {header}"):
        client = Client()
        assert client.get(ME, HTTP_AUTHORIZATION=value).status_code == 401
        assert client.get(CONFIG, HTTP_AUTHORIZATION=value).status_code == 200


def test_the_projects_own_claims_and_rule_are_kept(settings: Any, clerk: User, bearer: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    settings.SIMPLE_JWT = {
        "TOKEN_OBTAIN_SERIALIZER": "tests.auth.simplejwt.ObtainSerializer",
        "USER_AUTHENTICATION_RULE": "tests.auth.simplejwt.may_log_in",
    }
    tokens = log_in("clerk", "clerk").json()
    assert claims(tokens["access"])["team"] == "store"
    assert bearer(tokens["access"]).get(ME).status_code == 200
    User.objects.update(first_name="banned")
    assert bearer(tokens["access"]).get(ME).status_code == 401
    assert renewed(tokens["refresh"]).status_code == 401


def test_a_bearer_costs_one_query(
    tokens: dict[str, Any], bearer: Any, face: Face, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        face.me(bearer(tokens["access"]))
