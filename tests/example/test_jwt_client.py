"""A client of the example in JWT mode, whose access tokens live for two seconds, over real HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.example.conftest import MANAGE, ROOT, Demo


class TokenClient:
    """Keeps a pair of tokens, and refreshes when it is told 401, as the dashboard's client does."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.access = self.refresh = ""
        self.refreshed = 0

    def log_in(self, username: str, password: str) -> None:
        status, tokens = self.send("auth/login/", {"username": username, "password": password})
        assert status == 200
        self.access, self.refresh = tokens["access"], tokens["refresh"]

    def send(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        if self.access:
            headers["Authorization"] = f"Bearer {self.access}"
        request = Request(f"{self.base}{path}", None if body is None else json.dumps(body).encode(), headers)
        try:
            answer = urlopen(request, timeout=20)
        except HTTPError as error:
            answer = error
        with answer:
            assert answer.status != 401 or answer.headers["WWW-Authenticate"] == "Bearer"
            return answer.status, json.loads(answer.read())

    def call(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        status, answer = self.send(path, body)
        if status != 401:
            return status, answer
        status, tokens = self.send("auth/refresh/", {"refresh": self.refresh})
        assert status == 200, tokens
        self.access, self.refresh = tokens["access"], tokens.get("refresh", self.refresh)
        self.refreshed += 1
        return self.send(path, body)


@pytest.fixture
def server(demo: Demo) -> Iterator[str]:
    """The address of the example, served with ``settings_jwt``."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {**demo.environment, "DJANGO_SETTINGS_MODULE": "demo.settings_jwt", "DEMO_ACCESS_SECONDS": "2"}
    command = [sys.executable, str(MANAGE), "runserver", "--noreload", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}/conjure/"
    try:
        for _ in range(300):
            try:
                urlopen(f"{base}config/", timeout=5).close()
                break
            except URLError:
                assert process.poll() is None
                time.sleep(0.1)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_client_works_on_through_refreshes(server: str) -> None:
    client = TokenClient(server)
    assert client.send("config/")[1]["auth"] == "jwt"
    client.log_in("viewer", "viewer")
    end = time.monotonic() + 7
    calls = 0
    while time.monotonic() < end:
        status, page = client.call("r/store.Invoice/?page_size=1")
        assert (status, page["count"]) == (200, 412)
        status, answer = client.call("graphql/", {"query": "{ storeInvoices { totalCount } }"})
        assert (status, answer) == (200, {"data": {"storeInvoices": {"totalCount": 412}}})
        calls += 2
        time.sleep(0.3)
    assert client.refreshed >= 2
    assert calls > client.refreshed
