"""Write many rows of one model alike, in batches, so that memory holds their keys and one batch of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.conf import settings
from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.rules import may_read_rules
from conjure.graphql.writes.changes import RowInput, closing_rule, writable_fields
from conjure.graphql.writes.door import Write, run_write
from conjure.graphql.writes.locking import BATCH_ROWS, in_key_order, lock_rows, require_right
from conjure.graphql.writes.one_row import change_row, delete_locked, reread_saved
from conjure.graphql.writes.plans import get_plan
from conjure.graphql.writes.set_based import SetBasedUpdate, TakeEachRowError, can_update_at_once
from conjure.models import AuditAction
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.batches import batches
from conjure.values.sources import ValueProblem


def parse_keys(spec: ModelSpec, pks: Any) -> list[Any]:
    """The keys of a bulk write, each once, in the order in which every write locks rows.

    Raise InvalidError, under ``ids``, for anything that is not a list of 1 to ``BULK_MAX_ROWS`` keys.
    """
    if not isinstance(pks, list) or not pks:
        raise InvalidError({"ids": ["A list of at least one id is required."]})
    if len(pks) > settings.BULK_MAX_ROWS:
        raise InvalidError({"ids": [f"No more than {settings.BULK_MAX_ROWS} rows can be written at once."]})
    try:
        keys = list(dict.fromkeys(parse_pk(spec, pk) for pk in pks))
    except ValueProblem:
        raise InvalidError({"ids": ["Every id must be a primary key."]}) from None
    return in_key_order(keys)


def bulk_update(context: Context, spec: ModelSpec, pks: Any, data: RowInput) -> int:
    """Set the same values on many rows, all of them or none, and give the number of rows that were found.

    Raise ForbiddenError, or InvalidError; under ``data`` for fields that may not be written.
    """
    at_once = True

    def work(write: Write) -> int:
        keys = parse_keys(spec, pks)
        require_writable(context, spec, None, data, writable_fields(context, get_plan(spec), None))
        if at_once and len(keys) > 1 and can_update_at_once(spec, data):
            return _update_at_once(write, keys, data)
        return _update_each(write, keys, data)

    try:
        return run_write(context, spec, ["change"], work)
    except TakeEachRowError:
        at_once = False  # Saving each row shows which row is not valid, and why.
    return run_write(context, spec, ["change"], work)


def _update_at_once(write: Write, keys: list[Any], data: RowInput) -> int:
    update = SetBasedUpdate(write, data)
    count = 0
    for batch in batches(keys, BATCH_ROWS):
        count += update.apply(batch)
        write.audit()
    return count


def _update_each(write: Write, keys: list[Any], data: RowInput) -> int:
    count = 0
    for batch in batches(keys, BATCH_ROWS):
        for obj in lock_rows(write, batch):
            require_right(write, obj, "change")
            writable = writable_fields(write.context, write.plan, obj)
            require_writable(write.context, write.spec, obj, data, writable)
            change_row(write, obj, data, AuditAction.BULK_UPDATE, writable)
            count += 1
        reread_saved(write)
        write.audit()
    return count


def require_writable(
    context: Context, spec: ModelSpec, obj: Any, data: RowInput, writable: Mapping[str, FieldSpec]
) -> None:
    """Raise InvalidError, under ``data``, for names of anything but the fields that may be written on a row."""
    refused = [name for name in data.values if name not in writable]
    if refused:
        names = ", ".join(data.rename(str(name))[:100] for name in refused[:20])
        told = refused[:20] if may_read_rules(context.user) else []
        rules = dict.fromkeys(closing_rule(context, spec, obj, str(name)) for name in told)
        message = f"These fields may not be written: {names}."
        raise InvalidError({"data": [message]}, rule=", ".join(filter(None, rules)))


def bulk_delete(context: Context, spec: ModelSpec, pks: Any) -> int:
    """Delete many rows, all of them or none, and give the number of rows that were found.

    Raise ForbiddenError, InvalidError, or ProtectedError with the blockers.
    """
    return run_write(context, spec, ["delete"], lambda write: delete_all(write, parse_keys(spec, pks)))


def delete_all(write: Write, keys: list[Any]) -> int:
    """Delete the rows of the keys. A row that was deleted along with an earlier one does not count."""
    count = 0
    for batch in batches(keys, BATCH_ROWS):
        rows = lock_rows(write, batch)
        if not rows:
            continue
        for obj in rows:
            require_right(write, obj, "delete")
        count += delete_locked(write, rows, AuditAction.BULK_DELETE)
        write.audit()
    return count
