"""Find the files of rows that are deleted, and of the rows that the delete cascades to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models.fields.files import FileField

from conjure.graphql.deletes.cascade import build_cascade
from conjure.graphql.deletes.cascade_search import CascadeSearch
from conjure.graphql.fields.files import file_fields
from conjure.specs.models import ModelSpec


def files_of_deleted_rows(spec: ModelSpec, rows: Sequence[Any], using: str) -> Iterator[tuple[FileField, str]]:
    """The fields and names of the files of the rows, and of all rows that deleting them cascades to."""
    cascade = build_cascade(spec.model)
    wanted = {node for node in cascade.nodes() if node != cascade.root and file_fields(node.model)}
    for field in file_fields(spec.model):
        yield from ((field, file.name) for row in rows if (file := getattr(row, field.attname)))
    if not wanted:
        return
    search = CascadeSearch(cascade, [row.pk for row in rows], using, cascade.ancestors(wanted))
    for model in dict.fromkeys(node.model for node in wanted):
        reached = search.reached(model)
        for field in file_fields(model) if reached is not None else []:
            for found in reached.queries():  # type: ignore[union-attr]
                names = found.values_list(field.attname, flat=True)
                yield from ((field, str(name)) for name in names.iterator(chunk_size=2_000) if name)
