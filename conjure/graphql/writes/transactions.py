"""One transaction for a write and its audit entries, tried again after deadlocks and lock timeouts."""

from __future__ import annotations

import contextlib
import logging
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db import DatabaseError, connections, transaction

from conjure.audit.log import audit_database
from conjure.conf import settings
from conjure.exceptions import UnavailableError

T = TypeVar("T")

ATTEMPTS = 4
RETRY_SECONDS = 10
"""A write is not tried again once this many seconds have passed: each attempt may itself have waited for a lock."""
_FIRST_PAUSE = 0.02
# Deadlock, serialisation failure, lock not available (PostgreSQL, appendix A).
_SQLSTATES = {"40P01", "40001", "55P03"}
# Lock wait timeout, deadlock, and a row that changed since the snapshot (MariaDB, error codes).
_MARIADB_CODES = {1205, 1213, 1020}


def in_transaction(using: str, work: Callable[[], T], attempts: int = ATTEMPTS) -> T:
    """Run the work in a transaction on a database, and on the one that has the audit log.

    After a deadlock, a lock timeout or "database is locked" the work is run again from the start, up to ``attempts``
    times in all. Give ``attempts=1`` for work that does what no rollback undoes. Inside a caller's transaction there
    is one attempt, because only the caller could start over. Raise UnavailableError when no attempt got its locks.
    """
    attempts = 1 if connections[using].in_atomic_block else attempts
    last_retry = time.monotonic() + RETRY_SECONDS
    for attempt in range(1, attempts + 1):
        try:
            with _atomic(using):
                return work()
        except DatabaseError as error:
            if not is_about_locks(error):
                raise
            if attempt == attempts or time.monotonic() > last_retry:
                raise UnavailableError("The rows are being changed by others; try again.") from error
            # Random pauses, so that two writes that collided do not collide again.
            time.sleep(_FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    raise AssertionError("unreachable")


@contextlib.contextmanager
def _atomic(using: str) -> Iterator[None]:
    aliases = list(dict.fromkeys([using, audit_database(using)]))
    with contextlib.ExitStack() as stack:
        for alias in aliases:
            stack.enter_context(_writes_from_the_start(alias))
            stack.enter_context(_transaction(alias))
        yield


@contextlib.contextmanager
def _transaction(alias: str) -> Iterator[None]:
    """A transaction, in which nothing fails once it has committed, and which never ends in silence without a commit.

    What the project has called on commit may fail: that is logged, and the functions that were to be called after it
    are not, as Django has it. Raise TransactionManagementError where the project's code has caught what broke the
    transaction, which Django would roll back without a word.
    """
    connection: Any = connections[alias]
    has_committed = False

    def note_commit() -> None:
        nonlocal has_committed
        has_committed = True

    try:
        with transaction.atomic(using=alias):
            transaction.on_commit(note_commit, using=alias)
            # What broke an earlier transaction of this connection, which Django does not forget.
            connection.rollback_exc = None
            yield
            connection.validate_no_broken_transaction()
    except Exception:
        if not has_committed:
            raise
        logging.getLogger(settings.LOGGER_NAME).exception("What was to be done after a commit failed.")


@contextlib.contextmanager
def _writes_from_the_start(alias: str) -> Iterator[None]:
    """On SQLite, take the write lock when the transaction begins.

    By default the first write takes it, and SQLite refuses it at once, without waiting, if another transaction has
    written since this one's first read.
    """
    connection: Any = connections[alias]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()  # The mode is read from the settings only then.
    if connection.transaction_mode is not None:
        yield
        return
    connection.transaction_mode = "IMMEDIATE"
    try:
        yield
    finally:
        connection.transaction_mode = None


def is_about_locks(error: DatabaseError) -> bool:
    """Whether the same write may succeed when it is tried again."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _SQLSTATES:
        return True
    if error.args and error.args[0] in _MARIADB_CODES:
        return True
    return "database is locked" in str(error) or "database table is locked" in str(error)
