"""What the tests of throttles share: how many requests are answered before one is refused, on either face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from django.test import Client

GRAPHQL = "/conjure/graphql/"
TAGS = "/conjure/r/testapp.Tag/"
BULK = f"{TAGS}bulk/"
CONFIG = "/conjure/config/"
HTML = {"HTTP_ACCEPT": "text/html"}


class Throttled(Protocol):
    """Sets ``THROTTLES`` for one test, beside other settings: ``throttled(read="2/min")``."""

    def __call__(self, conjure: dict[str, Any] | None = None, **rates: Any) -> None: ...


@pytest.fixture
def throttled(settings: Any) -> Throttled:
    def change(conjure: dict[str, Any] | None = None, **rates: Any) -> None:
        settings.CONJURE = {**(conjure or {}), "THROTTLES": rates}

    return change


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """``at(seconds)`` sets the clock to so many seconds after a full day."""
    import time

    return lambda seconds: monkeypatch.setattr(time, "time", lambda: 20_000 * 86_400 + seconds)


def post(client: Client, url: str, body: Any, **headers: Any) -> Any:
    return client.post(url, body, content_type="application/json", **headers)


def ask(client: Client, query: str, variables: Any = None, **headers: Any) -> Any:
    return post(client, GRAPHQL, {"query": query, "variables": variables or {}}, **headers)


def read_rest(client: Client) -> Any:
    return client.get(TAGS)


def read_graphql(client: Client) -> Any:
    return ask(client, "{ me }")


def wait_of(answer: Any) -> int:
    """The seconds to wait, of an answer of either face that refuses a request as one too many."""
    assert answer.status_code == 429, answer.content
    wait = int(answer["Retry-After"])
    body = answer.json()
    message = f"Too many requests. Try again in {wait} seconds."
    if "errors" in body:
        assert body == {"errors": [{"message": message, "extensions": {"code": "LIMITED", "retryAfter": wait}}]}
    else:
        assert body == {"detail": message}
    return wait
