"""Loading: the rows of a selection with everything it asks of them, in a number of queries fixed by the document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import models, router
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.db.models.manager import Manager
from graphql.execution.values import get_argument_values

from conjure.exceptions import ForbiddenError, LimitedError
from conjure.graphql.context import Context
from conjure.graphql.fields.kinds import get_field_type
from conjure.graphql.reading.bindings import LOADED, OWN_LABEL, ForwardBinding, ManyBinding
from conjure.graphql.reading.completion import try_to_complete
from conjure.graphql.reading.selections import Child, Selection
from conjure.graphql.rows.filters import apply_filters
from conjure.graphql.rows.labels import label_needs, make_labels
from conjure.graphql.rows.ordering import apply_ordering, parse_order_input
from conjure.graphql.rows.pages import Page, parse_page
from conjure.graphql.rows.read import read_rows
from conjure.graphql.rows.visible import Rows, all_rows, is_scoped, only_columns, scoped_rows, visible_rows
from conjure.orm.key_queries import find_by_keys
from conjure.orm.row_queries import Found, Join, read_with_targets
from conjure.specs.fields import FieldSpec, ReverseSpec
from conjure.specs.models import ModelSpec

# More related rows than this in one query are counted off by the database instead of here.
_TRIM_IN_PYTHON = 10_000
_MAX_LINKS = 200_000
# Labels of more rows than this come by queries of their own, which ask for each target once.
_MAX_JOINED = 1_000


class LoadedChild:
    """The rows of one relation: ``rows`` by the value that points to them, or ``groups`` of them by parent pk."""

    __slots__ = ("groups", "rows")

    def __init__(self) -> None:
        self.rows: dict[Any, Any] = {}
        self.groups: dict[Any, list[Any]] = {}


class Loaded:
    """What was loaded beside the rows of one selection; every row of it refers to it."""

    __slots__ = ("children", "context", "displays", "ids", "selection", "target_labels")

    def __init__(self, context: Context, selection: Selection) -> None:
        self.context = context
        self.selection = selection
        self.displays: dict[str, dict[Any, str]] = {}
        self.target_labels: dict[str, dict[Any, str]] = {}
        self.ids: dict[str, dict[Any, list[Any]]] = {}
        self.children: dict[str, LoadedChild] = {}


class LoadedRows(list[Any]):
    """A list of rows that were loaded together for one selection."""

    loaded: Loaded
    _completed: list[dict[str, Any]] | None = None

    def complete(self) -> None:
        """Make the response objects now, for ``take_completed``, where no code of the project's has a part in them."""
        if not self.loaded.selection.calls_methods:
            self._completed = self.take_completed()

    def take_completed(self) -> list[dict[str, Any]] | None:
        """The response objects; None where graphql-core's executor has to make them and to report what is wrong."""
        completed, self._completed = self._completed, None
        return try_to_complete(self.loaded.selection, self) if completed is None else completed


def load_rows(context: Context, selection: Selection, rows: Rows, info: Any, found: Found | None = None) -> LoadedRows:
    """Run the query of the rows and load all that the selection asks of them; for ``found`` see ``read_page``."""
    read, targets = read_page(rows, selection, found=found)
    objs = LoadedRows(read)
    objs.loaded = attach(context, selection, objs, info, targets)
    return objs


def read_page(
    rows: Rows, selection: Selection, extra: Iterable[str] = (), found: Found | None = None
) -> tuple[list[Any], Mapping[str, list[Any]]]:
    """Run the query of the rows; with them, by attname, the rows whose labels are asked for, where they can come along.

    ``extra`` are columns that are needed beside those of the selection. ``found`` is called with the number of rows
    before anything is made of them, where that can be told.
    """
    restricted = restrict_columns(rows, selection, extra)
    read = read_with_targets(restricted, _joins(selection, restricted), found) if _is_page(restricted) else None
    return read or (read_rows(restricted), {})


def _is_page(rows: Rows) -> bool:
    return rows.query.high_mark is not None and rows.query.high_mark - rows.query.low_mark <= _MAX_JOINED


def _joins(selection: Selection, rows: Rows) -> list[Join]:
    """What labels are known to read of the rows that foreign keys point to, where nothing hides any of those rows."""
    joins = []
    for field in selection.target_labels:
        target = field.related_model
        if target is None or field.field.model._meta.concrete_model is not rows.model._meta.concrete_model:
            continue
        related, columns = selection.spec.related(target), label_needs(target).columns
        if columns and (related is None or not is_scoped(related)):
            key: Any = field.field.target_field  # type: ignore[attr-defined]
            joins.append(Join(field.attname, target, key.attname, columns))
    return joins


def restrict_columns(rows: Rows, selection: Selection, extra: Iterable[str] = ()) -> Rows:
    """Load only the columns that the selection and its labels need.

    A config's queryset that joins relations itself is left as it is: Django refuses to defer what it joins over.
    """
    if rows.query.select_related or selection.needs_whole_rows or rows.query.combinator:
        return rows
    wanted = selection.columns | set(extra)
    if selection.wants_label:
        wanted |= label_needs(selection.spec.model).columns
    return only_columns(rows, wanted)


def attach(
    context: Context,
    selection: Selection,
    objs: Sequence[Any],
    info: Any,
    targets: Mapping[str, list[Any]] = MappingProxyType({}),
) -> Loaded:
    """Load labels, many-to-many pks and relations for rows that are here already.

    ``targets`` are the rows that foreign keys point to, by attname, where they came along.
    """
    _refuse_excluded(context, selection)
    loaded = Loaded(context, selection)
    for obj in objs:
        obj.__dict__[LOADED] = loaded
    for field in selection.displays:
        loaded.displays[field.name] = {value: str(label) for value, label in field.choices() if _is_hashable(value)}
    if selection.wants_label:
        for obj, label in zip(objs, make_labels(objs), strict=True):
            obj.__dict__[OWN_LABEL] = label
    for field in selection.target_labels:
        found = targets.get(field.attname)
        if found is None:
            found = _load_targets(context, selection.spec, field, objs)
        loaded.target_labels[field.name] = _label_targets(field, found)
    for field in selection.ids:
        loaded.ids[field.name] = load_ids(context, selection.spec, field, objs)
    for child in selection.children.values():
        if isinstance(child.binding, ForwardBinding):
            loaded.children[child.key] = _load_forward(context, child, objs, info)
        else:
            loaded.children[child.key] = _load_many(context, child, objs, info)
    return loaded


def _refuse_excluded(context: Context, selection: Selection) -> None:
    """Raise ForbiddenError for a field that this request may not see."""
    excluded = context.excluded(selection.spec)
    if excluded is selection.spec.excluded:
        return
    for _, binding in selection.entries:
        name = binding.field_name if binding else None
        if name in excluded:
            raise ForbiddenError(f"You may not see the field {name} of {selection.spec.verbose_name_plural}.")


def _is_hashable(value: Any) -> bool:
    return not isinstance(value, list | dict | set)


def _database(model: type[models.Model], objs: Sequence[Any]) -> str:
    """The database that a related row is read from, as Django's own relations choose it."""
    return router.db_for_read(model, instance=objs[0])


def _distinct_values(objs: Sequence[Any], attname: str) -> list[Any]:
    values = {getattr(obj, attname) for obj in objs}
    values.discard(None)
    return list(values)


# Foreign keys.


def load_target_labels(context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[Any]) -> dict[Any, str]:
    """Labels by the value that points to the row; a row that the related config's scope hides has none."""
    return _label_targets(field, _load_targets(context, spec, field, objs))


def _label_targets(field: FieldSpec, targets: list[Any]) -> dict[Any, str]:
    if not targets:
        return {}
    key: Any = field.field.target_field  # type: ignore[attr-defined]
    return {getattr(row, key.attname): label for row, label in zip(targets, make_labels(targets), strict=True)}


def _load_targets(context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[Any]) -> list[Any]:
    values = _distinct_values(objs, field.attname)
    target = field.related_model
    if not values or target is None:
        return []
    key: Any = field.field.target_field  # type: ignore[attr-defined]
    return _find_by_keys(context, spec.related(target), target, key, values, _database(target, objs))


def _find_by_keys(
    context: Context, related: ModelSpec | None, model: type[models.Model], key: Any, values: list[Any], using: str
) -> list[Any]:
    wanted = label_needs(model).columns | {key.attname}
    if related is None or not is_scoped(related):
        found = find_by_keys(model, key, values, wanted, using)
        if found is not None:
            return found
        rows = all_rows(model)
    else:
        rows = scoped_rows(context, related)
    rows = rows.using(using).filter(**{f"{key.attname}__in": values}).order_by()
    return read_rows(rows if rows.query.select_related else only_columns(rows, wanted))


def _load_forward(context: Context, child: Child, objs: Sequence[Any], info: Any) -> LoadedChild:
    binding = child.binding
    assert isinstance(binding, ForwardBinding)
    found = LoadedChild()
    rows = visible_rows(context, binding.related)
    values = _distinct_values(objs, binding.field.attname)
    if values:
        key = binding.field.field.target_field.attname  # type: ignore[attr-defined]
        rows = rows.using(_database(binding.related.model, objs)).filter(**{f"{key}__in": values}).order_by()
        targets = read_rows(restrict_columns(rows, child.selection, [key]))
        attach(context, child.selection, targets, info)
        found.rows = {getattr(row, key): row for row in targets}
    return found


# Many-to-many fields and reverse relations.


def load_ids(context: Context, spec: ModelSpec, field: FieldSpec, objs: Sequence[Any]) -> dict[Any, list[Any]]:
    """The pks that a many-to-many field holds, by the row's pk, in the target model's own order."""
    target = field.related_model
    if not objs or target is None:
        return {}
    through, here, there = _link_names(field)
    related = spec.related(target)
    links = through._base_manager.using(_database(through, objs)).filter(**{f"{here}__in": [o.pk for o in objs]})
    if related is not None and is_scoped(related):
        links = links.filter(**{f"{there}__in": scoped_rows(context, related).order_by()})
    elif type(target._default_manager) is not Manager:
        links = links.filter(**{f"{there}__in": target._default_manager.all().order_by()})
    ordering = [
        _through_term(there, term) for term in target._meta.ordering or () if isinstance(term, str) and term != "?"
    ]
    field_type = get_field_type(field.field)
    reader = field_type.make_reader(field.value_field)
    ids: dict[Any, list[Any]] = defaultdict(list)
    there_id = through._meta.get_field(there).attname
    here_id = through._meta.get_field(here).attname
    for parent, value in links.order_by(*ordering, there_id).values_list(here_id, there_id):
        ids[parent].append(reader(value) if reader is not None else value)
    return dict(ids)


def _through_term(there: str, term: str) -> str:
    return f"-{there}__{term[1:]}" if term.startswith("-") else f"{there}__{term.lstrip('+')}"


def _link_names(source: FieldSpec | ReverseSpec) -> tuple[Any, str, str]:
    """The through model of a many-to-many relation, and its foreign keys to this side and to the other."""
    field: Any = source.field if isinstance(source, FieldSpec) else source.relation.field
    through = field.remote_field.through
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    return (through, here, there) if isinstance(source, FieldSpec) else (through, there, here)


def _load_many(context: Context, child: Child, objs: Sequence[Any], info: Any) -> LoadedChild:
    binding = child.binding
    assert isinstance(binding, ManyBinding)
    found = LoadedChild()
    arguments = get_argument_values(child.definition, child.node, info.variable_values) if child.definition.args else {}
    related = binding.related
    rows = visible_rows(context, related)
    if not objs:
        return found
    rows = rows.using(_database(related.model, objs))
    rows = apply_filters(context, related, rows, arguments.get("filters"))
    terms = parse_order_input(context, related, arguments.get("ordering") or [])
    page = Page(offset=0, limit=1) if binding.is_single else parse_page(arguments.get("pagination"))
    if isinstance(binding.source, FieldSpec) or binding.source.is_many_to_many:
        found.groups = _load_linked(context, child, apply_ordering(related, rows, terms), page, objs, info)
    else:
        found.groups = _load_pointing(context, child, rows, terms, page, objs, info)
    return found


def _load_pointing(
    context: Context, child: Child, rows: Rows, terms: Any, page: Page, objs: Sequence[Any], info: Any
) -> dict[Any, list[Any]]:
    """Rows whose foreign key points here, in groups by the pk of the row that they point to."""
    field: Any = child.binding.source.relation.field  # type: ignore[union-attr]
    key = field.target_field.attname
    parents = {getattr(obj, key): obj.pk for obj in objs}
    rows = rows.filter(**{f"{field.name}__in": list(parents)})
    ordered = restrict_columns(apply_ordering(child.binding.related, rows, terms), child.selection, [field.attname])
    found = read_rows(ordered[: _TRIM_IN_PYTHON + 1])
    if len(found) > _TRIM_IN_PYTHON:
        order: Any = list(ordered.query.order_by)
        number = Window(RowNumber(), partition_by=F(field.attname), order_by=order or None)
        numbered = ordered.annotate(_conjure_number=number)
        found = list(numbered.filter(_conjure_number__gt=page.offset, _conjure_number__lte=page.offset + page.limit))
        page = Page(offset=0, limit=page.limit)
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in found:
        groups[parents[getattr(row, field.attname)]].append(row)
    groups = {parent: group[page.offset : page.offset + page.limit] for parent, group in groups.items()}
    attach(context, child.selection, [row for group in groups.values() for row in group], info)
    return groups


def _load_linked(
    context: Context, child: Child, rows: Rows, page: Page, objs: Sequence[Any], info: Any
) -> dict[Any, list[Any]]:
    """Rows at the other end of a many-to-many relation, each loaded once, in groups by the pk of this end."""
    through, here, there = _link_names(child.binding.source)  # type: ignore[union-attr]
    here_id, there_id = through._meta.get_field(here).attname, through._meta.get_field(there).attname
    links = through._base_manager.using(rows.db).filter(
        **{f"{here}__in": [obj.pk for obj in objs], f"{there}__in": rows.order_by()}
    )
    pairs = list(links.values_list(here_id, there_id)[: _MAX_LINKS + 1])
    if len(pairs) > _MAX_LINKS:
        raise LimitedError(f"{child.key}: more than {_MAX_LINKS} related rows; ask for fewer rows at once.")
    targets = read_rows(restrict_columns(rows.filter(pk__in={pair[1] for pair in pairs}), child.selection))
    rank = {row.pk: position for position, row in enumerate(targets)}
    positions: dict[Any, list[int]] = defaultdict(list)
    for parent, target in pairs:
        if target in rank:
            positions[parent].append(rank[target])
    groups = {
        parent: [targets[p] for p in sorted(ranks)[page.offset : page.offset + page.limit]]
        for parent, ranks in positions.items()
    }
    attach(context, child.selection, targets, info)
    return groups
