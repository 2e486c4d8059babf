"""The audit trail: who wrote what and from where, inserted in the write's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections, router
from django.db.models import Model
from django.utils import timezone

from conjure.audit.diffs import to_safe_diff
from conjure.caches import cached
from conjure.conf import settings
from conjure.encoding import make_storable
from conjure.exceptions import NotMigratedError
from conjure.models import ACTION_PREFIX, AdminAuditLog, AuditAction
from conjure.orm.refusals import is_about_missing
from conjure.registry import model_key
from conjure.values.keys import pk_text

BATCH_ROWS = 500
# MariaDB takes 16 MB a statement; JSON escapes may make six bytes of a character.
BATCH_CHARACTERS = 1_000_000
LACKS_TABLE = "The database lacks the table of the audit log, or a column of it: run manage.py migrate conjure."
_MULTI_ROW_VENDORS = {"sqlite", "postgresql", "mysql"}
_USER_MAY_BE_GONE = {AuditAction.DELETE, AuditAction.BULK_DELETE}


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One object's line in the log; ``diff`` is ``{field: [before, after]}`` with the values as Python has them."""

    model_label: str
    object_pk: str
    object_repr: str
    action: str
    diff: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @classmethod
    def for_action(cls, model: type[Model], key: str, pks: Sequence[Any]) -> AuditEntry:
        """The one entry of a custom action's run, which names every pk that it was given under ``pks``."""
        noun = model._meta.verbose_name if len(pks) == 1 else model._meta.verbose_name_plural
        return cls(
            model_label=model_key(model),
            object_pk=pk_text(pks[0]) if len(pks) == 1 else "",
            object_repr=f"{len(pks)} {noun}",
            action=f"{ACTION_PREFIX}{key}",
            diff={"pks": [None, list(pks)]},
        )


def write_audit(request_user: Any, ip: str | None, entries: Iterable[AuditEntry], *, using: str) -> None:
    """Insert the entries, in batches, for this user (None for nobody known) and address, as ``client_ip`` gives it.

    Call it inside the write's transaction on the database ``using``: an insert that fails raises, and so takes the
    write with it. Entries are taken one batch at a time, so a generator keeps memory flat. Does nothing where the
    setting ``AUDIT`` is off. Raise NotMigratedError where the table, or a column of it, is missing.
    """
    if not settings.AUDIT:
        return
    alias = audit_database(using)
    common: dict[str, Any] = {**_name_actor(request_user), "ip": ip, "created_at": timezone.now()}
    for batch in _batch(entries):
        if common["actor_id"] is not None and any(map(_may_delete_users, batch)) and _is_gone(common["actor_id"]):
            common["actor_id"] = None
        try:
            _insert([_values_of(entry) for entry in batch], common, alias)
        except DatabaseError as error:
            if is_about_missing(error):
                raise NotMigratedError(LACKS_TABLE) from error
            raise


def not_migrated(error: DatabaseError) -> NotMigratedError:
    """What to tell of a table or a column that the database lacks: of the log's, which migration makes it."""
    return NotMigratedError(LACKS_TABLE if AdminAuditLog._meta.db_table in str(error) else "")


def audit_database(using: str) -> str:
    """The database that holds the audit rows of writes to ``using``: that one itself, so that one transaction has
    both, unless its table is not there by the project's routers; then the one that the routers name.

    Where the two differ, hold a transaction on both.
    """
    routed = router.db_for_write(AdminAuditLog)
    if using == routed or not router.allow_migrate_model(using, AdminAuditLog):
        return routed
    try:
        _require_table(using)
    except LookupError:
        return routed
    return using


@cached(maxsize=64)
def _require_table(alias: str) -> None:
    """Raise LookupError where the audit table is not there (yet): that answer is not cached."""
    if AdminAuditLog._meta.db_table not in connections[alias].introspection.table_names():
        raise LookupError(alias)


def _batch(entries: Iterable[AuditEntry]) -> Iterator[list[AuditEntry]]:
    batch: list[AuditEntry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += _count_characters(entry.diff)
        if len(batch) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_SHORT = {int, float, bool, type(None), Decimal, date, datetime, time, timedelta, UUID}


def _count_characters(diff: Mapping[str, Any]) -> int:
    """About how long the diff is as JSON. Called for every row of a bulk: only what can be long is looked into."""
    size = 0
    for name, pair in diff.items():
        size += len(name)
        for value in pair:
            kind = value.__class__
            size += len(value) if kind is str else 20 if kind in _SHORT else _count_deeply(value)
    return size


def _count_deeply(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(str(key)) + _count_deeply(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_count_deeply, value))
    return 8


def _values_of(entry: AuditEntry) -> dict[str, Any]:
    return {
        "model_label": entry.model_label[:255],
        "object_pk": make_storable(entry.object_pk)[:255],
        "object_repr": make_storable(entry.object_repr)[:200],
        "action": make_storable(entry.action)[:100],
        "diff": to_safe_diff(entry.diff),
    }


def _insert(rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any], alias: str) -> None:
    """One INSERT of all rows. Of a bulk update, making an instance for each was four fifths of the time."""
    connection = connections[alias]
    if connection.vendor not in _MULTI_ROW_VENDORS:
        instances = [AdminAuditLog(**row, **common) for row in rows]
        AdminAuditLog._base_manager.using(alias).bulk_create(instances, batch_size=BATCH_ROWS)
        return
    fields = {f.attname: f for f in AdminAuditLog._meta.concrete_fields if f.attname in {*common, *rows[0]}}
    shared = {name: fields[name].get_db_prep_save(value, connection) for name, value in common.items()}
    diff = fields["diff"]
    parameters: list[Any] = []
    for row in rows:
        values = {**shared, **row, "diff": diff.get_db_prep_save(row["diff"], connection)}
        parameters.extend(values[name] for name in fields)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields.values())
    row_sql = f"({', '.join(['%s'] * len(fields))})"
    table = quote(AdminAuditLog._meta.db_table)
    with connection.cursor() as cursor:
        # Names of our own columns; every value is a parameter.
        sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([row_sql] * len(rows))}"  # noqa: S608
        cursor.execute(sql, parameters)


def _name_actor(user: Any) -> dict[str, Any]:
    if user is None or not getattr(user, "is_authenticated", False):
        return {"actor_id": None, "actor_name": ""}
    # A token's stand-in for a user has a name, but no row that the foreign key could point to.
    pk = user.pk if isinstance(user, get_user_model()) else None
    name = user.get_username() if hasattr(user, "get_username") else str(user)
    return {"actor_id": pk, "actor_name": make_storable(str(name))[:255]}


def _may_delete_users(entry: AuditEntry) -> bool:
    return entry.action in _USER_MAY_BE_GONE or entry.action.startswith(ACTION_PREFIX)


def _is_gone(pk: Any) -> bool:
    return not get_user_model()._base_manager.filter(pk=pk).exists()
