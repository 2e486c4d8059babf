"""The audit log's table, taken away for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from conjure.models import AdminAuditLog


@contextmanager
def without_audit_table() -> Iterator[None]:
    """Drop the table, and create it again at the end; for tests with ``django_db(transaction=True)``."""
    with connection.schema_editor() as editor:
        editor.delete_model(AdminAuditLog)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(AdminAuditLog)
