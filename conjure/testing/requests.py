"""Requests through Django's test client. Every answer must be JSON with the right headers, and never a 5xx."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from conjure.conf import settings
from conjure.encoding import JSON_TYPE
from conjure.testing.report import Failure, Report

_SHOWN_LENGTH = 600
_CODES = {
    400: "INVALID",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "PROTECTED",
    412: "CONFLICT",
    413: "LIMITED",
    429: "LIMITED",
    503: "UNAVAILABLE",
}
_SAME_CODE = {"GRAPHQL_VALIDATION_FAILED": "INVALID", "BAD_USER_INPUT": "INVALID"}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, the SQL statements that were sent for it, and the exception that was logged meanwhile, if any."""

    request: str
    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[str, ...] = ()
    exception: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return self.status < 300 and not self.errors

    @property
    def errors(self) -> list[Any]:
        """The errors of a GraphQL answer."""
        found = self.body.get("errors") if isinstance(self.body, dict) and self.status == 200 else None
        return found if isinstance(found, list) and found and isinstance(found[0], dict) else []

    @property
    def data(self) -> Any:
        """The data of a GraphQL answer."""
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def outcome(self) -> str:
        """``OK``, or the code of what went wrong, of REST and of GraphQL alike."""
        if self.errors:
            code = str(self.errors[0].get("extensions", {}).get("code", "GRAPHQL_VALIDATION_FAILED"))
            return _SAME_CODE.get(code, code)
        if self.status < 300:
            return "OK"
        return _CODES.get(self.status, str(self.status))

    def __str__(self) -> str:
        text = f"{self.status} {json.dumps(self.body, default=str, ensure_ascii=False)[:_SHOWN_LENGTH]}"
        return f"{text}\n    {self.exception}" if self.exception else text


def find_mount() -> str:
    """The path that ``conjure.urls`` is mounted at, with a slash at its end."""
    return reverse("conjure:schema").removesuffix("schema/")


class Caller:
    """Sends one user's requests, or those of an anonymous one, and checks what every answer must be.

    Failures go to ``report`` under ``model``, which the walk sets.
    """

    def __init__(self, client: Client, who: str, user: Any = None) -> None:
        self.client = client
        self.client.raise_request_exception = False
        self.who = who
        self.user = user
        self.mount = find_mount()
        self.report = Report()
        self.model = ""

    def get(self, path: str, /, **query: Any) -> Answer:
        """``GET`` a path under the mount."""
        return self.send("GET", path, query=query)

    def gql(self, document: str, /, **variables: Any) -> Answer:
        """Send a GraphQL operation."""
        return self.send("POST", "graphql/", body={"query": document, "variables": variables})

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | str | None = None,
        body: Any = None,
        raw: bytes | None = None,
        content_type: str = JSON_TYPE,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request: ``body`` as JSON, or ``raw`` as it is. The path is percent-encoded already."""
        text = query if isinstance(query, str) else urlencode(query or {}, errors="surrogatepass")
        url = f"{self.mount}{path}{'?' if text else ''}{text}"
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = f"{self.who}: {method} {path}{'?' if text else ''}{text[:300]}"
        if data:
            named += f" {data[:_SHOWN_LENGTH].decode(errors='replace')}"
        with count_statements() as statements, logged_exceptions() as exceptions, savepoints():
            sent = self.client.generic(method, url, data, content_type=content_type, headers=dict(headers or {}))
            content = _parse(sent)
            if sent.status_code >= 400 or (isinstance(content, dict) and content.get("errors")):
                _undo()  # PostgreSQL does nothing more in a transaction in which a statement has failed.
        self.report.requests += 1
        answer = Answer(
            request=named,
            status=sent.status_code,
            body=content,
            headers={name.lower(): value for name, value in sent.headers.items()},
            statements=tuple(statements),
            exception=exceptions[-1] if exceptions else None,
        )
        self._check(answer, method)
        return answer

    def _check(self, answer: Answer, method: str) -> None:
        unexpected = [e for e in answer.errors if e.get("extensions", {}).get("code") in ("INTERNAL", "UNAVAILABLE")]
        if answer.status >= 500 or unexpected:
            self.fail("5xx", answer)
        elif answer.body is _NOT_JSON:
            self.fail("not JSON", answer)
        # A 401 holds no data.
        if answer.headers.get("cache-control") != ("no-cache" if answer.status == 401 else "no-store"):
            self.fail("header Cache-Control", answer)
        if answer.headers.get("x-content-type-options") != "nosniff":
            self.fail("header X-Content-Type-Options", answer)

    def fail(self, kind: str, answer: Answer, detail: str = "") -> None:
        """Report a broken promise."""
        text = f"{detail} {answer}" if detail else str(answer)
        self.report.failures.append(
            Failure(kind=kind, model=self.model, request=printable(answer.request), detail=printable(text))
        )


def printable(text: str) -> str:
    """The text as any terminal and any other process can take it: without NUL and lone surrogates."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


_NOT_JSON = "<an answer that is not JSON>"


def _parse(response: Any) -> Any:
    content = response.getvalue() if response.streaming else response.content
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        # Downloads and HTML pages are not JSON, and need not be; every error must be.
        return None if response.status_code < 300 else _NOT_JSON


@contextmanager
def savepoints(*, undo: bool = False) -> Iterator[None]:
    """Open a savepoint on every database, so that an error does not spoil the next request; ``undo`` rolls back."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(transaction.atomic(using=alias))
        yield
        if undo:
            _undo()


def _undo() -> None:
    for alias in connections:
        transaction.set_rollback(True, using=alias)


@contextmanager
def count_statements() -> Iterator[list[str]]:
    """Collect the SQL statements that are sent meanwhile, except those that only mark transactions."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(note))
        yield statements


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self.found.append(describe_exception(error))


def describe_exception(error: BaseException) -> str:
    """The exception and the last places that it came through, on one line."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " > ".join(f"{frame.filename.split('site-packages/')[-1]}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__}: {str(error)[:300]} ({places})"


@contextmanager
def logged_exceptions() -> Iterator[list[str]]:
    """Collect the exceptions that conjure or Django log as errors meanwhile."""
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in (settings.LOGGER_NAME, "django.request")]
    propagated = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(collector)
        logger.propagate = False  # Thousands of refusals are expected.
    try:
        yield collector.found
    finally:
        for logger, propagate in zip(loggers, propagated, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagate
