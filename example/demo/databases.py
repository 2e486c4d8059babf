"""Reads ``DATABASE_URL``, so that one variable moves the demo to another database."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

_ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
    "mariadb": "django.db.backends.mysql",
}


def parse_database_url(url: str) -> dict[str, Any]:
    """The ``DATABASES`` entry of ``sqlite:///relative.db``, ``postgresql://user@host/name`` or ``mariadb://...``.

    An absolute SQLite path has four slashes. Raise ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in _ENGINES:
        raise ValueError(f"DATABASE_URL starts with {parts.scheme!r}; it may start with {', '.join(_ENGINES)}.")
    database: dict[str, Any] = {"ENGINE": _ENGINES[parts.scheme], "NAME": unquote(parts.path[1:])}
    if parts.scheme == "sqlite":
        # A writer waits for another one instead of failing, and readers do not wait for writers.
        options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL"}
        return {**database, "OPTIONS": options}
    if parts.scheme == "mariadb":
        _use_pymysql_where_mysqlclient_is_missing()
        database["OPTIONS"] = {"charset": "utf8mb4"}
    return {
        **database,
        "HOST": parts.hostname or "127.0.0.1",
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
    }


def _use_pymysql_where_mysqlclient_is_missing() -> None:
    try:
        import MySQLdb  # noqa: F401
    except ImportError:
        import pymysql

        pymysql.install_as_MySQLdb()
