"""``CONJURE["ACCESS"]``: who may enter is the project's to say, after the login and on both faces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.test import Client

from conjure import Denial
from conjure.auth.tokens import issue_tokens
from tests.auth.conftest import CONFIG, GRAPHQL, LOGIN, LOGOUT, ME, REFRESH, Face, log_in, post
from tests.auth.every_url import closed_urls
from tests.conftest import Api


def refuse_all(request: Any) -> Any:
    return Denial("Not from here.", extra={"contact": "it@example.com"})


async def answer_later(request: Any) -> bool:
    return True


def fail(request: Any) -> Any:
    raise PermissionDenied("secret reasons")


REFUSAL = {"detail": "Not from here.", "code": "FORBIDDEN", "contact": "it@example.com"}


@pytest.fixture
def asked(settings: Any) -> list[Any]:
    """The requests for which ACCESS, which lets everybody in, was asked."""
    requests: list[Any] = []

    def access(request: Any) -> bool:
        requests.append((request, request.user, request.auth))
        return True

    settings.CONJURE = {"ACCESS": access}
    return requests


def test_every_url_that_asks_for_a_login_asks_the_project(settings: Any, api: Api, admin: User) -> None:
    settings.CONJURE = {"ACCESS": "tests.auth.test_access.refuse_all"}
    client = api(admin)
    answers = {(method, url): client.generic(method, url) for method, url in closed_urls()}
    assert {key for key, answer in answers.items() if answer.status_code != 403} == set()
    assert {key for key, answer in answers.items() if b"it@example.com" not in answer.content} == set()


def test_graphiql_is_refused_too(settings: Any, api: Api, admin: User) -> None:
    settings.CONJURE = {"ACCESS": refuse_all}
    answer = api(admin).get(GRAPHQL, headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")


def test_what_is_public_and_a_logout_stay_open(settings: Any, api: Api, clerk: User) -> None:
    settings.CONJURE = {"ACCESS": refuse_all}
    client = api(clerk)
    assert client.get(CONFIG).status_code == 200
    assert client.get("/conjure/nothing/").status_code == 404
    assert (post(client, LOGOUT).status_code, "_auth_user_id" in client.session) == (204, False)


def test_a_denial_says_why_on_both_faces(settings: Any, api: Api, clerk: User) -> None:
    settings.CONJURE = {"ACCESS": refuse_all}
    rest = api(clerk).get(ME)
    assert (rest.status_code, rest.json(), next(iter(rest.json()))) == (403, REFUSAL, "detail")
    graphql = api(clerk).get(GRAPHQL, {"query": "{ me }"})
    extensions = {"code": "FORBIDDEN", "contact": "it@example.com"}
    assert graphql.status_code == 403
    assert graphql.json() == {"errors": [{"message": "Not from here.", "extensions": extensions}]}


@pytest.mark.parametrize(
    ("denial", "status", "code"),
    [
        (Denial(), 403, "FORBIDDEN"),
        (Denial("Log in again.", 401), 401, "UNAUTHENTICATED"),
        (Denial("Pay first.", 402), 402, "FORBIDDEN"),
        (Denial("Closed.", 503, {"code": "CLOSED", "detail": "another", "message": "another"}), 503, "CLOSED"),
    ],
)
def test_a_denial_has_a_status_and_a_code(
    denial: Denial, status: int, code: str, settings: Any, api: Api, clerk: User
) -> None:
    settings.CONJURE = {"ACCESS": lambda request: denial}
    rest, graphql = api(clerk).get(ME), api(clerk).get(GRAPHQL, {"query": "{ me }"})
    assert [rest.status_code, graphql.status_code] == [status, status]
    detail = denial.detail or "Access denied."
    [error] = graphql.json()["errors"]
    assert [rest.json()["code"], rest.json()["detail"]] == [code, detail]
    assert [error["extensions"]["code"], error["message"]] == [code, detail]


@pytest.mark.parametrize(
    "access",
    [
        answer_later,
        fail,
        "tests.auth.test_access.absent",
        lambda request: None,
        lambda request: 1,
        lambda request: "yes",
        lambda request: Denial("No.", status=200),
        lambda request: Denial("No.", status=302),
        lambda request: Denial("No.", status=999),
        lambda request: Denial("No.", extra={"request": request}),
        lambda request: Denial("No.", extra=None),  # type: ignore[arg-type]
    ],
)
def test_any_other_answer_denies_and_is_logged(
    access: Any, face: Face, settings: Any, api: Api, clerk: User, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONJURE = {"ACCESS": access, "LOGGER_NAME": "the.project"}
    answer = face.me(api(clerk))
    assert (answer.status_code, next(iter(answer.json()))) == (403, face.keys()[0])
    assert b"secret" not in answer.content
    assert b"No." not in answer.content
    assert [(record.name, "ACCESS" in record.message) for record in caplog.records][:1] == [("the.project", True)]


def test_false_denies(face: Face, settings: Any, api: Api, clerk: User, caplog: pytest.LogCaptureFixture) -> None:
    settings.CONJURE = {"ACCESS": lambda request: False, "LOGGER_NAME": "the.project"}
    assert face.me(api(clerk)).status_code == 403
    assert "the.project" not in {record.name for record in caplog.records}


def test_it_is_asked_once_a_request_and_after_the_login(
    face: Face, asked: list[Any], api: Api, clerk: User, outsider: User
) -> None:
    assert [face.me(api(user)).status_code for user in (None, outsider)] == [401, 403]
    assert asked == []
    assert face.me(api(clerk)).status_code == 200
    [(_, user, token)] = asked
    assert (user, token) == (clerk, None)


def test_it_sees_the_token(face: Face, asked: list[Any], settings: Any, clerk: User) -> None:
    settings.CONJURE = {**settings.CONJURE, "AUTH": "jwt"}
    access = issue_tokens(clerk).access
    assert face.me(Client(headers={"Authorization": f"Bearer {access}"})).status_code == 200
    [(_, user, token)] = asked
    assert (user, str(token)) == (clerk, access)


def test_superusers_are_told_the_rule(settings: Any, api: Api, admin: User) -> None:
    settings.CONJURE = {"ACCESS": lambda request: False}
    assert api(admin).get(ME)["Conjure-Rule"] == "ACCESS"
    [error] = api(admin).get(GRAPHQL, {"query": "{ me }"}).json()["errors"]
    assert error["extensions"]["rule"] == "ACCESS"


# Logins.


@pytest.fixture
def signals() -> Any:
    heard: list[str] = []

    def hear_login(**kwargs: Any) -> None:
        heard.append("in")

    def hear_failure(credentials: Any, **kwargs: Any) -> None:
        heard.append(f"failed: {credentials['username']}")

    user_logged_in.connect(hear_login)
    user_login_failed.connect(hear_failure)
    yield heard
    user_logged_in.disconnect(hear_login)
    user_login_failed.disconnect(hear_failure)


def test_a_login_that_is_refused_gives_neither_a_session_nor_tokens(
    mode: str, settings: Any, clerk: User, signals: list[str]
) -> None:
    settings.CONJURE = {"AUTH": mode, "ACCESS": lambda request: Denial("Not you.") if request.user == clerk else True}
    client = Client()
    for _ in range(7):  # The password was right, so it does not count as a guess.
        answer = log_in("clerk", "clerk", client)
        assert (answer.status_code, answer.json()) == (403, {"detail": "Not you.", "code": "FORBIDDEN"})
    assert (list(client.cookies), dict(client.session)) == ([], {})
    assert signals == ["failed: clerk"] * 7


def test_a_login_that_is_refused_leaves_the_session_that_there_was(
    settings: Any, api: Api, admin: User, clerk: User
) -> None:
    settings.CONJURE = {"ACCESS": lambda request: request.user == admin}
    client = api(admin)
    assert log_in("clerk", "clerk", client).status_code == 403
    assert client.get(ME).json()["username"] == "admin"


def test_who_is_let_in_logs_in(mode: str, settings: Any, clerk: User, signals: list[str]) -> None:
    settings.CONJURE = {"AUTH": mode, "ACCESS": lambda request: request.user == clerk}
    answer = log_in("clerk", "clerk")
    assert (answer.status_code, answer.json()["user"]["username"]) == (200, "clerk")
    assert signals == ["in"]


def test_wrong_passwords_are_refused_before_the_project_is_asked(asked: list[Any], clerk: User) -> None:
    assert log_in("clerk", "wrong").status_code == 401
    assert asked == []


def test_a_refresh_that_is_refused_gives_no_token(settings: Any, clerk: User) -> None:
    settings.CONJURE = {"AUTH": "jwt"}
    refresh = issue_tokens(clerk).refresh
    seen = []

    def access(request: Any) -> Any:
        seen.append((request.user, str(request.auth)))
        return Denial("Not now.")

    settings.CONJURE = {"AUTH": "jwt", "ACCESS": access}
    answer = post(Client(), REFRESH, {"refresh": refresh})
    assert (answer.status_code, answer.json()) == (403, {"detail": "Not now.", "code": "FORBIDDEN"})
    assert seen == [(clerk, refresh)]
    settings.CONJURE = {"AUTH": "jwt"}
    assert post(Client(), REFRESH, {"refresh": refresh}).status_code == 200


def test_logins_by_password_can_be_switched_off(
    mode: str, settings: Any, api: Api, admin: User, bearer: Callable[[str], Client]
) -> None:
    assert "login" not in Client().get(CONFIG).json()
    tokens = log_in("admin", "admin").json()
    settings.CONJURE = {"AUTH": mode, "LOGIN": False}
    assert [log_in("admin", "admin").status_code, log_in("admin", "wrong").status_code] == [404, 404]
    assert Client().get(CONFIG).json()["login"] is False
    # Sessions that the project makes by other means are let in, and tokens are renewed.
    assert api(admin).get(ME).status_code == 200
    assert "/auth/login/" not in api(admin).get("/conjure/openapi.json").json()["paths"]
    if mode == "jwt":
        assert post(Client(), REFRESH, {"refresh": tokens["refresh"]}).status_code == 200


def test_the_login_url_is_described_where_there_is_one(api: Api, admin: User) -> None:
    assert LOGIN.removeprefix("/conjure") in api(admin).get("/conjure/openapi.json").json()["paths"]
