"""Statement timeouts: ``CONJURE["STATEMENT_TIMEOUT"]`` applied to the statements of a block, each database in its way.

Nothing outlives the statement or its transaction on a server, so that it is right behind a pooler such as PgBouncer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections, transaction

from conjure.conf import settings

# Statements that end an aborted transaction, or that begin one, must not have another in front of them.
_CONTROL = re.compile(r"\s*(?:SAVEPOINT|RELEASE|ROLLBACK|COMMIT|BEGIN|SET)\b", re.IGNORECASE)
_DATA = re.compile(r"\s*\(*\s*(?:SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_SELECT = re.compile(r"^(\s*\(*\s*)SELECT\b", re.IGNORECASE)
# How many instructions of its virtual machine SQLite runs between two looks at the clock.
_INSTRUCTIONS = 10_000


@contextmanager
def limit_statements() -> Iterator[None]:
    """Let no statement of this thread take longer than the setting says while the block runs.

    One that does raises an OperationalError (``conjure.orm.refusals.is_timeout``).
    """
    seconds = settings.STATEMENT_TIMEOUT
    if seconds is None:
        yield
        return
    with ExitStack() as stack:
        for connection in map(connections.__getitem__, connections):
            limit = _LIMITS.get(connection.vendor)
            is_limited = any(isinstance(wrapper, _Limit) for wrapper in connection.execute_wrappers)
            if limit is not None and not is_limited:
                wrapper = limit(connection, seconds)
                stack.enter_context(connection.execute_wrapper(wrapper))
                stack.callback(wrapper.end)
        yield


class _Limit:
    """Wraps every statement of a connection."""

    def __init__(self, connection: Any, seconds: float) -> None:
        self.connection = connection
        self.seconds = seconds
        self.milliseconds = max(round(seconds * 1000), 1)

    def __call__(self, run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        raise NotImplementedError

    def end(self) -> None:
        """Leave nothing behind on the connection."""


class _PostgreSQLLimit(_Limit):
    """``SET LOCAL`` holds until the transaction ends. A statement outside a transaction is given one of its own."""

    def __init__(self, connection: Any, seconds: float) -> None:
        super().__init__(connection, seconds)
        self._limited: Any = None
        self._is_setting = False

    def __call__(self, run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self._is_setting or (isinstance(sql, str) and _CONTROL.match(sql)):
            return run(sql, params, many, context)
        if self.connection.in_atomic_block:
            self._set()
            return run(sql, params, many, context)
        with transaction.atomic(using=self.connection.alias):
            self._set()
            return run(sql, params, many, context)

    def _set(self) -> None:
        # Django makes this list anew at the end of a transaction and of a savepoint that is rolled back, which takes
        # the timeout back too: so long as it is the same one, the timeout holds.
        current = self.connection.run_on_commit
        if current is self._limited:
            return
        self._is_setting = True
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {self.milliseconds}")
        finally:
            self._is_setting = False
        self._limited = current


class _MySQLLimit(_Limit):
    """A prefix of the statement on MariaDB, a hint in it on MySQL, which has none for writes."""

    def __call__(self, run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self.connection.mysql_is_mariadb:
            if _DATA.match(sql):
                sql = f"SET STATEMENT max_statement_time={self.milliseconds / 1000} FOR {sql}"
        else:
            sql = _SELECT.sub(rf"\1SELECT /*+ MAX_EXECUTION_TIME({self.milliseconds}) */", sql, count=1)
        return run(sql, params, many, context)


class _SQLiteLimit(_Limit):
    """SQLite asks every few instructions whether to go on. It does not ask while it waits for a lock."""

    def __call__(self, run: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        end = time.monotonic() + self.seconds
        self.connection.connection.set_progress_handler(lambda: time.monotonic() > end, _INSTRUCTIONS)
        return run(sql, params, many, context)

    def end(self) -> None:
        """Let statements take as long as they want again."""
        if self.connection.connection is not None:
            self.connection.connection.set_progress_handler(None, 0)


_LIMITS: dict[str, type[_Limit]] = {
    "postgresql": _PostgreSQLLimit,
    "mysql": _MySQLLimit,
    "sqlite": _SQLiteLimit,
}
VENDORS = frozenset(_LIMITS)
"""The databases that have timeouts, by Django's names for them."""
