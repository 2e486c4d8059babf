"""A replica that lags two seconds: who reads what, through the faces."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.load.clients import ITEMS, ROOT, Session
from tests.load.run import fill
from tests.load.servers import Cluster, a_folder, manage, running_cluster, running_gunicorn, running_replica

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
        with running_gunicorn(environment(primary, replica, "LoginsOnPrimary"), workers=1) as (port, _):
            session = Session(port)
            session.log_in()
            yield "logins on the primary: the request after a login is logged in"
            key = _create(session, "first")
            assert _status(session, key) == 404
            yield "without READ_YOUR_WRITES: a row that was just created is a 404 on the replica"
            mutation = """mutation ($pk: ID!) { updateLoadItem(pk: $pk, data: {text: "new"}) {
                result { text shelf { name items { id text } } } errors { field messages } } }"""
            status, body = session.graphql(mutation, pk=str(key))
            result = body["data"]["updateLoadItem"]["result"]
            assert (status, result["text"]) == (200, "new"), body
            assert {"id": str(key), "text": "new"} in [
                {**item, "id": str(item["id"])} for item in result["shelf"]["items"]
            ]
            yield "a write finds the row that the replica does not have, and its answer has nested rows of the primary"
            _wait_for(session, key)
            yield f"{LAG:.0f} s later the replica has it"
        told = environment(primary, replica, "LoginsOnPrimary", LAG + 1)
        with running_gunicorn(told, workers=1) as (port, _):
            session = Session(port)
            session.log_in()
            key = _create(session, "second")
            assert COOKIE in session.cookies
            assert _status(session, key) == 200
            status, body = session.graphql("query ($pk: ID!) { loadItem(pk: $pk) { name } }", pk=str(key))
            assert body["data"]["loadItem"] == {"name": "second"}
            yield "with READ_YOUR_WRITES: the client that wrote reads its row at once, on both faces"
            stamp = session.cookies.pop(COOKIE)
            assert _status(session, key) == 404
            assert session.send("GET", f"{ITEMS}{key}/", headers={HEADER: stamp})[0] == 200
            yield "without the cookie it is a 404, with the header instead of the cookie it is there"
            _wait_for(session, key)
        told = environment(primary, replica, "EverythingReplicated")
        with running_gunicorn(told, workers=1) as (port, _):
            session = Session(port)
            session.send("POST", f"{ROOT}auth/login/", {"username": "admin", "password": "admin"})
            assert session.send("GET", f"{ROOT}auth/me/")[0] == 401
        assert "conjure.W011" in manage(told, "check")
        yield "sessions on the replica: the request after a login is a 401, and conjure.W011 says so"


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
        assert time.monotonic() - began < LAG + 10
        time.sleep(0.2)
