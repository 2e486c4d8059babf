"""Create, update and delete rows of one model in one transaction, in order, as an inline form sends them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conjure.conf import settings
from conjure.exceptions import OPERATION, InvalidError, NotFoundError
from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.permissions import Right
from conjure.graphql.writes.changes import RowInput
from conjure.graphql.writes.door import SavedRow, Write, run_write
from conjure.graphql.writes.locking import BATCH_ROWS, lock_in_order
from conjure.graphql.writes.one_row import create_row, delete_row, reread_saved, update_row
from conjure.specs.models import ModelSpec
from conjure.values.keys import pk_json
from conjure.values.sources import ValueProblem

RIGHTS: dict[str, Right] = {"create": "add", "update": "change", "delete": "delete"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One write: ``op`` is create, update or delete; ``pk`` names the row to update or delete."""

    op: Any
    pk: Any
    data: RowInput


def apply_operations(context: Context, spec: ModelSpec, operations: Sequence[Operation]) -> list[tuple[str, Any]]:
    """Apply the operations in order, all or none; give each ``op`` with the key of its row.

    Raise what the first to fail raises; of an InvalidError the last entry, ``operation``, says which one that was.
    """
    if not operations:
        raise InvalidError({"operations": ["A list of at least one operation is required."]})
    if len(operations) > settings.BULK_MAX_ROWS:
        raise InvalidError({"operations": [f"No more than {settings.BULK_MAX_ROWS} operations are allowed at once."]})
    for number, operation in enumerate(operations, 1):
        if not isinstance(operation.op, str) or operation.op not in RIGHTS:
            raise InvalidError({"operations": [f"Operation {number}: op must be create, update or delete."]})
    rights = [RIGHTS[op] for op in dict.fromkeys(operation.op for operation in operations)]
    position = 0

    def work(write: Write) -> list[tuple[str, Any]]:
        nonlocal position
        lock_in_order(write, _parse_keys(spec, operations))
        results = []
        for position, operation in enumerate(operations, 1):  # noqa: B007 - read where one fails
            results.append((operation.op, _apply(write, operation)))
            if len(write.saved) >= BATCH_ROWS:
                reread_saved(write)
                write.audit()
        reread_saved(write)
        return results

    try:
        return run_write(context, spec, rights, work)
    except InvalidError as error:
        which = f"Operation {position} ({operations[position - 1].op}) is not valid; nothing was saved."
        raise InvalidError({**error.errors, OPERATION: [which]}, rule=error.rule) from error
    except NotFoundError as error:
        message = f"Operation {position}: there is no such row; nothing was saved."
        raise NotFoundError(message, rule=error.rule) from error


def _parse_keys(spec: ModelSpec, operations: Sequence[Operation]) -> list[Any]:
    """The keys of the rows to update or delete. Anything else is left for the operation itself to refuse."""
    keys = []
    for operation in operations:
        if operation.op != "create":
            with contextlib.suppress(ValueProblem):
                keys.append(parse_pk(spec, operation.pk))
    return keys


def _apply(write: Write, operation: Operation) -> Any:
    if operation.op == "create":
        return pk_json(create_row(write, operation.data).obj.pk)
    if isinstance(operation.pk, bool) or not isinstance(operation.pk, str | int):
        message = "This field is required." if operation.pk is None else "This is not a primary key."
        raise InvalidError({"pk": [message]})
    if operation.op == "update":
        if _is_saved(write, operation.pk):
            # A row that is changed twice has two entries in the log, each with the values of its time.
            reread_saved(write)
        saved = update_row(write, operation.pk, operation.data)
        return pk_json(saved.obj.pk if isinstance(saved, SavedRow) else saved.pk)
    return pk_json(delete_row(write, operation.pk))


def _is_saved(write: Write, pk: Any) -> bool:
    try:
        return parse_pk(write.spec, pk) in {row.obj.pk for row in write.saved}
    except ValueProblem:
        return False
