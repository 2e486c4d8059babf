"""Checks of the databases: those that ask them run with ``migrate`` and ``check --database``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import import_string

from conjure.conf import settings
from conjure.models import AdminAuditLog
from conjure.orm.primary import PrimaryRouter
from conjure.orm.time_zones import knows_zone
from conjure.orm.timeouts import VENDORS
from conjure.registry import model_key, registry

# A router may choose a replica by chance.
_ASKED = 10
_ROUTER = f"{PrimaryRouter.__module__}.{PrimaryRouter.__qualname__}"
_APPS_OF_LOGINS = {
    "django.contrib.sessions": "sessions",
    "rest_framework_simplejwt.token_blacklist": "token_blacklist",
}


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


def check_replicas() -> Iterator[CheckMessage]:
    """Where routers send reads to replicas, writes and logins read from the primary all the same."""
    has_router = _begins_with_our_router(django_settings.DATABASE_ROUTERS)
    hint = f'Make "{_ROUTER}" the first of DATABASE_ROUTERS.'
    if settings.READ_YOUR_WRITES is not None and not has_router:
        yield checks.Error('CONJURE["READ_YOUR_WRITES"] needs its router.', hint=hint, id="conjure.E006")
    if not django_settings.DATABASE_ROUTERS:
        return
    if settings.READ_YOUR_WRITES is None and not has_router:
        replicated = sorted(key for key, config in registry.items() if _is_replicated(config.model))
        if replicated:
            named = ", ".join(replicated[:5])
            message = f"Routers read {named} from another database than they write: so do the checks of writes."
            yield checks.Warning(message, hint=hint, id="conjure.W011")
    for model in _models_of_logins():
        if _is_replicated(model):
            message = f"Routers read {model_key(model)} from another database than they write: logins and logouts lag."
            hint = "Let db_for_read give the primary for it."
            yield checks.Warning(message, hint=hint, id="conjure.W012")


def _begins_with_our_router(routers: Sequence[Any]) -> bool:
    first = next(iter(routers), None)
    found = import_string(first) if isinstance(first, str) else type(first)
    return isinstance(found, type) and issubclass(found, PrimaryRouter)


def _is_replicated(model: type[models.Model]) -> bool:
    return {router.db_for_read(model) for _ in range(_ASKED)} != {router.db_for_write(model)}


def _models_of_logins() -> Iterator[type[models.Model]]:
    """What a login writes and the next request reads: the users, and the tables of sessions and of revoked tokens."""
    yield get_user_model()
    for app, label in _APPS_OF_LOGINS.items():
        if apps.is_installed(app):
            yield from apps.get_app_config(label).get_models()
