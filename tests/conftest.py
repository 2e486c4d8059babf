"""Who asks, and through which face: the fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.thoroughness import examples

# Databases are slow beside what hypothesis expects; CI must not find something else each time.
hypothesis_settings.register_profile(
    "default",
    deadline=None,
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile("ci", hypothesis_settings.get_profile("default"), derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


class Api(Protocol):
    """Gives an HTTP client, logged in as the user, or as nobody for None."""

    def __call__(self, user: User | None = None, **client_options: Any) -> Client: ...


class Gql(Protocol):
    """Sends one GraphQL operation as the user and gives the parsed body: ``data``, ``errors``, ``extensions``."""

    def __call__(self, user: User | None, query: str, **variables: Any) -> dict[str, Any]: ...


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles count in the cache: no test may inherit another's attempts."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """An empty folder that is MEDIA_ROOT for this test."""
    folder = tmp_path / "media"
    folder.mkdir()
    settings.MEDIA_ROOT = str(folder)
    return folder


# The users. The password of each is its user name.


@pytest.fixture
def admin(db: None) -> User:
    """A superuser."""
    return get_user_model().objects.create_superuser("admin", "admin@example.com", "admin")


@pytest.fixture
def viewer(db: None) -> User:
    """A staff user with every view permission of testapp, and no other."""
    user = get_user_model().objects.create_user("viewer", password="viewer", is_staff=True)
    views = Permission.objects.filter(content_type__app_label="testapp", codename__startswith="view_")
    user.user_permissions.set(views)
    return user


@pytest.fixture
def clerk(db: None) -> User:
    """A staff user without any permission; tests give the ones they speak of."""
    return get_user_model().objects.create_user("clerk", password="clerk", is_staff=True)


@pytest.fixture
def outsider(db: None) -> User:
    """An active user who is not staff."""
    return get_user_model().objects.create_user("outsider", password="outsider")


# The two faces.


@pytest.fixture
def api() -> Api:
    """``api(user)`` is Django's test client, logged in; ``api()`` is nobody's."""

    def client_for(user: User | None = None, **client_options: Any) -> Client:
        client = Client(**client_options)
        if user is not None:
            client.force_login(user)
        return client

    return client_for


@pytest.fixture
def gql(api: Api) -> Gql:
    """``gql(user, query, **variables)`` posts to the GraphQL endpoint and gives the parsed body."""
    clients: dict[Any, Client] = {}

    def execute(user: User | None, query: str, **variables: Any) -> dict[str, Any]:
        key = None if user is None else user.pk
        if key not in clients:
            clients[key] = api(user)
        body = {"query": query, "variables": variables}
        answer: dict[str, Any] = clients[key].post("/conjure/graphql/", body, content_type="application/json").json()
        return answer

    return execute
