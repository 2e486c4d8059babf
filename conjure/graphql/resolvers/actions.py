"""Running an action: who may, on which rows, with what input; one transaction, one audit entry, one answer."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, router
from django.db.models.deletion import ProtectedError as DjangoProtectedError
from django.db.models.deletion import RestrictedError

from conjure.actions.declare import DELETE_SELECTED, EXPORT, ActionOptions, action_label, find_action, is_built_in
from conjure.actions.forms import messages_of, parse_input
from conjure.actions.results import ActionReport, Download
from conjure.audit.log import AuditEntry, write_audit
from conjure.auth.addresses import client_ip
from conjure.exceptions import ConjureError, ForbiddenError, InvalidError, ProtectedError
from conjure.graphql.actions.rows import Target, find_target, list_pks, pin_rows, require_known_action, require_rows
from conjure.graphql.context import Context
from conjure.graphql.deletes.deletion import count_blockers
from conjure.graphql.fields import scalars
from conjure.graphql.fields.answers import write_answer
from conjure.graphql.resolvers.exports import audit_export, build_export
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import ObjectTypes
from conjure.graphql.writes.door import Write, run_write
from conjure.graphql.writes.many_rows import delete_all, in_key_order
from conjure.graphql.writes.transactions import in_transaction
from conjure.specs.models import ModelSpec

INLINE_LIMIT = 5_000_000
"""So many bytes of a download are written into a GraphQL answer; the REST URL streams any number."""


class ActionFailed(Exception):  # noqa: N818 - it names what happened
    """An action's handler raised something unexpected; which action it was is in the message, for the log."""


def action_fields(spec: ModelSpec, types: ObjectTypes) -> Iterator[RootField]:
    """The field of Mutation that runs the actions of a model."""
    filters: Any = types.inputs.filters[spec.key]
    yield RootField(
        name=spec.roots["action"],
        type=scalars.JSONValue,
        arguments={
            "action": str,
            "pks": scalars.JSONValue | None,
            "allFiltered": bool | None,
            "parameters": scalars.Parameters | None,
            "filters": filters | None,
            "search": str | None,
            "input": scalars.JSONValue | None,
        },
        resolve=lambda root, info, **arguments: resolve_action(spec, info, arguments),
        description=(
            f"Run an action on the {spec.verbose_name_plural} with these pks (a list), or with allFiltered on all "
            "that the filter leaves; conjureModel lists the actions and their input."
        ),
    )


def resolve_action(spec: ModelSpec, info: Any, arguments: Mapping[str, Any]) -> Any:
    """The action's answer: a JSON object, or a Download for a face that can stream it.

    Raise NotFoundError for an unknown action, ForbiddenError without its permission, InvalidError for rows, filters
    and input that are not understood, and whatever expected failure the handler raises, with nothing written.
    """
    context: Context = info.context
    context.permissions.require_staff()
    name = arguments["action"]
    options = require_known_action(spec, name, find_action(spec.config, name))
    context.permissions.require_action(spec, options)
    if is_built_in(spec.config, name) and name == EXPORT:
        return _answer(context, _export(context, spec, info.schema, options, arguments))
    if is_built_in(spec.config, name) and name == DELETE_SELECTED:
        return _delete(context, spec, name, options, arguments)
    return _answer(context, _run(context, spec, name, options, arguments))


def _run(
    context: Context, spec: ModelSpec, name: str, options: ActionOptions, arguments: Mapping[str, Any]
) -> dict[str, Any] | Download:
    form = _parse_form(options, arguments.get("input"))
    alias = router.db_for_write(spec.model)

    def work() -> dict[str, Any] | Download:
        target = find_target(context, spec, options, arguments, using=alias)
        pks = list_pks(target)
        rows = pin_rows(target.rows, pks)
        require_rows(context, spec, options, rows)
        entry = AuditEntry.for_action(spec.model, name, pks)
        answer = _call(context, spec, name, options, rows, form)
        if answer is None:
            answer = {"message": _message(spec, name, options, target, pks)}
        write_audit(context.user, client_ip(context.request), [entry], using=alias)
        return answer

    # A handler may do what no rollback undoes, such as sending a letter: it is never called twice.
    return in_transaction(alias, work, attempts=1)


def _parse_form(options: ActionOptions, sent: Any) -> Any:
    if options.input is not None:
        return parse_input(options.input, sent)
    if sent not in (None, {}, ""):
        raise InvalidError({"input": ["This action takes no input."]})
    return None


def _call(
    context: Context, spec: ModelSpec, name: str, options: ActionOptions, rows: Any, form: Any
) -> dict[str, Any] | Download | None:
    """What the handler gives, JSON-ready; None where it gives nothing to answer with."""
    keywords = {} if options.input is None else {"input": form}
    try:
        return _shape(getattr(spec.config, name)(context.request, rows, **keywords))
    except (ConjureError, OperationalError, InterfaceError):
        raise
    except ValidationError as error:
        raise InvalidError(messages_of(error)) from error
    except PermissionDenied as error:
        raise ForbiddenError(str(error)) from error
    except (DjangoProtectedError, RestrictedError) as error:
        raise ProtectedError(count_blockers(error)) from error
    except Exception as error:
        raise ActionFailed(f"The action {name!r} of {spec.key} failed: {error!r}") from error


def _shape(result: Any) -> dict[str, Any] | Download | None:
    if isinstance(result, ActionReport):
        result = result.as_dict()
    if isinstance(result, Download):
        return result
    if isinstance(result, Mapping):
        shaped: dict[str, Any] = write_answer(result)
        return shaped
    return {"message": result} if isinstance(result, str) and result else None


def _message(spec: ModelSpec, name: str, options: ActionOptions, target: Target, pks: Sequence[Any]) -> str:
    count, asked = len(pks), len(pks) if target.named is None else target.named
    noun = spec.verbose_name if asked == 1 else spec.verbose_name_plural
    return f"{action_label(name, options)}: {count if count == asked else f'{count} of {asked}'} {noun}."


def _answer(context: Context, answer: Any) -> Any:
    if isinstance(answer, Download) and not context.streams:
        return _inline(answer)
    return answer


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


# What is built in.


def _export(
    context: Context, spec: ModelSpec, schema: Any, options: ActionOptions, arguments: Mapping[str, Any]
) -> Download:
    """The file, nothing of it read yet. Raise ForbiddenError where the user may not view the model."""
    context.permissions.require("view", spec)
    form = _parse_form(options, arguments.get("input"))
    target = find_target(context, spec, options, arguments, using=router.db_for_read(spec.model))
    download, columns = build_export(context, spec, schema, target.rows, form)
    entry = audit_export(spec, target, form, columns)
    alias = router.db_for_write(spec.model)
    in_transaction(alias, lambda: write_audit(context.user, client_ip(context.request), [entry], using=alias))
    return download


def _delete(
    context: Context, spec: ModelSpec, name: str, options: ActionOptions, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Delete as the bulk delete does, rows and what hangs on them, with an entry for each row beside the run's own."""
    _parse_form(options, arguments.get("input"))

    def work(write: Write) -> dict[str, Any]:
        target = find_target(context, spec, options, arguments, using=write.using)
        pks = in_key_order(list_pks(target))
        write.entries.append(AuditEntry.for_action(spec.model, name, pks))
        deleted = delete_all(write, pks)
        return {"message": _message(spec, name, options, target, pks), "deleted": deleted}

    return run_write(context, spec, work)
