"""The databases that the tests can run on: where they are, and whether they answer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

SERVERS = ("postgresql", "mariadb")
DATABASES = ("sqlite", *SERVERS)


def database_settings(name: str) -> dict[str, Any]:
    """Django's settings of one of ``DATABASES``; servers are found by the variables of their own clients.

    Raise ValueError for any other name.
    """
    # Each run has databases of its own, so that two at once do not drop each other's; --reuse-db needs a fixed name.
    stem = os.environ.get("CONJURE_TEST_DB_NAME", f"conjure_{os.getpid()}")
    if name == "sqlite":
        # A file, not memory: only so do threads get connections of their own. Tests need not survive a power cut.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(_sqlite_folder() / f"{stem}.sqlite3"),
            "TEST": {"NAME": str(_sqlite_folder() / f"test_{stem}.sqlite3")},
            "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
        }
    if name == "postgresql":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": stem,
            "HOST": os.environ.get("PGHOST", "127.0.0.1"),
            "PORT": os.environ.get("PGPORT", "5432"),
            "USER": os.environ.get("PGUSER", "postgres"),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
        }
    if name == "mariadb":
        return {
            "ENGINE": "django.db.backends.mysql",
            "NAME": stem,
            "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
            "PORT": os.environ.get("MYSQL_TCP_PORT", "3306"),
            "USER": os.environ.get("MYSQL_USER", "root"),
            "PASSWORD": os.environ.get("MYSQL_PWD", ""),
            "OPTIONS": {"charset": "utf8mb4"},
            "TEST": {"CHARSET": "utf8mb4"},
        }
    raise ValueError(f"CONJURE_TEST_DB is {name!r}, not one of {', '.join(DATABASES)}.")


def _sqlite_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / "conjure-tests"
    folder.mkdir(exist_ok=True)
    return folder


def unreachable_because(name: str) -> str | None:
    """Why that database cannot be used, in a sentence, or None where it answers."""
    if name == "sqlite":
        return None
    try:
        connect_to_server(name).close()
    except Exception as error:  # noqa: BLE001 - whatever the driver raises is the answer
        server = database_settings(name)
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return f"{server['USER']}@{server['HOST']}:{server['PORT']} does not answer: {first_line}"
    return None


def connect_to_server(name: str) -> Any:
    """Connect to the database server, to no database of the tests; each statement is committed."""
    server = database_settings(name)
    where = {"host": server["HOST"], "port": int(server["PORT"]), "user": server["USER"], "connect_timeout": 5}
    password = server["PASSWORD"]
    if name == "postgresql":
        import psycopg

        return psycopg.connect(**where, password=password or None, dbname="postgres", autocommit=True)
    import pymysql

    return pymysql.connect(**where, password=password, autocommit=True)


def drop_databases(name: str, stem: str) -> None:
    """Drop the databases that an interrupted run has left, those of its workers included."""
    if name == "sqlite":
        for path in _sqlite_folder().glob(f"test_{stem}*"):
            path.unlink(missing_ok=True)
        return
    with connect_to_server(name) as connection, connection.cursor() as cursor:
        catalogue = "SELECT datname FROM pg_database" if name == "postgresql" else "SHOW DATABASES"
        cursor.execute(catalogue)
        for (database,) in cursor.fetchall():
            if database.startswith((f"test_{stem}", f"{stem}_demo")):
                force = " WITH (FORCE)" if name == "postgresql" else ""
                cursor.execute(f"DROP DATABASE IF EXISTS {database}{force}")
