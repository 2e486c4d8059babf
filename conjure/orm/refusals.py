"""What each database says of the constraint that it refused values for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, Error, IntegrityError, InternalError, connections

# The codes of MariaDB: a duplicate key, a check constraint.
_DUPLICATE, _CHECK = 1062, 4025
_KEY = re.compile(r"'([^']*)'\s*$")
# A statement up to the table that it writes, with a timeout in front of it (``conjure.orm.timeouts``) or without.
_WRITES = re.compile(r"(?:SET STATEMENT \S+ FOR )?(?:INSERT INTO|UPDATE)")
_CONSTRAINT = re.compile(r"`([^`]*)`")


# What SQLite says of a statement that is too large for it (its source, sqlite3.c, and "Limits in SQLite").
_TOO_LARGE_ON_SQLITE = re.compile(
    r"Expression tree is too large|too many (?:SQL variables|terms|columns|arguments)|parser stack overflow"
    r"|at most \d+ tables in a join|string or blob too big|LIKE or GLOB pattern too complex"
)
# The class of SQLSTATE "program limit exceeded" (PostgreSQL, appendix A), and what psycopg itself says.
_LIMIT_CLASS, _TOO_LARGE_FOR_PSYCOPG = "54", "number of parameters must be between"
# Too many tables, too many placeholders, a packet that is too large, stack overruns, too many columns (MariaDB).
_TOO_LARGE_ON_MARIADB = {1116, 1390, 1153, 1119, 1436, 1117}


def is_too_large(error: DatabaseError) -> bool:
    """Whether the database refused a statement for its size: it would refuse it at any time."""
    text = str(error)
    if _TOO_LARGE_ON_SQLITE.match(text) or text.startswith(_TOO_LARGE_FOR_PSYCOPG):
        return True
    if str(getattr(error.__cause__, "sqlstate", None) or "").startswith(_LIMIT_CLASS):
        return True
    return bool(error.args) and error.args[0] in _TOO_LARGE_ON_MARIADB


# The statement was cancelled (PostgreSQL, appendix A); max_statement_time of MariaDB, max_execution_time of MySQL.
_CANCELLED, _TIMEOUT_CODES = "57014", {1969, 3024}


def is_timeout(error: DatabaseError) -> bool:
    """Whether the database stopped a statement because it took too long."""
    if getattr(error.__cause__, "sqlstate", None) == _CANCELLED or str(error) == "interrupted":
        return True
    return bool(error.args) and error.args[0] in _TIMEOUT_CODES


def is_cut_off(error: BaseException) -> bool:
    """Whether the connection broke in a way that psycopg reports as an InternalError of its own, which has no SQLSTATE.

    So it does behind a pooler that has lost its server: an answer more than there were questions.
    """
    return isinstance(error, InternalError) and getattr(error.__cause__, "sqlstate", "") is None


# A table or a column that is not there (SQLite's source; PostgreSQL, appendix A; the codes of MariaDB).
_MISSING_ON_SQLITE = re.compile(r"no such (?:table|column): |table \S+ has no column named ")
_MISSING_STATES, _MISSING_ON_MARIADB = {"42P01", "42703"}, {1146, 1054}


def is_about_missing(error: DatabaseError) -> bool:
    """Whether the database lacks a table or a column that a statement names."""
    if getattr(error.__cause__, "sqlstate", None) in _MISSING_STATES or _MISSING_ON_SQLITE.match(str(error)):
        return True
    return len(error.args) > 1 and error.args[0] in _MISSING_ON_MARIADB


class Refusal:
    """An IntegrityError, as far as a database says which constraint it is about."""

    def __init__(self, error: IntegrityError, using: str, statement: str = "") -> None:
        """``statement`` is the SQL that failed: MariaDB does not say which table a duplicate key belongs to."""
        self._connection: Any = connections[using]
        self._code = error.args[0] if error.args else None
        self._text = str(error.args[-1]) if error.args else ""
        self._diagnosis: Any = getattr(error.__cause__, "diag", None)
        self._statement = statement

    def is_of_unique(self, table: str, columns: Sequence[str], name: str = "") -> bool:
        """Whether these columns of a table may not have the same values in two rows; ``name`` is the constraint's."""
        vendor = self._connection.vendor
        if vendor == "sqlite":
            wanted = [", ".join(f"{table}.{column}" for column in columns), f"index '{name}'"]
            return self._text in {f"UNIQUE constraint failed: {text}" for text in wanted}
        if vendor == "postgresql":
            return self._is_of_unique_on_postgresql(table, columns, name)
        if vendor == "mysql" and self._code == _DUPLICATE and self._is_about(table):
            key = _KEY.search(self._text)
            return key is not None and (key[1] == name or self._columns_of(table, key[1]) == list(columns))
        return False

    def is_of_check(self, table: str, name: str) -> bool:
        """Whether a table's check constraint of that name is broken."""
        if self._connection.vendor == "postgresql":
            return self._is_about(table) and bool(self._diagnosis.constraint_name == name)
        if self._connection.vendor == "mysql":
            return self._code == _CHECK and _CONSTRAINT.findall(self._text)[:1] == [name] and self._is_about(table)
        return self._text == f"CHECK constraint failed: {name}"

    def _is_of_unique_on_postgresql(self, table: str, columns: Sequence[str], name: str) -> bool:
        if not self._is_about(table) or self._diagnosis.sqlstate != "23505":
            return False
        # Key ("Group", number)=(a, 1) already exists, in the server's language.
        detail = str(self._diagnosis.message_detail).replace('"', "")
        return self._diagnosis.constraint_name == name or f"({', '.join(columns)})=(" in detail

    def _is_about(self, table: str) -> bool:
        if self._connection.vendor == "postgresql":
            return self._diagnosis is not None and bool(self._diagnosis.table_name == table)
        words = self._statement.split(self._connection.ops.quote_name(table), 1)
        return len(words) == 2 and _WRITES.fullmatch(words[0].strip()) is not None

    def _columns_of(self, table: str, key: str) -> list[str]:
        try:
            with self._connection.cursor() as cursor:
                found = self._connection.introspection.get_constraints(cursor, table)
        except Error:
            return []
        return list(found[key]["columns"]) if key in found else []


@contextmanager
def noting_failures(using: str, note: Any) -> Iterator[None]:
    """Have ``note`` called with the SQL of each statement that breaks a constraint, where the error does not say it."""
    connection: Any = connections[using]
    if connection.vendor != "mysql":
        yield
        return

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            return run(sql, params, many, context)
        except IntegrityError:
            note(sql)
            raise

    with connection.execute_wrapper(execute):
        yield
