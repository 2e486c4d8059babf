"""The root fields of Mutation: each reads its arguments and leads to the one function that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conjure.exceptions import (
    NON_FIELD_ERRORS,
    ConflictError,
    ConjureError,
    InvalidError,
    ProtectedError,
)
from conjure.graphql.context import Context
from conjure.graphql.fields import scalars
from conjure.graphql.hooks import showing_saved_row
from conjure.graphql.reading.completion import complete_row
from conjure.graphql.reading.loading import load_related
from conjure.graphql.reading.records import CompletedRow
from conjure.graphql.reading.selections import compile_selection, subfield_groups
from conjure.graphql.resolvers.actions import action_fields
from conjure.graphql.types.declare import RootField
from conjure.graphql.types.rows import ObjectTypes
from conjure.graphql.types.scalars import ID
from conjure.graphql.types.writes import (
    BulkPayload,
    DeletePayload,
    FieldError,
    OperationResult,
    OperationsPayload,
    WriteTypes,
)
from conjure.graphql.writes.changes import RowInput
from conjure.graphql.writes.door import SavedRow, Write, run_write
from conjure.graphql.writes.many_rows import bulk_delete, bulk_update
from conjure.graphql.writes.one_row import create_row, delete_row, reread_saved, update_row
from conjure.graphql.writes.operations import Operation, apply_operations
from conjure.specs.models import ModelSpec, SpecSet
from conjure.values.sources import FORM, JSON_BODY

P = TypeVar("P")


@dataclass
class RowPayload:
    """What a create or an update answers with: the row once for each place where the document asks for it."""

    rows: Mapping[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def result(self, info: Any) -> Any:
        """The row as one place of the document wants it."""
        return self.rows.get(info.path.key)


class Mutations:
    """The mutations of one schema."""

    def __init__(self, specs: SpecSet, types: ObjectTypes) -> None:
        self.specs = specs
        self.objects = types
        self.types = WriteTypes(specs, types)

    def fields(self) -> list[RootField]:
        """The fields of Mutation. Those of read-only models are there to refuse what REST is asked for, with a code."""
        writes = [root for spec in self.specs for root in self._fields_of(spec)]
        return [*writes, *(root for spec in self.specs for root in action_fields(spec, self.objects))]

    def resolvers(self) -> Iterator[tuple[str, dict[str, Callable[..., Any]]]]:
        """The resolvers of payload types, by type name."""
        for spec in self.specs:
            yield spec.types["payload"], {"result": lambda payload, info: payload.result(info)}

    def _fields_of(self, spec: ModelSpec) -> Iterator[RootField]:
        key, types, one, many = spec.key, self.types, spec.verbose_name, spec.verbose_name_plural
        payload: Any = types.payloads[key]
        version = {"expectedVersion": str | None}
        yield RootField(
            name=spec.roots["create"],
            type=payload,
            arguments=types.data_arguments(spec, "create"),
            resolve=lambda root, info, **arguments: self.resolve_create(spec, info, arguments),
            description=f"Create one {one}.",
            is_own=spec.is_readonly,
        )
        yield RootField(
            name=spec.roots["update"],
            type=payload,
            arguments={"pk": ID, **types.data_arguments(spec, "update"), **version},
            resolve=lambda root, info, pk, **arguments: self.resolve_update(spec, info, pk, arguments),
            description=f"Change one {one}. What is not sent stays as it is.",
            is_own=spec.is_readonly,
        )
        yield RootField(
            name=spec.roots["delete"],
            type=DeletePayload,
            arguments={"pk": ID, **version},
            resolve=lambda root, info, pk, **arguments: self.resolve_delete(spec, info, pk, arguments),
            description=f"Delete one {one} and what goes with it.",
            is_own=spec.is_readonly,
        )
        pks: Any = list[scalars.JSONValue | None]
        yield RootField(
            name=spec.roots["bulk_update"],
            type=BulkPayload,
            arguments={"pks": pks, **types.data_arguments(spec, "update")},
            resolve=lambda root, info, pks, **arguments: self.resolve_bulk_update(spec, info, pks, arguments),
            description=f"Change many {many} alike, all of them or none.",
            is_own=spec.is_readonly,
        )
        yield RootField(
            name=spec.roots["bulk_delete"],
            type=DeletePayload,
            arguments={"pks": pks},
            resolve=lambda root, info, pks: self.resolve_bulk_delete(spec, info, pks),
            description=f"Delete many {many}, all of them or none.",
            is_own=spec.is_readonly,
        )
        operation: Any = types.operations[key]
        yield RootField(
            name=spec.roots["operations"],
            type=OperationsPayload,
            arguments={"operations": list[operation]},
            resolve=lambda root, info, operations: self.resolve_operations(spec, info, operations),
            description=f"Create, change and delete {many}, in order, all of it or nothing.",
            is_own=spec.is_readonly,
        )

    # Resolvers.

    def resolve_create(self, spec: ModelSpec, info: Any, arguments: Mapping[str, Any]) -> RowPayload:
        """Create a row."""
        data = self._row_input(spec, info.context, arguments)

        def create(write: Write) -> RowPayload:
            return _row_payload(write, info, create_row(write, data))

        return _answer(info, RowPayload, lambda: run_write(info.context, spec, ["add"], create))

    def resolve_update(self, spec: ModelSpec, info: Any, pk: Any, arguments: Mapping[str, Any]) -> RowPayload:
        """Change a row."""
        data, version = self._row_input(spec, info.context, arguments), arguments.get("expectedVersion")

        def update(write: Write) -> RowPayload:
            return _row_payload(write, info, update_row(write, pk, data, version))

        return _answer(info, RowPayload, lambda: run_write(info.context, spec, ["change"], update))

    def resolve_delete(self, spec: ModelSpec, info: Any, pk: Any, arguments: Mapping[str, Any]) -> DeletePayload:
        """Delete a row."""

        def delete(write: Write) -> DeletePayload:
            delete_row(write, pk, arguments.get("expectedVersion"))
            return DeletePayload(deleted=1)

        return _answer(info, DeletePayload, lambda: run_write(info.context, spec, ["delete"], delete))

    def resolve_bulk_update(
        self, spec: ModelSpec, info: Any, pks: list[Any], arguments: Mapping[str, Any]
    ) -> BulkPayload:
        """Change many rows alike."""
        data = self._row_input(spec, info.context, arguments)

        def update() -> BulkPayload:
            return BulkPayload(updated=bulk_update(info.context, spec, pks, data))

        return _answer(info, BulkPayload, update)

    def resolve_bulk_delete(self, spec: ModelSpec, info: Any, pks: list[Any]) -> DeletePayload:
        """Delete many rows."""
        return _answer(info, DeletePayload, lambda: DeletePayload(deleted=bulk_delete(info.context, spec, pks)))

    def resolve_operations(self, spec: ModelSpec, info: Any, operations: list[Mapping[str, Any]]) -> OperationsPayload:
        """Create, change and delete rows."""
        info.context.permissions.require_staff()
        parsed = [
            Operation(op=item["op"], pk=item.get("pk"), data=self._row_input(spec, info.context, item))
            for item in operations
        ]

        def apply() -> OperationsPayload:
            results = apply_operations(info.context, spec, parsed)
            return OperationsPayload(results=[OperationResult(op=op, pk=pk) for op, pk in results])

        return _answer(info, OperationsPayload, apply)

    def _row_input(self, spec: ModelSpec, context: Context, arguments: Mapping[str, Any]) -> RowInput:
        """The values of ``data`` or of ``values``. Raise InvalidError for both at once."""
        data, values = arguments.get("data"), arguments.get("values")
        if data is not None and values is not None:
            raise InvalidError({"data": ["Send data or values, not both."]})
        if data is not None:
            return self.types.names[spec.key].to_row_input(data)
        return RowInput(values=values or {}, source=FORM if context.sends_form else JSON_BODY)


def _row_payload(write: Write, info: Any, saved: Any) -> RowPayload:
    """The saved row, or the row that did not change, with all that the document asks of it.

    Raise InvalidError, which undoes the write, for a row that cannot be shown.
    """
    context, spec = write.context, write.spec
    reread_saved(write)
    row = saved.fresh if isinstance(saved, SavedRow) else saved
    rows: dict[str, Any] = {}
    for nodes in subfield_groups(info, info.field_nodes, "result"):
        key = nodes[0].alias.value if nodes[0].alias else nodes[0].name.value
        selection = compile_selection(info, spec, nodes)
        load_related(context, selection, [row], info)
        with showing_saved_row(selection.spec):
            rows[key] = CompletedRow(complete_row(selection, row))
    return RowPayload(rows=rows)


def _answer(info: Any, payload: Callable[..., P], write: Callable[[], P]) -> P:
    """What the write answers, or, where the document asks for ``errors``, what is wrong with what was sent."""
    try:
        return write()
    except (InvalidError, ProtectedError, ConflictError) as error:
        if not subfield_groups(info, info.field_nodes, "errors"):
            raise
        return payload(errors=_field_errors(error))


def _field_errors(error: ConjureError) -> list[FieldError]:
    if isinstance(error, InvalidError):
        return [
            FieldError(field=None if name == NON_FIELD_ERRORS else name, messages=messages, code=error.code)
            for name, messages in error.errors.items()
        ]
    messages = [error.message]
    if isinstance(error, ProtectedError):
        messages += [f"{blocker['count']} {blocker['verbose_name']}" for blocker in error.blockers]
    return [FieldError(field=None, messages=messages, code=error.code)]
