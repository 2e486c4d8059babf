"""Read the rows of an export as lists show them, in chunks, while the file is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone, translation
from graphql import GraphQLObjectType, GraphQLSchema

from conjure.graphql.actions.files import Record
from conjure.graphql.context import Context
from conjure.graphql.reading.bindings import Binding
from conjure.graphql.reading.completion import complete_rows
from conjure.graphql.reading.loading import load_rows
from conjure.graphql.reading.selections import Selection
from conjure.graphql.reading.values import read_value
from conjure.graphql.rows.visible import Rows
from conjure.orm.timeouts import limit_statements
from conjure.specs.models import ModelSpec

CHUNK_ROWS = 1_000


def read_records(
    context: Context, spec: ModelSpec, schema: GraphQLSchema, rows: Rows, columns: Sequence[str]
) -> Iterator[list[Record]]:
    """The rows as REST shows them, in chunks: each is found behind the last pk of the one before.

    No cursor stays open between chunks, so that neither a driver that fetches all at once nor a slow client holds
    rows in memory or a lock in the database; and each chunk takes the same number of queries.
    """
    selection, ordered = _build_selection(context, spec, schema, columns), rows.order_by("pk")
    # The request's time zone and language are no longer active when a response is streamed.
    zone, language = timezone.get_current_timezone(), translation.get_language()
    return _read_chunks(context, selection, ordered, zone, language)


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


def _read_chunks(
    context: Context, selection: Selection, ordered: Rows, zone: Any, language: Any
) -> Iterator[list[Record]]:
    last = None
    while True:
        with timezone.override(zone), translation.override(language), limit_statements():
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
    except Exception:  # noqa: BLE001 - a custom field's value that cannot be shown costs its own cell alone
        return [{key: _resolve(binding, obj) for key, binding in selection.entries} for obj in objs]


def _resolve(binding: Binding | None, obj: Any) -> Any:
    try:
        return None if binding is None else read_value(binding, obj)
    except Exception:  # noqa: BLE001 - a field of a third party or the project
        return None
