"""Run an action: who may, on which rows, with what input; through the door of writes, with one entry in the log."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, router
from django.db.models.deletion import ProtectedError as DjangoProtectedError
from django.db.models.deletion import RestrictedError
from django.db.transaction import TransactionManagementError

from conjure.actions.declare import EXPORT, ActionOptions, action_label, find_action, is_built_in
from conjure.actions.forms import parse_input
from conjure.actions.results import ActionReport, Download
from conjure.audit.log import AuditEntry
from conjure.exceptions import (
    ConjureError,
    CountChangedError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    ProtectedError,
    messages_of,
)
from conjure.graphql.actions.exports import ReadRecords, choose_columns, make_download, make_export_entry
from conjure.graphql.actions.rows import ActionRows, list_pks, pin_rows, require_rows, select_action_rows
from conjure.graphql.context import Context
from conjure.graphql.deletes.deletion import count_blockers
from conjure.graphql.fields.answers import write_answer
from conjure.graphql.permissions import Right
from conjure.graphql.rows.visible import Rows
from conjure.graphql.rules import member_rule
from conjure.graphql.writes.door import Write, run_write
from conjure.graphql.writes.locking import in_key_order
from conjure.graphql.writes.many_rows import delete_all
from conjure.graphql.writes.transactions import ATTEMPTS
from conjure.orm.refusals import is_cut_off
from conjure.orm.unreadable import is_after_a_failure
from conjure.specs.models import ModelSpec

INLINE_LIMIT = 5_000_000
"""The largest download, in bytes, that a GraphQL answer holds; the REST URL streams any number."""

Answer = dict[str, Any] | Download

# What a handler may raise that says by itself what is wrong; the door explains what the database refuses.
_EXPECTED = (
    ConjureError,
    IntegrityError,
    DataError,
    OperationalError,
    InterfaceError,
    SuspiciousOperation,
    TransactionManagementError,
)


class ActionFailed(Exception):  # noqa: N818 - it names what happened
    """An action's handler raised something unexpected; which action it was is in the message, for the log."""


def run_action(context: Context, spec: ModelSpec, arguments: Mapping[str, Any], read_records: ReadRecords) -> Answer:
    """The action's answer: a JSON object, or a Download for a face that can stream it.

    ``read_records`` reads the rows of an export. Raise NotFoundError for an unknown action, ForbiddenError without its
    permission, InvalidError for rows, filters and input that are not understood and for what the database refuses,
    CountChangedError where ``expectedCount`` is another number than that of the rows, and whatever expected failure the
    handler raises. Then nothing is written.
    """
    context.permissions.require_staff()
    name = arguments["action"]
    options = find_action(spec.config, name)
    if options is None:
        raise NotFoundError(f"There is no action {name[:100]!r} of {spec.verbose_name_plural}.")
    context.permissions.require_action(spec, options)
    for right in _rights_beside(spec, name):
        context.permissions.require(right, spec)
    if not is_built_in(spec.config, name):
        # A handler may do what no rollback undoes, such as sending a letter: it is never called twice.
        work, attempts = _call_handler, 1
    elif name == EXPORT:
        work, attempts = partial(_export, read_records=read_records), ATTEMPTS
    else:
        work, attempts = _delete_selected, ATTEMPTS
    form = _parse_form(options, arguments.get("input"))
    run = ActionRun(context=context, spec=spec, name=name, options=options, arguments=arguments, form=form)
    is_export = name == EXPORT and is_built_in(spec.config, name)
    return run_write(
        context, spec, (), lambda write: _deliver(run, work(write, run)), attempts=attempts, only_reads=is_export
    )


def may_run(context: Context, spec: ModelSpec, name: str, options: ActionOptions) -> bool:
    """Whether the user may run an action of a model, apart from what a hook says about single rows."""
    permissions = context.permissions
    return permissions.can_run(spec, options) and all(
        permissions.can(right, spec) for right in _rights_beside(spec, name)
    )


def _rights_beside(spec: ModelSpec, name: str) -> tuple[Right, ...]:
    """The rights to the model that an action needs beside the permission that it names."""
    return ("view",) if name == EXPORT and is_built_in(spec.config, name) else ()


@dataclass(frozen=True, kw_only=True)
class ActionRun:
    """One run of an action: what it was asked to do, with ``form`` made of its input."""

    context: Context
    spec: ModelSpec
    name: str
    options: ActionOptions
    arguments: Mapping[str, Any]
    form: Any

    def select_rows(self, using: str) -> ActionRows:
        """The rows that are meant, in a database."""
        return select_action_rows(self.context, self.spec, self.options, self.arguments, using=using)

    def require_expected(self, count: int) -> None:
        """Raise CountChangedError where the client says how many rows are meant, and it is another number."""
        expected = self.arguments.get("expectedCount")
        if expected is not None and expected != count:
            raise CountChangedError(expected, count)

    def describe(self, rows: ActionRows, count: int) -> str:
        """The message of a run that reached ``count`` of the rows that were asked for."""
        if self.options.scope == "toolbar":
            return f"{action_label(self.name, self.options)}: done."
        asked = count if rows.named is None else rows.named
        noun = self.spec.verbose_name if asked == 1 else self.spec.verbose_name_plural
        return f"{action_label(self.name, self.options)}: {count if count == asked else f'{count} of {asked}'} {noun}."


def _parse_form(options: ActionOptions, sent: Any) -> Any:
    if options.input is not None:
        return parse_input(options.input, sent)
    if sent not in (None, {}, ""):
        raise InvalidError({"input": ["This action takes no input."]})
    return None


def _call_handler(write: Write, run: ActionRun) -> Answer:
    rows = run.select_rows(write.using)
    pks = list_pks(rows)
    run.require_expected(len(pks))
    pinned = pin_rows(rows.queryset, pks)
    require_rows(run.context, run.spec, run.options, pinned)
    write.entries.append(AuditEntry.for_action(run.spec.model, run.name, pks))
    with write.watching_saves():
        answer = _call(run, pinned)
    return {"message": run.describe(rows, len(pks))} if answer is None else answer


def _call(run: ActionRun, rows: Rows) -> Answer | None:
    """What the project's handler gives, JSON-ready; None where it gives nothing to answer with."""
    keywords = {} if run.options.input is None else {"input": run.form}
    try:
        return _shape(getattr(run.spec.config, run.name)(run.context.request, rows, **keywords))
    except (DjangoProtectedError, RestrictedError) as error:  # IntegrityErrors that name what is in the way.
        raise ProtectedError(count_blockers(error)) from error
    except _EXPECTED:
        raise
    except ValidationError as error:
        raise InvalidError(messages_of(error)) from error
    except PermissionDenied as error:
        raise ForbiddenError(str(error), rule=member_rule(run.spec.config, run.name)) from error
    except Exception as error:
        if is_after_a_failure(error) or is_cut_off(error):
            raise
        raise ActionFailed(f"The action {run.name!r} of {run.spec.key} failed: {error!r}") from error


def _shape(result: Any) -> Answer | None:
    if isinstance(result, ActionReport):
        result = result.as_dict()
    if isinstance(result, Download):
        return result
    if isinstance(result, Mapping):
        shaped: dict[str, Any] = write_answer(result)
        return shaped
    return {"message": result} if isinstance(result, str) and result else None


def _export(write: Write, run: ActionRun, *, read_records: ReadRecords) -> Answer:
    """The file, of which nothing is read yet, and its entry in the log."""
    rows = run.select_rows(router.db_for_read(run.spec.model))
    if rows.named is not None:  # A filter leaves what lists show.
        require_rows(run.context, run.spec, run.options, rows.queryset)
    if run.arguments.get("expectedCount") is not None:
        run.require_expected(rows.queryset.count())
    columns = choose_columns(run.context, run.spec, run.form.columns)
    download = make_download(run.spec, rows, run.form, columns, read_records)
    write.entries.append(make_export_entry(run.context, run.spec, rows, run.form, columns))
    return download


def _delete_selected(write: Write, run: ActionRun) -> Answer:
    """Delete as the bulk delete does, rows and what hangs on them, with an entry for each row beside the run's own."""
    rows = run.select_rows(write.using)
    pks = in_key_order(list_pks(rows))
    run.require_expected(len(pks))
    write.entries.append(AuditEntry.for_action(run.spec.model, run.name, pks))
    deleted = delete_all(write, pks)
    return {"message": run.describe(rows, len(pks)), "deleted": deleted}


# The answer is made while the run can still be undone.


def _deliver(run: ActionRun, answer: Answer) -> Answer:
    """The answer as this face can have it: a download that it cannot stream is read now."""
    return _inline(answer) if isinstance(answer, Download) and not run.context.streams else answer


def _inline(download: Download) -> dict[str, Any]:
    """A download as JSON, text as it is and anything else in base64. Raise InvalidError for a large one."""
    content = b""
    for chunk in download.chunks:
        content += chunk
        if len(content) > INLINE_LIMIT:
            raise InvalidError("The file is too large for this answer: narrow the filter, or ask the REST URL.")
    described = {"filename": download.filename, "content_type": download.content_type}
    try:
        return {**described, "content": content.decode()}
    except UnicodeDecodeError:
        return {**described, "content_base64": base64.b64encode(content).decode("ascii")}
