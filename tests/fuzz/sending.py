"""One call and its answer, with what was logged meanwhile, as plain data that prints as it can be sent again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction

from conjure.encoding import JSON_TYPE
from conjure.testing.requests import printable, savepoints
from tests.fuzz.project import Person

MOUNT = "/conjure/"
GRAPHQL = "graphql/"
_LOGGERS = ("conjure", "django")
_SHOWN = 1_500


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is sent: a path under the mount, percent-encoded, and the body as it goes over the wire."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = [f"{self.method} {self.path}{'?' if self.query else ''}{self.query}"]
        shown += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            shown += [self.content_type] if self.content_type != JSON_TYPE else []
            shown += [self.body[:_SHOWN].decode(errors="replace")]
        return printable(" | ".join(shown))

    @property
    def operation(self) -> dict[str, Any]:
        """The GraphQL operation that is sent: ``query`` and ``variables``; empty for what is none."""
        if self.path != GRAPHQL or self.content_type != JSON_TYPE:
            return {}
        try:
            sent = json.loads(self.body)
        except ValueError:
            return {}
        return sent if isinstance(sent, dict) and isinstance(sent.get("query"), str) else {}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, whom it came to, and what was logged in the meantime."""

    person: Person
    call: Call
    status: int
    headers: Mapping[str, str]
    content: bytes
    logged: str

    @property
    def json(self) -> Any:
        """The body; None where it is empty. Raise ValueError for one that is no JSON."""
        return json.loads(self.content) if self.content else None

    @property
    def is_json(self) -> bool:
        """Whether its type says so."""
        kind = self.headers.get("content-type", "").partition(";")[0]
        return kind in (JSON_TYPE, "application/graphql-response+json")

    @property
    def errors(self) -> list[Any]:
        """The errors of a GraphQL answer."""
        body = self.json if self.is_json else None
        found = body.get("errors") if self.call.path == GRAPHQL and isinstance(body, dict) else None
        return found or []

    @property
    def ok(self) -> bool:
        """Whether it is a success, on either face."""
        return self.status < 300 and not self.errors

    def __str__(self) -> str:
        text = printable(self.content[:_SHOWN].decode(errors="replace"))
        return f"{self.person.name}: {self.call}\n      -> {self.status} {text}"


def by_rest(method: str, path: str, query: Any = None, body: Any = None, **headers: str) -> Call:
    """A call of a URL: the query as a mapping, the body as what it is in JSON."""
    raw = b"" if body is None else json.dumps(body).encode()
    text = urlencode(query or {}, doseq=True, errors="surrogatepass")
    return Call(method=method, path=path, query=text, body=raw, headers=headers)


def by_graphql(document: str, **variables: Any) -> Call:
    """A GraphQL operation."""
    sent = {"query": document, "variables": variables}
    return Call(method="POST", path=GRAPHQL, body=json.dumps(sent).encode())


class _Handler(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect each line that conjure and Django log, with tracebacks, and keep it from the test's own output."""
    handler = _Handler()
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.INFO)
    try:
        yield handler.lines
    finally:
        for logger, (propagate, level) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagate
            logger.setLevel(level)


def send(person: Person, call: Call, *, undo: bool = False) -> Answer:
    """Send a call; what it wrote is undone where it failed, as where PostgreSQL would go no further, or on request."""
    url = f"{MOUNT}{call.path}{'?' if call.query else ''}{call.query}"
    with logged() as lines, savepoints(undo=undo):
        response = person.client.generic(
            call.method, url, call.body, content_type=call.content_type, headers=dict(call.headers)
        )
        content = response.getvalue() if response.streaming else response.content
        answer = Answer(
            person=person,
            call=call,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=content,
            logged="\n".join(lines),
        )
        if answer.status >= 400 or (connection.vendor == "postgresql" and connection.needs_rollback):
            transaction.set_rollback(True)
    return answer
