"""The two faces of ``conjure.urls``, and how tests log in to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

LOGIN = "/conjure/auth/login/"
REFRESH = "/conjure/auth/refresh/"
LOGOUT = "/conjure/auth/logout/"
ME = "/conjure/auth/me/"
CONFIG = "/conjure/config/"
TAGS = "/conjure/r/testapp.Tag/"
GRAPHQL = "/conjure/graphql/"

_numbers = itertools.count()


class Face:
    """One way to ask who one is, and to write a tag, which superusers may."""

    created: int
    """The status where a tag was written."""

    def me(self, client: Client, **headers: Any) -> Any:
        """Ask who one is, by GET."""
        raise NotImplementedError

    def create(self, client: Client, **headers: Any) -> Any:
        """Write a tag, by POST."""
        raise NotImplementedError

    def payload(self, answer: Any) -> Any:
        """What ``me`` has answered."""
        raise NotImplementedError

    def keys(self) -> list[str]:
        """The keys of the body where the request was refused."""
        raise NotImplementedError


class Rest(Face):
    created = 201

    def me(self, client: Client, **headers: Any) -> Any:
        return client.get(ME, **headers)

    def create(self, client: Client, **headers: Any) -> Any:
        return post(client, TAGS, new_tag(), **headers)

    def payload(self, answer: Any) -> Any:
        return answer.json()

    def keys(self) -> list[str]:
        return ["detail"]


class GraphQL(Face):
    created = 200

    def me(self, client: Client, **headers: Any) -> Any:
        return client.get(GRAPHQL, {"query": "{ me }"}, **headers)

    def create(self, client: Client, **headers: Any) -> Any:
        mutation = """mutation ($name: String!, $slug: String!) {
            createTestappTag(data: {name: $name, slug: $slug}) { result { name } }
        }"""
        answer = post(client, GRAPHQL, {"query": mutation, "variables": new_tag()}, **headers)
        assert (answer.status_code == 200) == ("errors" not in answer.json()), answer.json()
        return answer

    def payload(self, answer: Any) -> Any:
        return answer.json()["data"]["me"]

    def keys(self) -> list[str]:
        return ["errors"]


@pytest.fixture(params=[Rest(), GraphQL()], ids=["rest", "graphql"])
def face(request: pytest.FixtureRequest) -> Face:
    """Either face."""
    found: Face = request.param
    return found


@pytest.fixture(params=["session", "jwt"])
def mode(request: pytest.FixtureRequest, settings: Any) -> str:
    """Either kind of login, which ``CONJURE["AUTH"]`` names."""
    settings.CONJURE = {"AUTH": request.param}
    return str(request.param)


@pytest.fixture
def jwt(settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}


def post(client: Client, url: str, body: Any = None, **headers: Any) -> Any:
    return client.post(url, body if body is not None else {}, content_type="application/json", **headers)


def log_in(username: str, password: str, client: Client | None = None, **headers: Any) -> Any:
    return post(client or Client(), LOGIN, {"username": username, "password": password}, **headers)


def new_tag() -> dict[str, str]:
    return {"name": "new", "slug": f"new-{next(_numbers)}"}


@pytest.fixture
def tokens(jwt: None, clerk: User) -> dict[str, Any]:
    """What the login of ``clerk`` answers in JWT mode."""
    return dict(log_in("clerk", "clerk").json())


@pytest.fixture
def bearer() -> Callable[[str], Client]:
    """A client, as strict about CSRF as production, that sends an access token."""
    return lambda access: Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {access}"})
