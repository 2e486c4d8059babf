"""A replica that lags two seconds: who reads what, through the faces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, TypeVar

from tests.load.clients import ITEMS, ROOT, Session
from tests.load.run import fill
from tests.load.servers import Cluster, a_folder, manage, running_cluster, running_gunicorn, running_replica

T = TypeVar("T")

LAG = 2.0
COOKIE = "conjure_wrote"
HEADER = "X-Conjure-Wrote"


@contextmanager
def replicated() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary with rows, and its replica, which has caught up."""
    with ExitStack() as stack:
        folder = stack.enter_context(a_folder())
        primary = stack.enter_context(running_cluster(folder))
        fill(primary)
        yield primary, stack.enter_context(running_replica(folder, primary, f"{LAG:.0f}s"))


def environment(primary: Cluster, replica: Cluster, router: str, seconds: float | None = None) -> dict[str, str]:
    """What the project is told of them."""
    told = {"LOAD_PORT": str(primary.port), "LOAD_REPLICA_PORT": str(replica.port), "LOAD_ROUTER": router}
    return told if seconds is None else told | {"LOAD_READ_YOUR_WRITES": str(seconds)}


def prove_replica() -> Iterator[str]:
    """Give what was proven, a line each. Raise AssertionError for what is not so."""
    with replicated() as (primary, replica):
        with _project(environment(primary, replica, "LoginsOnPrimary")) as session:
            session.log_in()
            yield "logins on the primary: the request after a login is logged in"
            key, status = _soon(lambda: _read_new(session, "first"))
            assert status == 404
            yield "without READ_YOUR_WRITES: a row that was just created is a 404 on the replica"
            _require_own_reads(*_soon(lambda: _change_new(session)))
            yield "a write finds the row that the replica does not have, and its answer has nested rows of the primary"
            _wait_for(session, key)
            yield f"{LAG:.0f} s later the replica has it"
        with _project(environment(primary, replica, "LoginsOnPrimary", 60)) as session:
            session.log_in()
            key, status = _soon(lambda: _read_new(session, "second"))
            assert status == 200
            assert COOKIE in session.cookies
            _, body = session.graphql("query ($pk: ID!) { loadItem(pk: $pk) { name } }", pk=str(key))
            assert body["data"]["loadItem"] == {"name": "second"}
            yield "with READ_YOUR_WRITES: the client that wrote reads its row at once, on both faces"
            stamp, (without, with_header) = _soon(lambda: _read_without_cookie(session))
            assert stamp
            assert (without, with_header) == (404, 200)
            yield "without the cookie it is a 404, with the header instead of the cookie it is there"
        told = environment(primary, replica, "EverythingReplicated")
        with _project(told) as session:
            assert _soon(lambda: _log_in_and_look(session)) == 401
        assert "conjure.W012" in manage(told, "check")
        yield "sessions on the replica: the request after a login is a 401, and conjure.W012 says so"


@contextmanager
def _project(told: dict[str, str]) -> Iterator[Session]:
    with running_gunicorn(told, workers=1) as (port, _), closing(Session(port)) as session:
        yield session


def _soon(attempt: Callable[[], T]) -> T:
    """What an attempt gives that is over before the replica can have caught up; a slow machine gets more of them."""
    for _ in range(10):
        began = time.monotonic()
        outcome = attempt()
        if time.monotonic() - began < LAG:
            return outcome
    raise AssertionError(f"This machine does nothing within {LAG} s.")


def _read_new(session: Session, name: str) -> tuple[int, int]:
    key = _create(session, name)
    return key, _status(session, key)


def _change_new(session: Session) -> tuple[int, Any]:
    key = _create(session, "changed")
    mutation = """mutation ($pk: ID!) { updateLoadItem(pk: $pk, data: {text: "new"}) {
        result { text shelf { name items { id text } } } errors { field messages } } }"""
    return key, session.graphql(mutation, pk=str(key))[1]


def _require_own_reads(key: int, body: Any) -> None:
    result = body["data"]["updateLoadItem"]["result"]
    assert result["text"] == "new", body
    assert (str(key), "new") in [(str(item["id"]), item["text"]) for item in result["shelf"]["items"]]


def _read_without_cookie(session: Session) -> tuple[str, tuple[int, int]]:
    key = _create(session, "third")
    stamp = session.cookies.pop(COOKIE)
    path = f"{ITEMS}{key}/"
    return stamp, (session.send("GET", path)[0], session.send("GET", path, headers={HEADER: stamp})[0])


def _log_in_and_look(session: Session) -> int:
    session.send("POST", f"{ROOT}auth/login/", {"username": "admin", "password": "admin"})
    return session.send("GET", f"{ROOT}auth/me/")[0]


def _create(session: Session, name: str) -> int:
    status, body = session.send("POST", ITEMS, {"shelf": 1, "name": name})
    assert status == 201, body
    key: int = body["id"]
    return key


def _status(session: Session, key: int) -> int:
    return session.send("GET", f"{ITEMS}{key}/")[0]


def _wait_for(session: Session, key: int) -> None:
    began = time.monotonic()
    while _status(session, key) != 200:
        assert time.monotonic() - began < LAG + 20
        time.sleep(0.2)
