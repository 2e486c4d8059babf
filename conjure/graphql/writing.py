"""The one door: every write, of every kind, through one function, in one transaction, with its audit and its files."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import DatabaseError, IntegrityError, connections, models, router

from conjure.audit import AuditAction, AuditEntry, diff_values, write_audit
from conjure.auth.addresses import client_ip
from conjure.conf import settings
from conjure.exceptions import (
    NON_FIELD_ERRORS,
    ConflictError,
    ConjureError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from conjure.graphql.changes import (
    ChangeReader,
    Changes,
    Sent,
    apply_columns,
    apply_password,
    changed_names,
    name_errors,
    snapshot,
    writable_fields,
)
from conjure.graphql.context import Context
from conjure.graphql.deletion import check_deletion, delete_rows
from conjure.graphql.doomed_files import doomed_files
from conjure.graphql.files import FileJournal
from conjure.graphql.links import load_links
from conjure.graphql.permissions import Right
from conjure.graphql.privileges import (
    is_account,
    is_delicate,
    privileges_of,
    require_privilege_to_edit,
    require_privilege_to_set,
)
from conjure.graphql.querysets import Rows, is_scoped, scoped_rows
from conjure.graphql.row_validation import errors_of, explain_integrity_error, validate_row
from conjure.graphql.targets import Targets
from conjure.graphql.transactions import in_transaction, is_about_locks
from conjure.graphql.values import ValueProblem, parse_pk
from conjure.graphql.versions import require_version
from conjure.graphql.write_plans import PASSWORD, get_plan, written_with
from conjure.specs import ModelSpec

T = TypeVar("T")
_NOTHING_SENT = Sent(values={})


class Write:
    """One write under way: what it has found, stored and changed so far. Its methods run inside its transaction."""

    def __init__(self, context: Context, spec: ModelSpec, using: str) -> None:
        self.context = context
        self.spec = spec
        self.plan = get_plan(spec)
        self.using = using
        self.targets = Targets(context)
        self.files = FileJournal(using)
        self.reader = ChangeReader(context, self.plan, self.targets, using)
        self.entries: list[AuditEntry] = []
        # The row and the values that are being saved, for the explanation should the database refuse them.
        self.saving: tuple[models.Model | None, Sent] = (None, _NOTHING_SENT)

    def audit(self) -> None:
        """Insert the audit entries so far."""
        if self.entries:
            request = self.context.request
            write_audit(self.context.user, client_ip(request), self.entries, using=self.using)
            self.entries = []


def run_write(context: Context, spec: ModelSpec, work: Callable[[Write], T]) -> T:
    """Run the work of a write: in one transaction with its audit, tried again where it met another, files with it.

    Raise InvalidError for what the model, its hooks or the database refuse, by the names that the client used;
    UnavailableError where locks could not be had; and what the work itself raises.
    """
    writes: list[Write] = []

    def attempt() -> T:
        write = Write(context, spec, router.db_for_write(spec.model))
        writes.append(write)
        result = work(write)
        write.audit()
        write.files.settle()
        return result

    try:
        result = in_transaction(router.db_for_write(spec.model), attempt)
    except BaseException as error:
        _undo_files(writes)
        refusal = _explain(error, writes[-1]) if writes else None
        if refusal is None:
            raise
        raise refusal from error
    _undo_files(writes[:-1])
    return result


def _undo_files(writes: Sequence[Write]) -> None:
    for write in writes:
        write.files.undo()


def _explain(error: BaseException, write: Write) -> ConjureError | None:
    """What an exception of Django's means for the client, or None where it means what it says."""
    obj, sent = write.saving
    errors: Mapping[str, list[str]]
    if isinstance(error, ValidationError):
        errors = errors_of(error)
    elif isinstance(error, IntegrityError):
        errors = explain_integrity_error(error, obj)
    elif isinstance(error, SuspiciousOperation):
        # Storages raise it for names that lead out of their folder.
        errors = {NON_FIELD_ERRORS: ["A file name is not allowed."]}
    elif isinstance(error, DatabaseError) and not write.spec.options.managed and not is_about_locks(error):
        # Views and foreign tables: whether they can be written only the database knows.
        return InvalidError(f"The database does not let {write.spec.verbose_name_plural} be written.")
    else:
        return None
    return InvalidError(name_errors(write.plan, sent, errors))


# Rows.


def create_row(write: Write, sent: Sent) -> Any:
    """Create a row and give it as it was saved.

    Raise ForbiddenError, or InvalidError with every field that is wrong.
    """
    context, spec = write.context, write.spec
    context.permissions.require("add", spec)
    require_privilege_to_edit(context.user, spec, None)
    obj = spec.model()
    obj._state.db = write.using
    write.saving = (obj, sent)
    before = snapshot(obj)
    writable = writable_fields(context, write.plan, None)
    changes = write.reader.read(obj, sent, writable)
    _require_privileges(write, obj, changes, before)
    if write.plan.has_password:
        apply_password(obj, changes)
    _validate(write, obj, sent, changes, [name for name, field in writable.items() if not field.is_many])
    write.files.watch(obj, write.plan.files)
    _save(write, obj, None)
    for link in changes.links:
        link.apply(obj)
    fresh = reload_row(write, obj)
    after = describe_row(write, fresh, {link.field.name: link.after for link in changes.links})
    write.entries.append(AuditEntry.for_object(fresh, AuditAction.CREATE, diff_values({}, after)))
    return fresh


def update_row(
    write: Write, pk: Any, sent: Sent, expected_version: str | None = None, action: str = AuditAction.UPDATE
) -> Any:
    """Change a row and give it as it is then. Where nothing changes nothing is saved, and nothing written to the log.

    Raise NotFoundError, ForbiddenError, ConflictError, or InvalidError with every field that is wrong.
    """
    write.context.permissions.require("change", write.spec)
    obj = lock_row(write, pk)
    require_version_and_right(write, obj, "change", expected_version)
    return change_row(write, obj, sent, action)


def change_row(write: Write, obj: Any, sent: Sent, action: str) -> Any:
    """Change a row that is locked and may be changed."""
    write.saving = (obj, sent)
    before = snapshot(obj)
    changes = write.reader.read(obj, sent, writable_fields(write.context, write.plan, obj))
    _require_privileges(write, obj, changes, before)
    if write.plan.has_password:
        apply_password(obj, changes)
    if not (changes.columns or changes.links or changes.password or changes.problems):
        return obj
    _validate(write, obj, sent, changes, changed_names(obj, before))
    changed = changed_names(obj, before)
    write.files.watch(obj, write.plan.files)
    if changed:
        _save(write, obj, changed)
    for link in changes.links:
        link.apply(obj)
    fresh = reload_row(write, obj)
    _release_replaced(write, before, fresh)
    links = {link.field.name: link for link in changes.links}
    diff = diff_values(
        _served(write, before, {name: link.before for name, link in links.items()}),
        describe_row(write, fresh, {name: link.after for name, link in links.items()}),
    )
    if changes.password is not None:
        diff[PASSWORD] = [before.get(PASSWORD), fresh.password]
    if diff:
        write.entries.append(AuditEntry.for_object(fresh, action, diff))
    return fresh


def delete_row(write: Write, pk: Any, expected_version: str | None = None) -> Any:
    """Delete a row, and what goes with it; give it as it was.

    Raise NotFoundError, ForbiddenError, ConflictError, or ProtectedError with the blockers.
    """
    context, spec = write.context, write.spec
    context.permissions.require("delete", spec)
    obj = lock_row(write, pk)
    require_version_and_right(write, obj, "delete", expected_version)
    check_deletion(context, spec, [obj])
    links = {field.name: load_links(obj, field, write.using) for field in spec.many}
    entry = AuditEntry.for_object(obj, AuditAction.DELETE, diff_values(describe_row(write, obj, links), {}))
    for model_field, name in doomed_files(spec, [obj], write.using):
        write.files.release(model_field, name)
    deleted = copy.copy(obj)
    delete_rows(context, spec, [obj])
    write.entries.append(entry)
    return deleted


def require_version_and_right(write: Write, obj: Any, right: Right, expected_version: str | None = None) -> None:
    """Raise ForbiddenError where the user may not do this to this row, ConflictError where it is another version."""
    context, spec = write.context, write.spec
    if not context.permissions.can(right, spec, obj):
        raise ForbiddenError(f"You do not have permission to {right} this {spec.verbose_name}.")
    require_privilege_to_edit(context.user, spec, obj)
    require_version(context, spec, obj, expected_version)


# Steps.


def lock_row(write: Write, pk: Any) -> Any:
    """The row of a pk, locked until the transaction ends. Raise NotFoundError where there is none for this user."""
    try:
        value = parse_pk(write.spec, pk)
    except ValueProblem:
        raise NotFoundError from None
    found = lock_rows(write, [value])
    if not found:
        raise NotFoundError
    return found[0]


def lock_rows(write: Write, pks: list[Any]) -> list[Any]:
    """Those rows of the pks that exist for this user, in the order of their pks, locked until the transaction ends."""
    try:
        return list(_locked_rows(write, pks))
    except (DatabaseError, ConjureError):
        raise
    except Exception:
        logging.getLogger(settings.LOGGER_NAME).exception("Rows of %s cannot be read.", write.spec.key)
        # What a field of theirs cannot read must not be overwritten unseen.
        raise InvalidError(f"A value of this {write.spec.verbose_name} cannot be read, so it is not changed.") from None


def _locked_rows(write: Write, pks: list[Any]) -> Rows:
    spec = write.spec
    every: Rows = models.QuerySet(spec.model, using=write.using)
    rows = every.filter(pk=pks[0]) if len(pks) == 1 else every.filter(pk__in=pks)
    if is_scoped(spec) or type(spec.model._default_manager) is not models.Manager:
        # A subquery: joins, aggregates and DISTINCT of a scope cannot be locked.
        visible = scoped_rows(write.context, spec).using(write.using).filter(pk__in=pks)
        rows = rows.filter(pk__in=visible.order_by().values("pk"))
    features = connections[write.using].features
    # Keys are never changed, so rows that point here need not wait.
    rows = rows.select_for_update(no_key=features.has_select_for_no_key_update)
    # Without the model's own ordering, which may join tables whose rows cannot be locked.
    return rows.order_by() if len(pks) == 1 else rows.order_by("pk")


def reload_row(write: Write, obj: Any) -> Any:
    """The row as the database has it now: with what columns, triggers and hooks have made of the values."""
    rows: Rows = models.QuerySet(write.spec.model, using=write.using)
    found = list(rows.order_by().filter(pk=obj.pk))
    if not found:
        raise ConflictError
    return found[0]


def _validate(write: Write, obj: Any, sent: Sent, changes: Changes, fields: list[str]) -> None:
    problems = changes.problems
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
        raise InvalidError(name_errors(write.plan, sent, problems))


def _save(write: Write, obj: Any, changed: list[str] | None) -> None:
    """Save a new row (None), or the changed columns where that is the same as saving the row."""
    plan, spec = write.plan, write.spec
    if plan.has_own_save_model or (plan.has_own_save and changed is not None):
        spec.config.save_model(write.context.request, obj, None, changed is not None)
    elif changed is None:
        obj.save(force_insert=True, using=write.using)
    elif plan.saves_plainly:
        stamped = [model_field.name for model_field in plan.auto_now]
        obj.save(update_fields={*written_with(spec.model, changed), *stamped}, using=write.using)
    else:
        obj.save(using=write.using)


def _require_privileges(write: Write, obj: Any, changes: Changes, before: dict[str, Any]) -> None:
    """Set the columns, unless they give what this user may not give."""
    held = privileges_of(obj) if is_account(write.spec.model) else ()
    apply_columns(obj, changes)
    if not is_delicate(write.spec.model):
        return
    user = write.context.user
    changed = changed_names(obj, before) + [link.field.name for link in changes.links]
    require_privilege_to_set(user, write.spec, changed, [(link.field, link.add) for link in changes.links])
    if held and privileges_of(obj) != held and not getattr(user, "is_superuser", False):
        raise ForbiddenError("Only a superuser may make somebody staff or a superuser.")


def _release_replaced(write: Write, before: Mapping[str, Any], fresh: Any) -> None:
    for model_field in write.plan.files:
        old = before.get(model_field.name)
        if old and old != (getattr(fresh, model_field.attname).name or ""):
            write.files.release(model_field, old)


def describe_row(write: Write, obj: Any, links: Mapping[str, Any]) -> dict[str, Any]:
    """The row's values for the log: columns that are served, and the many-to-many fields that are given."""
    return _served(write, snapshot(obj), links)


def _served(write: Write, values: Mapping[str, Any], links: Mapping[str, Any]) -> dict[str, Any]:
    by_name = write.spec.by_name
    return {**{name: value for name, value in values.items() if name in by_name}, **links}
