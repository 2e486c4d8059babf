"""Loading: the rows of a selection with everything it asks of them, in a number of queries fixed by the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from conjure.exceptions import ForbiddenError
from conjure.graphql.context import Context
from conjure.graphql.fields.computed import hold_computed
from conjure.graphql.reading.bindings import ComputedBinding
from conjure.graphql.reading.completion import try_to_complete
from conjure.graphql.reading.loaded import LOADED, OWN_LABEL, LoadedData
from conjure.graphql.reading.relations import fetch_related, restrict_columns
from conjure.graphql.reading.selections import Selection
from conjure.graphql.reading.target_labels import label_joins, load_target_labels
from conjure.graphql.rows.labels import make_labels
from conjure.graphql.rows.links import load_visible_links
from conjure.graphql.rows.read import read_page
from conjure.graphql.rows.visible import Rows
from conjure.orm.fast_reads import ReadRows

# Labels of more rows than this come by queries of their own, which ask for each target once.
_MAX_JOINED = 1_000


class LoadedRows(list[Any]):
    """Rows that were loaded together for one selection; ``total`` is the number of rows without the slice, if known."""

    loaded: LoadedData
    total: int | None = None

    def complete(self) -> list[dict[str, Any]] | None:
        """The response objects; None where graphql-core's executor has to make them and to report what is wrong."""
        return try_to_complete(self.loaded.selection, self)


def load_rows(context: Context, selection: Selection, rows: Rows, info: Any, *, with_total: bool = False) -> LoadedRows:
    """Run the query of the rows and load all that the selection asks of them.

    ``with_total`` asks for the number of rows without the slice, which is noted where it comes along.
    """
    page = load_page(rows, selection, with_total=with_total)
    objs = LoadedRows(page.rows)
    objs.total = page.total
    objs.loaded = load_related(context, selection, objs, info, page.targets)
    return objs


def load_page(rows: Rows, selection: Selection, extra: Iterable[str] = (), *, with_total: bool = False) -> ReadRows:
    """Run the query of the rows; the rows whose labels are asked for come along, where they can.

    ``extra`` are columns that are needed beside those of the selection.
    """
    restricted = restrict_columns(rows, selection, extra)
    joins = label_joins(selection, restricted) if _is_page(restricted) else []
    return read_page(restricted, joins, with_total=with_total)


def _is_page(rows: Rows) -> bool:
    return rows.query.high_mark is not None and rows.query.high_mark - rows.query.low_mark <= _MAX_JOINED


def load_related(
    context: Context,
    selection: Selection,
    objs: Sequence[Any],
    info: Any,
    targets: Mapping[str, list[Any]] = MappingProxyType({}),
) -> LoadedData:
    """Load labels, many-to-many keys and relations for rows that are here already.

    ``targets`` are the rows that foreign keys point to, by attname, where they were read together with the rows. Raise
    ForbiddenError for fields and relations that this request may not see.
    """
    _refuse_excluded(context, selection)
    context.count_rows(selection.spec, len(objs))
    loaded = LoadedData(context, selection)
    for obj in objs:
        obj.__dict__[LOADED] = loaded
    for field in selection.displays:
        loaded.displays[field.name] = field.displays()
    if selection.wants_label:
        for obj, label in zip(objs, make_labels(objs), strict=True):
            obj.__dict__[OWN_LABEL] = label
    for column in selection.computed:
        hold_computed(column, objs, make_labels(objs, column.show))
    for field in selection.target_labels:
        pointed_to = targets.get(field.attname)
        loaded.target_labels[field.name] = load_target_labels(context, selection.spec, field, objs, pointed_to)
    for field in selection.ids:
        loaded.ids[field.name] = load_visible_links(context, selection.spec, field, objs)
    for child in selection.children.values():
        related = loaded.children[child.key] = fetch_related(context, child, objs, info)
        if related.rows is not None:
            load_related(context, child.selection, related.rows, info)
    return loaded


def _refuse_excluded(context: Context, selection: Selection) -> None:
    """Raise ForbiddenError for a field or relation that this request may not see."""
    spec = selection.spec
    for _, binding in selection.entries:
        if isinstance(binding, ComputedBinding) and binding.column.computed.hidden_by & context.excluded(spec):
            raise ForbiddenError(f"You may not see the column {binding.column.computed.name}.")
        source = binding.source_spec if binding else None
        if source is not None and context.hides(spec, source):
            message = f"You may not see the field {source.name} of {spec.verbose_name_plural}."
            raise ForbiddenError(message, rule=context.hiding_rule(spec, source))
