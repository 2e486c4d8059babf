"""Checks of the databases: those that ask them run with ``migrate`` and ``check --database``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.conf import settings as django_settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.migrations.recorder import MigrationRecorder

from conjure.conf import settings
from conjure.models import AdminAuditLog
from conjure.orm.time_zones import knows_zone
from conjure.orm.timeouts import VENDORS


def check_databases(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The databases know the project's time zone, and the audit log has its table."""
    zone = django_settings.TIME_ZONE
    unknown_zones = [
        checks.Warning(
            f"The database {alias!r} knows no time zones: filters by parts of times in {zone}, and groups of them, are "
            "refused.",
            hint="Load them: mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql -u root mysql",
            id="conjure.W007",
        )
        for alias in databases or ()
        if not knows_zone(alias, zone)
    ]
    return [*unknown_zones, *chain.from_iterable(map(check_audit_table, databases or ()))]


def check_audit_table(alias: str) -> Iterator[CheckMessage]:
    """The table of the audit log has all columns; in a database that nothing has been migrated in, none is expected.

    A warning, since an error would stop ``migrate`` itself.
    """
    connection = connections[alias]
    if not (router.allow_migrate_model(alias, AdminAuditLog) and MigrationRecorder(connection).applied_migrations()):
        return
    table = AdminAuditLog._meta.db_table
    with connection.cursor() as cursor:
        there = (
            {column.name for column in connection.introspection.get_table_description(cursor, table)}
            if table in connection.introspection.table_names(cursor)
            else set()
        )
    missing = [str(field.column) for field in AdminAuditLog._meta.concrete_fields if field.column not in there]
    if missing:
        lacks = f"the columns {', '.join(missing)} of the table {table}" if there else f"the table {table}"
        yield checks.Warning(
            f"The database {alias!r} lacks {lacks} of the audit log: every write fails.",
            hint=f"Run manage.py migrate conjure{'' if alias == DEFAULT_DB_ALIAS else f' --database {alias}'}",
            id="conjure.W010",
        )


def check_statement_timeout() -> Iterator[CheckMessage]:
    """``STATEMENT_TIMEOUT`` has an effect on every database."""
    if settings.STATEMENT_TIMEOUT is None:
        return
    for alias in connections:
        vendor = connections[alias].vendor
        if vendor not in VENDORS:
            message = (
                f'CONJURE["STATEMENT_TIMEOUT"] has no effect on the database {alias!r}, whose backend is {vendor}.'
            )
            yield checks.Warning(message, hint="Set a timeout in the database itself.", id="conjure.W009")
