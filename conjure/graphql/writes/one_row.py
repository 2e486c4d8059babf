"""Create, change or delete one row: read what was sent, validate, save, and note it for the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conjure.audit.diffs import diff_values
from conjure.audit.log import AuditEntry
from conjure.auth.staff import is_superuser
from conjure.conf import settings
from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.deletes.companions import Companions, find_companions, may_delete_more, noting_companions
from conjure.graphql.deletes.deletion import check_deletion, delete_rows
from conjure.graphql.deletes.files import files_of_deleted_rows
from conjure.graphql.hooks import model_hook, showing_saved_row
from conjure.graphql.rows.labels import make_labels
from conjure.graphql.rows.links import load_links
from conjure.graphql.rows.read import unread_columns
from conjure.graphql.writes.changes import (
    Changes,
    RowInput,
    apply_columns,
    apply_password,
    changed_names,
    leave_odd_values,
    name_errors,
    served_values,
    snapshot,
    writable_fields,
)
from conjure.graphql.writes.door import SavedRow, Write
from conjure.graphql.writes.locking import lock_row, reload_rows
from conjure.graphql.writes.plans import PASSWORD, written_with
from conjure.graphql.writes.privileges import (
    SUPERUSER,
    can_change_privileges,
    is_account,
    privileges_of,
    require_privilege_to_delete,
    require_privilege_to_edit,
    require_privilege_to_set,
)
from conjure.graphql.writes.validation import validate_row
from conjure.models import AuditAction
from conjure.registry import model_key
from conjure.specs.fields import FieldSpec
from conjure.values.batches import batches
from conjure.values.keys import pk_text

KEYS_PER_ENTRY = 100_000
"""An entry of the audit log names no more keys than this."""


def create_row(write: Write, data: RowInput) -> SavedRow:
    """Create a row. Raise ForbiddenError, or InvalidError with every field that is wrong."""
    spec = write.spec
    require_privilege_to_edit(write.context.user, spec, None)
    with model_hook(spec.model, "__init__"):
        obj = spec.model()
    obj._state.db = write.using
    write.saving = (obj, data)
    before = snapshot(obj)
    writable = writable_fields(write.context, write.plan, None, new=True)
    changes = write.reader.read(obj, data, writable)
    _set(write, obj, changes, before)
    _validate(write, obj, data, changes, [name for name, field in writable.items() if not field.is_many])
    return _save(write, obj, changes, SavedRow(obj=obj, action=AuditAction.CREATE, before=None), None)


def update_row(write: Write, pk: Any, data: RowInput, expected_version: str | None = None) -> SavedRow | Any:
    """Change a row, and give the row as it is where nothing changes: then nothing is saved, and nothing logged.

    Raise NotFoundError, ForbiddenError, ConflictError, or InvalidError with every field that is wrong.
    """
    obj = lock_row(write, pk, "change", expected_version)
    writable = writable_fields(write.context, write.plan, obj)
    return change_row(write, obj, data, AuditAction.UPDATE, writable) or obj


def change_row(write: Write, obj: Any, data: RowInput, action: str, writable: dict[str, FieldSpec]) -> SavedRow | None:
    """Change the ``writable`` fields of a row that is locked and may be changed; None where nothing changes."""
    write.saving = (obj, data)
    before = snapshot(obj)
    changes = write.reader.read(obj, data, writable)
    if not (changes.columns or changes.links or changes.password or changes.problems):
        return None
    changed = _set(write, obj, changes, before)
    _validate(write, obj, data, changes, changed)
    if write.plan.may_change_in_validation(obj):
        changed = changed_names(obj, before)
    return _save(write, obj, changes, SavedRow(obj=obj, action=action, before=before), changed)


def delete_row(write: Write, pk: Any, expected_version: str | None = None) -> Any:
    """Delete a row, and what goes with it; give its key.

    Raise NotFoundError, ForbiddenError, ConflictError, or ProtectedError with the blockers.
    """
    reread_saved(write)
    obj = lock_row(write, pk, "delete", expected_version)
    key = obj.pk
    delete_locked(write, [obj], AuditAction.DELETE)
    return key


def _make_entry(model: Any, obj: Any, label: str, action: str, diff: Mapping[str, Any]) -> AuditEntry:
    key = model_key(model)
    return AuditEntry(model_label=key, object_pk=pk_text(obj.pk), object_repr=label, action=action, diff=diff)


def reread_saved(write: Write) -> None:
    """Read the rows that were saved since the last call as the database has them now, and note them for the log."""
    if not write.saved:
        return
    saved, write.saved = write.saved, []
    fresh = reload_rows(write, [row.obj for row in saved])
    for row, obj, label in zip(saved, fresh, make_labels(fresh), strict=True):
        row.fresh = obj
        _require_readable(write, row)
        _note(write, row, label)


# Steps.


def _set(write: Write, obj: Any, changes: Changes, before: Mapping[str, Any]) -> list[str]:
    """Set the columns and the password; give the names of the columns that changed, where it matters.

    Raise ForbiddenError where the user would grant privileges that they may not grant.
    """
    held = privileges_of(obj) if is_account(write.spec.model) else ()
    apply_columns(obj, changes)
    guarded = can_change_privileges(write.spec.model)
    changed = [] if obj._state.adding and not guarded else changed_names(obj, before)
    if guarded:
        user = write.context.user
        linked = [link.field.name for link in changes.links]
        require_privilege_to_set(
            user, write.spec, [*changed, *linked], [(link.field, link.add) for link in changes.links]
        )
        if held and privileges_of(obj) != held and not is_superuser(user):
            raise ForbiddenError("Only a superuser may make somebody staff or a superuser.", rule=SUPERUSER)
    if write.plan.has_password:
        apply_password(obj, changes)
        if obj.password != before.get(PASSWORD):
            changed.append(PASSWORD)
    return changed


def _validate(write: Write, obj: Any, data: RowInput, changes: Changes, fields: list[str]) -> None:
    problems = changes.problems
    with model_hook(obj, "clean"):
        validate_row(
            write.plan,
            obj,
            fields=fields,
            checked=changes.checked,
            defaulted=changes.defaulted,
            problems=problems,
            using=write.using,
        )
    if problems:
        raise InvalidError(name_errors(write.plan, data, problems))


def _save(write: Write, obj: Any, changes: Changes, row: SavedRow, changed: list[str] | None) -> SavedRow:
    if changed is None or changed:
        _save_columns(write, obj, changed)
    for link in changes.links:
        with model_hook(obj, f"{link.field.name}.set"):
            link.apply(obj)
    write.end_saving()
    row.sent, row.links, row.sets_password = changes.columns.keys(), changes.links, changes.password is not None
    write.saved.append(row)
    return row


def _save_columns(write: Write, obj: Any, changed: list[str] | None) -> None:
    """Save a new row (None), or only the changed columns of a row where a whole save would do nothing else."""
    if changed is not None and not write.plan.saves_plainly:
        leave_odd_values(write.plan, obj, changed)
    with model_hook(obj, "save"):
        _call_save(write, obj, changed)


def _call_save(write: Write, obj: Any, changed: list[str] | None) -> None:
    plan, spec = write.plan, write.spec
    if plan.has_own_save_model or (plan.has_own_save and changed is not None):
        spec.config.save_model(write.context.request, obj, None, changed is not None)
    elif changed is None:
        obj.save(force_insert=True, using=write.using)
    elif plan.saves_plainly and not plan.is_of_other_class(obj):
        stamped = [model_field.name for model_field in plan.auto_now]
        obj.save(update_fields={*written_with(spec.model, changed), *stamped}, using=write.using)
    else:
        obj.save(using=write.using)


def _require_readable(write: Write, row: SavedRow) -> None:
    """Raise InvalidError, which undoes the write, for values that were sent and cannot be read, or shown, again."""
    unread = unread_columns(row.fresh)
    lost = {name: [_UNREADABLE] for name in row.sent if write.plan.columns[name].field.attname in unread}
    if lost:
        raise InvalidError(name_errors(write.plan, write.saving[1], lost))
    with showing_saved_row(write.spec):
        for name in row.sent:
            column = write.plan.columns[name]
            column.read(getattr(row.fresh, column.field.attname))


_UNREADABLE = "The database cannot give this value back."


def _note(write: Write, row: SavedRow, label: str) -> None:
    fresh, before = row.fresh, row.before or {}
    old_links = {} if row.before is None else {link.field.name: link.before for link in row.links}
    new_links = {link.field.name: link.after for link in row.links}
    diff = diff_values(
        served_values(write.spec, before, old_links), served_values(write.spec, snapshot(fresh), new_links)
    )
    if row.sets_password:
        diff[PASSWORD] = [before.get(PASSWORD), fresh.password]
    if diff:
        write.entries.append(_make_entry(write.spec.model, fresh, label, row.action, diff))
    for model_field in write.plan.files:
        old = before.get(model_field.name)
        if old and old != (getattr(fresh, model_field.attname).name or ""):
            write.files.release(model_field, old)


# Deletes.


def delete_locked(write: Write, rows: Sequence[Any], action: str) -> int:
    """Delete rows that are locked and may be deleted; give their number.

    Raise ForbiddenError for rows that the user may not delete, ProtectedError with the blockers.
    """
    context, spec = write.context, write.spec
    require_privilege_to_delete(context.user, spec, rows, write.using)
    check_deletion(context, spec, rows)
    entries = _describe_deleted(write, rows, action)
    for model_field, name in files_of_deleted_rows(spec, rows, write.using):
        write.files.release(model_field, name)
    if may_delete_more(spec):
        with noting_companions(context, rows, lambda found: _describe_deleted(write, found, action)) as noted:
            count = delete_rows(context, spec, rows)
        entries += _companion_entries(noted.found(), action)
    else:
        if settings.AUDIT:
            found = find_companions(spec, rows, lambda found: _describe_deleted(write, found, action))
            entries += _companion_entries(found, action)
        count = delete_rows(context, spec, rows)
    write.entries.extend(entries)
    return count


def _describe_deleted(write: Write, rows: Sequence[Any], action: str) -> list[AuditEntry]:
    """The entries of rows of one model that are about to be deleted. Of a model that is not registered, no values."""
    model = type(rows[0])
    spec = write.spec if isinstance(rows[0], write.spec.model) else write.context.specs.for_model(model)
    links = {} if spec is None else {field.name: load_links(field, rows, write.using) for field in spec.many}
    entries = []
    for row, label in zip(rows, make_labels(rows), strict=True):
        linked = {name: by_key.get(row.pk, []) for name, by_key in links.items()}
        values = {} if spec is None else served_values(spec, snapshot(row), linked)
        registered = model if spec is None else spec.model
        entries.append(_make_entry(registered, row, label, action, diff_values(values, {})))
    return entries


def _companion_entries(companions: Iterable[Companions[AuditEntry]], action: str) -> Iterator[AuditEntry]:
    """An entry for each row, or of a model of which too many rows are deleted too, entries that name the keys."""
    for found in companions:
        if found.entries is not None:
            yield from found.entries
            continue
        options = found.model._meta
        for keys in batches(found.keys, KEYS_PER_ENTRY):
            text = f"{len(keys)} {options.verbose_name_plural}"
            yield AuditEntry(
                model_label=model_key(found.model),
                object_pk="",
                object_repr=text,
                action=action,
                diff={"pks": [keys, None]},
            )
