"""Which errors the database itself raised, and which say that a value that it gave could not be read."""

from __future__ import annotations

from django.db import DataError, Error, OperationalError, connections


def is_of_database(error: BaseException) -> bool:
    """Whether a database or its driver raised an error, so that a transaction may be broken.

    Anybody else may use Django's classes, too: the project's code and third parties' fields.
    """
    drivers: list[type[Exception]] = [c.Database.Error for c in connections.all(initialized_only=True)]  # type: ignore[attr-defined]
    return isinstance(error, Error) and isinstance(error.__cause__, tuple(drivers))


def is_after_a_failure(error: BaseException) -> bool:
    """Whether PostgreSQL refuses a statement for no fault of its own, but since another one has failed before it."""
    return getattr(error.__cause__, "sqlstate", None) == "25P02"


def is_about_reading(error: Exception) -> bool:
    """Whether making Python values of a row failed: in a field or model, or already in the database's driver.

    psycopg has no Python value for the last days of PostgreSQL's calendar, nor for its infinity; sqlite3 none for text
    that is not UTF-8. Whatever else a database or its driver raises means the statement, not a value.
    """
    if not is_of_database(error):
        return True
    cause = error.__cause__
    if isinstance(error, DataError):
        # What the server refuses has a code.
        return type(cause).__module__.startswith("psycopg") and getattr(cause, "sqlstate", None) is None
    return isinstance(error, OperationalError) and str(error).startswith("Could not decode to UTF-8")
