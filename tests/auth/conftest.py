"""The small faces of tests.auth.urls, and how tests log in to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

FACES = ["/auth/me/", "/plain/me/"]


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.auth.urls"


@pytest.fixture
def jwt(settings: Any) -> None:
    settings.CONJURE = {"AUTH": "jwt"}


@pytest.fixture(params=FACES, ids=["rest", "plain"])
def me(request: pytest.FixtureRequest) -> str:
    """The URL of ``me`` through either face."""
    return str(request.param)


def post(client: Client, url: str, body: Any = None, **headers: Any) -> Any:
    return client.post(url, body if body is not None else {}, content_type="application/json", **headers)


@pytest.fixture
def tokens(jwt: None, clerk: User) -> dict[str, Any]:
    """What the login of ``clerk`` answers in JWT mode."""
    return dict(post(Client(), "/auth/login/", {"username": "clerk", "password": "clerk"}).json())


@pytest.fixture
def bearer() -> Callable[[str], Client]:
    """A client, as strict about CSRF as production, that sends an access token."""
    return lambda access: Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {access}"})
