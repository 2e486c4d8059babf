"""Create, change or delete one row: read what was sent, validate, save, and note it for the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conjure.audit.diffs import diff_values
from conjure.audit.log import AuditEntry
from conjure.exceptions import ForbiddenError, InvalidError
from conjure.graphql.deletes.deletion import check_deletion, delete_rows
from conjure.graphql.deletes.files import files_of_deleted_rows
from conjure.graphql.hooks import model_hook
from conjure.graphql.rows.labels import make_labels
from conjure.graphql.rows.links import load_links
from conjure.graphql.writes.changes import (
    Changes,
    RowInput,
    apply_columns,
    apply_password,
    changed_names,
    name_errors,
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
from conjure.values.keys import pk_text


def create_row(write: Write, data: RowInput) -> SavedRow:
    """Create a row. Raise ForbiddenError, or InvalidError with every field that is wrong."""
    spec = write.spec
    require_privilege_to_edit(write.context.user, spec, None)
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
    return change_row(write, obj, data, AuditAction.UPDATE) or obj


def change_row(write: Write, obj: Any, data: RowInput, action: str) -> SavedRow | None:
    """Change a row that is locked and may be changed; None where nothing changes."""
    write.saving = (obj, data)
    before = snapshot(obj)
    changes = write.reader.read(obj, data, writable_fields(write.context, write.plan, obj))
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
    context, spec = write.context, write.spec
    reread_saved(write)
    obj = lock_row(write, pk, "delete", expected_version)
    require_privilege_to_delete(context.user, spec, [obj], write.using)
    check_deletion(context, spec, [obj])
    entries = deletion_entries(write, [obj], AuditAction.DELETE)
    for model_field, name in files_of_deleted_rows(spec, [obj], write.using):
        write.files.release(model_field, name)
    key = obj.pk
    delete_rows(context, spec, [obj])
    write.entries.extend(entries)
    return key


def deletion_entries(write: Write, objs: Sequence[Any], action: str) -> list[AuditEntry]:
    """The audit log's entries of rows that are about to be deleted."""
    links = {field.name: load_links(field, objs, write.using) for field in write.spec.many}
    return [
        _make_entry(write, obj, label, action, diff_values(_served(write, snapshot(obj), _links_of(links, obj)), {}))
        for obj, label in zip(objs, make_labels(objs), strict=True)
    ]


def _links_of(links: Mapping[str, Mapping[Any, list[Any]]], obj: Any) -> dict[str, list[Any]]:
    return {name: by_key.get(obj.pk, []) for name, by_key in links.items()}


def _make_entry(write: Write, obj: Any, label: str, action: str, diff: Mapping[str, Any]) -> AuditEntry:
    key = model_key(write.spec.model)
    return AuditEntry(model_label=key, object_pk=pk_text(obj.pk), object_repr=label, action=action, diff=diff)


def reread_saved(write: Write) -> None:
    """Read the rows that were saved since the last call as the database has them now, and note them for the log."""
    if not write.saved:
        return
    saved, write.saved = write.saved, []
    fresh = reload_rows(write, [row.obj for row in saved])
    for row, obj, label in zip(saved, fresh, make_labels(fresh), strict=True):
        row.fresh = obj
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
        if held and privileges_of(obj) != held and not getattr(user, "is_superuser", False):
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
        link.apply(obj)
    write.end_saving()
    row.links, row.sets_password = changes.links, changes.password is not None
    write.saved.append(row)
    return row


def _save_columns(write: Write, obj: Any, changed: list[str] | None) -> None:
    """Save a new row (None), or only the changed columns of a row where a whole save would do nothing else."""
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


def _note(write: Write, row: SavedRow, label: str) -> None:
    fresh, before = row.fresh, row.before or {}
    old_links = {} if row.before is None else {link.field.name: link.before for link in row.links}
    new_links = {link.field.name: link.after for link in row.links}
    diff = diff_values(_served(write, before, old_links), _served(write, snapshot(fresh), new_links))
    if row.sets_password:
        diff[PASSWORD] = [before.get(PASSWORD), fresh.password]
    if diff:
        write.entries.append(_make_entry(write, fresh, label, row.action, diff))
    for model_field in write.plan.files:
        old = before.get(model_field.name)
        if old and old != (getattr(fresh, model_field.attname).name or ""):
            write.files.release(model_field, old)


def _served(write: Write, values: Mapping[str, Any], links: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the log may show: those of fields that are served, so none of excluded columns."""
    by_name = write.spec.by_name
    return {**{name: value for name, value in values.items() if name in by_name}, **links}
