"""Who a session's user is, is decided by the project's session engine, authentication backends and middleware."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.auth.conftest import LOGOUT, TAGS, Face, log_in, new_tag, post
from tests.auth.own_sessions import SessionStore

ENGINES = [
    "django.contrib.sessions.backends.db",
    "django.contrib.sessions.backends.cache",
    "django.contrib.sessions.backends.cached_db",
    "django.contrib.sessions.backends.signed_cookies",
    "tests.auth.own_sessions",
]
NOBODY = "tests.auth.backends.NobodyBackend"
DEPUTY = "tests.auth.backends.DeputyBackend"


def names_of(face: Face, client: Client, times: int = 2) -> list[str]:
    """Whom the client is taken for, request after request: what one leaves behind must not change the next."""
    return [face.payload(face.me(client))["username"] for _ in range(times)]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_session_engine_works(engine: str, settings: Any, clerk: User, face: Face) -> None:
    settings.SESSION_ENGINE = engine
    client = Client()
    assert log_in("clerk", "clerk", client).status_code == 200
    assert names_of(face, client) == ["clerk", "clerk"]
    clerk.set_password("another")
    clerk.save()
    assert face.me(client).status_code == 401


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.usefixtures("clerk")
def test_a_logout_ends_the_session_of_every_engine(engine: str, settings: Any, face: Face) -> None:
    settings.SESSION_ENGINE = engine
    client = Client()
    log_in("clerk", "clerk", client)
    assert post(client, LOGOUT).status_code == 204
    assert face.me(client).status_code == 401


def test_a_session_engine_of_the_projects_own_is_asked_each_time(settings: Any, clerk: User, face: Face) -> None:
    settings.SESSION_ENGINE = "tests.auth.own_sessions"
    client = Client()
    client.force_login(clerk)
    assert names_of(face, client) == ["clerk", "clerk"]
    SessionStore.ended = {client.session.session_key}
    try:
        assert face.me(client).status_code == 401
    finally:
        SessionStore.ended = set()


def test_it_takes_one_query_for_the_session_and_one_for_the_user(clerk: User, face: Face) -> None:
    client = Client()
    client.force_login(clerk)
    names_of(face, client, times=1)
    with CaptureQueriesContext(connection) as captured:
        names_of(face, client, times=1)
    tables = ["session" if "django_session" in query["sql"] else "user" for query in captured]
    assert tables == ["session", "user"]


def test_a_user_whom_a_middleware_has_looked_up_is_not_looked_up_again(settings: Any, clerk: User, face: Face) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.auth.middleware.look_at_user"]
    client = Client()
    client.force_login(clerk)
    with CaptureQueriesContext(connection) as captured:
        assert names_of(face, client, times=1) == ["clerk"]
    assert len([query for query in captured if "auth_user" in query["sql"]]) == 1


@pytest.mark.usefixtures("viewer")
@pytest.mark.parametrize("name", ["impersonate", "impersonate_lazily"])
def test_a_middleware_that_puts_another_user_there_is_believed(
    name: str, settings: Any, admin: User, face: Face
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"tests.auth.middleware.{name}"]
    client = Client()
    client.force_login(admin)
    assert names_of(face, client) == ["viewer", "viewer"]
    answer = post(client, TAGS, new_tag())
    assert (answer.status_code, list(answer.json())) == (403, ["detail"])


@pytest.mark.usefixtures("viewer")
def test_the_backend_that_the_session_names_is_asked(settings: Any, clerk: User, face: Face) -> None:
    settings.AUTHENTICATION_BACKENDS = [NOBODY, DEPUTY]
    client = Client()
    client.force_login(clerk, backend=NOBODY)
    assert face.me(client).status_code == 401
    # The session hash is the viewer's, or Django would not take the deputy.
    client.force_login(User.objects.get(username="viewer"), backend=DEPUTY)
    assert names_of(face, client) == ["viewer", "viewer"]


def test_a_backend_that_was_taken_out_of_the_settings_lets_nobody_in(settings: Any, clerk: User, face: Face) -> None:
    client = Client()
    client.force_login(clerk)
    settings.AUTHENTICATION_BACKENDS = [NOBODY]
    assert client.session[BACKEND_SESSION_KEY] not in settings.AUTHENTICATION_BACKENDS
    assert face.me(client).status_code == 401


@pytest.mark.parametrize("engine", ENGINES)
def test_a_session_signed_with_a_fallback_key_goes_on(engine: str, settings: Any, clerk: User, face: Face) -> None:
    settings.SESSION_ENGINE = engine
    client = Client()
    client.force_login(clerk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, after the old one became known"
    assert names_of(face, client) == ["clerk", "clerk"]
    # Django has signed it with the new key.
    settings.SECRET_KEY_FALLBACKS = []
    assert names_of(face, client) == ["clerk", "clerk"]


def test_a_session_dies_with_the_key_that_signed_it(settings: Any, clerk: User, face: Face) -> None:
    client = Client()
    client.force_login(clerk)
    assert names_of(face, client) == ["clerk", "clerk"]
    settings.SECRET_KEY = "another"
    assert face.me(client).status_code == 401


def test_the_user_can_be_pickled(settings: Any, clerk: User, face: Face) -> None:
    settings.CONJURE = {"USER_PAYLOAD": lambda user: {"username": pickle.loads(pickle.dumps(user)).username}}
    client = Client()
    client.force_login(clerk)
    assert names_of(face, client) == ["clerk", "clerk"]


@pytest.mark.parametrize("path", [TAGS, "/conjure/graphql/"])
def test_an_inactive_user_is_nobody_even_to_a_backend_that_keeps_them(path: str, settings: Any, clerk: User) -> None:
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    assert client.post(path).status_code == 403  # no CSRF token
    clerk.is_active = False
    clerk.save()
    assert client.post(path).status_code == 401


@pytest.mark.parametrize("key", ['"session\\000key"', '"session\\012key"', '"session\\303\\244"', '"        "'])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_session_key_that_no_engine_can_have_made_is_nobodys(
    engine: str, key: str, settings: Any, face: Face
) -> None:
    settings.SESSION_ENGINE = engine
    client = Client(headers={"Cookie": f"sessionid={key}"})
    assert face.me(client).status_code == 401
