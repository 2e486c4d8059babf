"""Exports: the visible rows that a filter leaves, read in chunks and written to a file while it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone, translation
from graphql import GraphQLObjectType, GraphQLSchema

from conjure.actions.declare import EXPORT, ExportForm
from conjure.actions.results import Download
from conjure.audit.log import AuditEntry
from conjure.exceptions import InvalidError
from conjure.graphql.actions.files import FORMATS, Record
from conjure.graphql.actions.rows import Target
from conjure.graphql.context import Context
from conjure.graphql.fields import scalars
from conjure.graphql.reading.bindings import Binding, ColumnBinding
from conjure.graphql.reading.completion import complete_rows
from conjure.graphql.reading.loading import load_rows
from conjure.graphql.reading.selections import Selection
from conjure.graphql.reading.values import read_value
from conjure.graphql.rows.visible import Rows
from conjure.models import ACTION_PREFIX
from conjure.specs.models import ModelSpec

CHUNK_ROWS = 1_000
ALL_COLUMNS = "*"


def build_export(
    context: Context, spec: ModelSpec, schema: GraphQLSchema, rows: Rows, form: ExportForm
) -> tuple[Download, list[str]]:
    """The file and the names of its columns; rows are in the order of their pks. No row is read yet.

    Raise InvalidError for a column that is not there, and for a format whose library is not installed.
    """
    columns = _choose_columns(context, spec, form.columns)
    format_ = FORMATS[form.format]
    problem = format_.problem()
    if problem:
        raise InvalidError({"format": [problem]})
    selection = _build_selection(context, spec, schema, columns)
    records = _read_records(context, selection, rows)
    download = Download(
        filename=f"{spec.options.model_name}-{timezone.now():%Y-%m-%d}.{form.format}",
        content_type=format_.content_type,
        chunks=format_.write(columns, records, _decimals(selection)),
    )
    return download, columns


def _choose_columns(context: Context, spec: ModelSpec, wanted: str) -> list[str]:
    excluded = context.excluded(spec)
    known = [name for name, _ in spec.row_names(excluded)]
    if wanted.strip() == ALL_COLUMNS:
        return known
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidError({"columns": [f"There is no column {name[:100]!r}." for name in unknown[:10]]})
    return list(dict.fromkeys(names)) or _list_columns(spec, known)


def _list_columns(spec: ModelSpec, known: Sequence[str]) -> list[str]:
    """The list's columns, each followed by its label for people where it has one."""
    columns: list[str] = []
    for shown in spec.config.get_list_display():
        field = spec.find(shown)
        name = shown if field is None else field.name
        helpers = () if field is None else (field.label_name, field.display_name)
        columns += [column for column in (name, *helpers) if column in known]
    return list(dict.fromkeys(columns)) or list(known)


def _build_selection(context: Context, spec: ModelSpec, schema: GraphQLSchema, columns: Sequence[str]) -> Selection:
    bindings: dict[str, Binding] = schema.extensions["conjure_bindings"][spec.type_name]
    graphql_names = dict(spec.row_names(context.excluded(spec)))
    object_type = schema.type_map[spec.type_name]
    assert isinstance(object_type, GraphQLObjectType)
    return Selection(
        spec=spec,
        type=object_type,
        entries=[(column, bindings[graphql_names[column]]) for column in columns],
    )


def _decimals(selection: Selection) -> frozenset[str]:
    """The columns whose texts are decimal numbers."""
    found = (name for name, b in selection.entries if isinstance(b, ColumnBinding) and _is_decimal(b))
    return frozenset(found)


def _is_decimal(binding: ColumnBinding) -> bool:
    return binding.field_type.scalar is scalars.DecimalText


def _read_records(context: Context, selection: Selection, rows: Rows) -> Iterator[list[Record]]:
    """The rows as REST shows them, in chunks: each is found behind the last pk of the one before.

    No cursor stays open between chunks, so that neither a driver that fetches all at once nor a slow client holds
    rows in memory or a lock in the database; and each chunk takes the same number of queries.
    """
    ordered = rows.order_by("pk")
    # The request's time zone and language are no longer active when a response is streamed.
    zone, language = timezone.get_current_timezone(), translation.get_language()
    last = None
    while True:
        with timezone.override(zone), translation.override(language):
            chunk = ordered if last is None else ordered.filter(pk__gt=last)
            objs = load_rows(context, selection, chunk[:CHUNK_ROWS], None)
            records = _complete(selection, objs)
        if objs:
            last = objs[-1].pk
            yield records
        if len(objs) < CHUNK_ROWS:
            return


def _complete(selection: Selection, objs: Sequence[Any]) -> list[Record]:
    try:
        return complete_rows(selection, objs)
    except Exception:  # noqa: BLE001 - a value that cannot be shown costs its own cell alone
        return [{key: _resolve(binding, obj) for key, binding in selection.entries} for obj in objs]


def _resolve(binding: Binding | None, obj: Any) -> Any:
    try:
        return None if binding is None else read_value(binding, obj)
    except Exception:  # noqa: BLE001 - as above
        return None


def audit_export(spec: ModelSpec, target: Target, form: ExportForm, columns: Sequence[str]) -> AuditEntry:
    """The entry of an export: named rows by their pks, a filter by its parameters and the number that it leaves."""
    if target.named is not None:
        pks = list(target.rows.values_list("pk", flat=True))
        entry = AuditEntry.for_action(spec.model, EXPORT, pks)
    else:
        count = target.rows.count()
        noun = spec.verbose_name if count == 1 else spec.verbose_name_plural
        entry = AuditEntry(
            model_label=spec.key,
            object_pk="",
            object_repr=f"{count} {noun}",
            action=f"{ACTION_PREFIX}{EXPORT}",
            diff={"count": [None, count], "parameters": [None, dict(target.parameters)]},
        )
    details: dict[str, Any] = {"format": [None, form.format], "columns": [None, list(columns)]}
    return AuditEntry(
        model_label=entry.model_label,
        object_pk=entry.object_pk,
        object_repr=entry.object_repr,
        action=entry.action,
        diff={**entry.diff, **details},
    )
