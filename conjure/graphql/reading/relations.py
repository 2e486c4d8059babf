"""Relations: the rows that a relation leads to, fetched for many rows in one query or two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, router
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from graphql.execution.values import get_argument_values

from conjure.exceptions import LimitedError
from conjure.graphql.context import Context
from conjure.graphql.fields.readers import held_value
from conjure.graphql.permissions import is_asked_by_row
from conjure.graphql.reading.bindings import ForwardBinding, ManyBinding
from conjure.graphql.reading.loaded import LoadedRelation
from conjure.graphql.reading.selections import Child, Selection
from conjure.graphql.rows.labels import computed_needs, label_needs
from conjure.graphql.rows.links import link_table
from conjure.graphql.rows.ordering import apply_ordering, parse_order_input
from conjure.graphql.rows.pages import Page, parse_page
from conjure.graphql.rows.read import defer_unneeded, read_rows
from conjure.graphql.rows.select import select_rows
from conjure.graphql.rows.visible import Rows
from conjure.specs.fields import FieldSpec

# Where one query gives more related rows than this, the database picks those of each page, not this process.
_TRIM_IN_PYTHON = 10_000
_MAX_LINKS = 200_000


def restrict_columns(rows: Rows, selection: Selection, extra: Iterable[str] = ()) -> Rows:
    """Load only the columns that the selection and its labels need, and the ``extra`` ones.

    A config's queryset that joins relations itself is left as it is: Django refuses to defer what it joins over.
    """
    if rows.query.select_related or selection.needs_whole_rows or rows.query.combinator:
        return rows
    needed = selection.columns | set(extra)
    if selection.wants_label:
        needed |= label_needs(selection.spec.model).columns
    for column in selection.computed:
        needed |= computed_needs(selection.spec.model, column.show).columns
    return defer_unneeded(rows, needed)


def fetch_related(context: Context, child: Child, objs: Sequence[Any], info: Any) -> LoadedRelation:
    """The rows of a relation of these rows, without what is asked of them in turn.

    Raise ForbiddenError where the user may not view their model, InvalidError for filters and pages that are not
    understood, LimitedError for too many rows.
    """
    if isinstance(child.binding, ForwardBinding):
        return _fetch_targets(context, child, child.binding, objs)
    return _fetch_many(context, child, child.binding, objs, info)


def database_of(model: type[models.Model], objs: Sequence[Any]) -> str:
    """The database that a related row is read from, as Django's own relations choose it."""
    return router.db_for_read(model, instance=objs[0])


def distinct_values(objs: Sequence[Any], attname: str) -> list[Any]:
    """The values that the rows have in a column, each once, without None."""
    values = {held_value(obj, attname) for obj in objs}
    values.discard(None)
    return list(values)


def _fetch_targets(context: Context, child: Child, binding: ForwardBinding, objs: Sequence[Any]) -> LoadedRelation:
    """The rows that a foreign key points to."""
    related, found = binding.related, LoadedRelation()
    values = distinct_values(objs, binding.field.attname)
    if not values:
        context.permissions.require("view", related)
        return found
    key = binding.field.field.target_field.attname  # type: ignore[attr-defined]
    rows = select_rows(context, related, using=database_of(related.model, objs))
    rows = rows.filter(**{f"{key}__in": values}).order_by()
    asks_each = is_asked_by_row("view", related)
    found.rows = read_rows(rows if asks_each else restrict_columns(rows, child.selection, [key]))
    found.by_key = {getattr(row, key): row for row in found.rows}
    if asks_each:
        denied = [row for row in found.rows if context.permissions.denies_row(related, row)]
        found.deny(denied, {getattr(row, key) for row in denied})
    return found


def _fetch_many(context: Context, child: Child, binding: ManyBinding, objs: Sequence[Any], info: Any) -> LoadedRelation:
    """The rows of a many-to-many field or of a reverse relation: filtered, in order, a page of them for each parent."""
    related = binding.related
    if not objs:
        context.permissions.require("view", related)
        return LoadedRelation()
    arguments = get_argument_values(child.definition, child.node, info.variable_values) if child.definition.args else {}
    using = database_of(related.model, objs)
    rows = select_rows(context, related, filters=arguments.get("filters"), using=using)
    rows = apply_ordering(context, related, rows, parse_order_input(context, related, arguments.get("ordering") or []))
    page = Page(offset=0, limit=1) if binding.is_single else parse_page(arguments.get("pagination"))
    if isinstance(binding.source, FieldSpec) or binding.source.is_many_to_many:
        return _fetch_linked(child, binding, rows, page, objs, asks_order=bool(arguments.get("ordering")))
    found = _fetch_pointing(child, binding, rows, page, objs)
    if _asks_each(binding):
        denied = [row for row in found.rows or () if context.permissions.denies_row(related, row)]
        ids = set(map(id, denied))
        found.deny(denied, {parent for parent, [row] in found.by_parent.items() if id(row) in ids})
    return found


def _asks_each(binding: ManyBinding) -> bool:
    """Whether the one row is asked for by itself. Lists go by the config's ``get_queryset`` alone."""
    return binding.is_single and is_asked_by_row("view", binding.related)


def _fetch_pointing(child: Child, binding: ManyBinding, rows: Rows, page: Page, objs: Sequence[Any]) -> LoadedRelation:
    """Rows whose foreign key points here, by the pk of the row that they point to."""
    field: Any = binding.source.relation.field  # type: ignore[union-attr]
    key = field.target_field.attname
    parents = {getattr(obj, key): obj.pk for obj in objs}
    ordered = rows.filter(**{f"{field.name}__in": list(parents)})
    if not _asks_each(binding):
        ordered = restrict_columns(ordered, child.selection, [field.attname])
    fetched = read_rows(ordered[: _TRIM_IN_PYTHON + 1])
    if len(fetched) > _TRIM_IN_PYTHON:
        order: Any = list(ordered.query.order_by)
        number = Window(RowNumber(), partition_by=F(field.attname), order_by=order or None)
        numbered = ordered.annotate(_conjure_number=number)
        numbered = numbered.filter(_conjure_number__gt=page.offset, _conjure_number__lte=page.offset + page.limit)
        fetched = read_rows(numbered)
        page = Page(offset=0, limit=page.limit)
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in fetched:
        groups[parents[held_value(row, field.attname)]].append(row)
    found = LoadedRelation()
    found.by_parent = {parent: group[page.offset : page.offset + page.limit] for parent, group in groups.items()}
    found.rows = [row for group in found.by_parent.values() for row in group]
    return found


def _fetch_linked(
    child: Child, binding: ManyBinding, rows: Rows, page: Page, objs: Sequence[Any], *, asks_order: bool
) -> LoadedRelation:
    """Rows on the other side of a many-to-many relation, each fetched once, by the pk of the row on this side.

    Where the client ``asks_order``, that of the rows counts, not that in which the field keeps its links.
    """
    table = link_table(binding.source)
    links = table.links_of(objs, rows.db).filter(**{f"{table.there}__in": rows.order_by()})
    keeps_order = bool(table.ordering) and not asks_order
    if keeps_order:
        links = links.order_by(*table.ordering)
    pairs = list(table.pair(links[: _MAX_LINKS + 1], objs))
    if len(pairs) > _MAX_LINKS:
        raise LimitedError(f"{child.key}: more than {_MAX_LINKS} related rows; ask for fewer rows at once.")
    found = LoadedRelation()
    found.rows = read_rows(restrict_columns(rows.filter(pk__in={pair[1] for pair in pairs}), child.selection))
    rank = {row.pk: position for position, row in enumerate(found.rows)}
    positions: dict[Any, list[int]] = defaultdict(list)
    for parent, target in pairs:
        if target in rank:
            positions[parent].append(rank[target])
    in_order = list if keeps_order else sorted
    found.by_parent = {
        parent: [found.rows[p] for p in in_order(ranks)[page.offset : page.offset + page.limit]]
        for parent, ranks in positions.items()
    }
    return found
