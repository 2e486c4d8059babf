"""Clients that read and write in every way, and remember what they were told."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

ROOT = "/conjure/"
ITEMS = f"{ROOT}r/load.Item/"
SHELVES = f"{ROOT}r/load.Shelf/"
# What a client may be told while a server is down.
UNAVAILABLE = 503
# Rows of a bulk write; only bulks write these, so that all rows of a shelf have one mark.
BULK_ROWS = 10
# How often a client lets its connection go after a request.
_LEAVES = 0.05


class Broken(Exception):
    """The connection broke before there was an answer: nobody knows what became of the request."""


@dataclass(kw_only=True)
class Told:
    """What a client was told of a write: "done", "refused", or after a 503 or a broken connection "unknown".

    ``rows`` is how many it was meant to write.
    """

    kind: str
    mark: str
    rows: int
    outcome: str


@dataclass
class Notes:
    """What all clients have seen."""

    told: list[Told] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[tuple[str, str], int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Notes) -> None:
        """Take in another client's."""
        self.told += other.told
        self.errors += other.errors
        for kind, times in other.times.items():
            self.times.setdefault(kind, []).extend(times)
        for key, count in other.statuses.items():
            self.statuses[key] = self.statuses.get(key, 0) + count


class Session:
    """A browser's: it keeps cookies and one connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and body. Raise Broken where the connection breaks."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if "csrftoken" in self.cookies:
            sent["X-CSRFToken"] = self.cookies["csrftoken"]
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Broken from error
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        if response.getheader("Content-Type", "").startswith("application/json"):
            return response.status, json.loads(content)
        return response.status, content

    def graphql(self, query: str, **variables: Any) -> tuple[int, Any]:
        """Status and body of an operation."""
        return self.send("POST", f"{ROOT}graphql/", {"query": query, "variables": variables})

    def log_in(self) -> None:
        """As the superuser, by a password."""
        status, body = self.send("POST", f"{ROOT}auth/login/", {"username": "admin", "password": "admin"})
        assert status == 200, (status, body)
        status, body = self.send("GET", f"{ROOT}auth/me/")
        assert status == 200, (status, body)

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The keys that clients know: of items written one by one, and of shelves whose items are written all at once."""

    shelves: list[int]
    single: list[int]
    bulks: list[list[int]]


class Client:
    """One client: it does everything by chance, without a pause, until it is told to stop."""

    def __init__(self, number: int, session: Session, rows: Rows) -> None:
        self.session, self.rows, self.notes = session, rows, Notes()
        self._random = random.Random(number)
        self._marks = (f"m{number}-{count}" for count in itertools.count())
        self._mine: list[int] = []
        self._operations = list(self._every_operation())

    def run(self, stop: threading.Event) -> None:
        """Go on until the event is set."""
        kinds, weights = zip(*((operation, weight) for operation, weight in self._operations), strict=True)
        while not stop.is_set():
            (operation,) = self._random.choices(kinds, weights)
            try:
                operation()
            except Broken:
                time.sleep(0.2)
            if self._random.random() < _LEAVES:
                self.session.close()  # So that a new worker gets clients, too.
        self.session.close()

    def _every_operation(self) -> Iterator[tuple[Callable[[], Any], int]]:
        item = "{ id name text number shelf { name } }"
        bulk = self._random.choice
        yield lambda: self._read("list", "GET", f"{ITEMS}?page_size=20&ordering=-id"), 6
        yield lambda: self._read("list, filtered", "GET", f"{ITEMS}?search=m1&shelf={self._shelf()}"), 3
        yield lambda: self._read("row", "GET", f"{ITEMS}{self._item()}/"), 6
        yield lambda: self._read("autocomplete", "GET", f"{SHELVES}autocomplete/?q=s"), 2
        yield lambda: self._read("schema", "GET", f"{ROOT}schema/load.Item/"), 1
        yield lambda: self._read("widget", "GET", f"{ROOT}widgets/recent-audit/"), 1
        yield lambda: self._ask("GraphQL nested", "{ loadShelfs { results { name items { id text } } } }"), 3
        yield lambda: self._ask("GraphQL row", f"query Q($pk: ID!) {{ loadItem(pk: $pk) {item} }}", pk=self._item()), 3
        yield self._create, 4
        yield self._delete, 3
        yield self._patch, 6
        yield self._update, 4
        yield lambda: self._bulk_update(bulk(self.rows.bulks)), 2
        yield lambda: self._operations_of(bulk(self.rows.bulks)), 2
        yield lambda: self._graphql_bulk(bulk(self.rows.bulks)), 1
        yield self._act, 1
        yield lambda: self._read("export", "POST", f"{ITEMS}action/export/", self._export()), 1

    def _item(self) -> str:
        return str(self._random.choice(self.rows.single))

    def _shelf(self) -> int:
        return self._random.choice(self.rows.shelves)

    def _export(self) -> dict[str, Any]:
        return {"ids": self._random.sample(self.rows.single, 5), "input": {"format": "csv"}}

    # Reads.

    def _read(self, kind: str, method: str, path: str, body: Any = None) -> None:
        self._timed(kind, lambda: self.session.send(method, path, body))

    def _ask(self, kind: str, query: str, **variables: Any) -> None:
        self._timed(kind, lambda: self.session.graphql(query, **variables))

    def _timed(self, kind: str, call: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        began = time.perf_counter()
        try:
            status, body = call()
        except Broken:
            self._count(kind, "broken")
            raise
        self._count(kind, str(status))
        if status < 300:
            self.notes.times.setdefault(kind, []).append(time.perf_counter() - began)
        codes = {error.get("extensions", {}).get("code") for error in body["errors"]} if _has_errors(body) else set()
        if status == UNAVAILABLE or codes == {"UNAVAILABLE"}:
            time.sleep(0.2)
            return UNAVAILABLE, body
        if (status >= 300 and status != 404) or codes:
            self.notes.errors.append(f"{kind}: {status} {str(body)[:300]}")
        return status, body

    def _count(self, kind: str, status: str) -> None:
        self.notes.statuses[kind, status] = self.notes.statuses.get((kind, status), 0) + 1

    # Writes.

    def _write(self, kind: str, mark: str, rows: int, call: Callable[[], tuple[int, Any]]) -> Any:
        """The body of a write that was done, or None."""
        told = Told(kind=kind, mark=mark, rows=rows, outcome="unknown")
        self.notes.told.append(told)
        status, body = self._timed(kind, call)
        if status != UNAVAILABLE:  # Where the database goes away during a COMMIT, nobody knows.
            told.outcome = "done" if status < 300 and not _has_errors(body) else "refused"
        return body if told.outcome == "done" else None

    def _create(self) -> None:
        mark = next(self._marks)
        body = {"shelf": self._shelf(), "name": mark, "text": mark, "number": number_of(mark)}
        made = self._write("create", mark, 1, lambda: self.session.send("POST", ITEMS, body))
        if made is not None:
            self._mine.append(made["id"])

    def _delete(self) -> None:
        if not self._mine:
            return self._create()
        key = self._mine.pop(self._random.randrange(len(self._mine)))
        self._write("delete", f"#{key}", 1, lambda: self.session.send("DELETE", f"{ITEMS}{key}/"))
        return None

    def _patch(self) -> None:
        mark, path = next(self._marks), f"{ITEMS}{self._item()}/"
        data = {"text": mark, "number": number_of(mark)}
        self._write("patch", mark, 1, lambda: self.session.send("PATCH", path, data))

    def _update(self) -> None:
        mark, pk = next(self._marks), self._item()
        query = """mutation ($pk: ID!, $data: LoadItemPartialInput) {
            updateLoadItem(pk: $pk, data: $data) { result { id text shelf { name } } errors { field messages } } }"""
        data = {"text": mark, "number": number_of(mark)}
        self._write("GraphQL update", mark, 1, lambda: self.session.graphql(query, pk=pk, data=data))

    def _bulk_update(self, keys: list[int]) -> None:
        mark = next(self._marks)
        body = {"action": "update", "ids": self._shuffled(keys), "data": {"text": mark, "number": number_of(mark)}}
        self._write("bulk update", mark, len(keys), lambda: self.session.send("POST", f"{ITEMS}bulk/", body))

    def _operations_of(self, keys: list[int]) -> None:
        mark = next(self._marks)
        data = {"text": mark, "number": number_of(mark)}
        operations = [{"op": "update", "pk": key, "data": data} for key in self._shuffled(keys)]
        body = {"operations": operations}
        self._write("operations", mark, len(keys), lambda: self.session.send("POST", f"{ITEMS}bulk/", body))

    def _graphql_bulk(self, keys: list[int]) -> None:
        mark, pks = next(self._marks), [str(key) for key in self._shuffled(keys)]
        query = """mutation ($pks: [JSON]!, $data: LoadItemPartialInput) {
            bulkUpdateLoadItems(pks: $pks, data: $data) { updated errors { field messages } } }"""
        data = {"text": mark, "number": number_of(mark)}
        self._write("GraphQL bulk", mark, len(keys), lambda: self.session.graphql(query, pks=pks, data=data))

    def _act(self) -> None:
        body = {"ids": self._random.sample(self.rows.single, 5)}
        path = f"{ITEMS}action/count_rows/"
        self._write("action", "action", 1, lambda: self.session.send("POST", path, body))

    def _shuffled(self, keys: list[int]) -> list[int]:
        return self._random.sample(keys, len(keys))


def _has_errors(body: Any) -> bool:
    return isinstance(body, dict) and bool(body.get("errors"))


def number_of(mark: str) -> int:
    """A number that goes with the mark, so that a row with another one was torn."""
    return sum(map(ord, mark)) * 1_000 + len(mark)
