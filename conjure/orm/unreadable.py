"""Which errors say that a value of a row could not be read, although the database gave it."""

from __future__ import annotations

from django.db import DataError, Error, OperationalError


def is_about_reading(error: Exception) -> bool:
    """Whether making Python values of a row failed: in a field or model, or already in the database's driver.

    psycopg has no Python value for the last days of PostgreSQL's calendar, nor for its infinity; sqlite3 none for text
    that is not UTF-8. Whatever else a database or its driver raises means the statement, not a value.
    """
    if not isinstance(error, Error):
        return True
    cause = error.__cause__
    if isinstance(error, DataError):
        # What the server refuses has a code.
        return type(cause).__module__.startswith("psycopg") and getattr(cause, "sqlstate", None) is None
    return isinstance(error, OperationalError) and str(error).startswith("Could not decode to UTF-8")
