"""Which rows a delete reaches: few are held as keys, many as a query, so that the database counts them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.deletion import Collector, ProtectedError

from conjure.graphql.deletes.cascade import Cascade, Edge, Model, Node, Rule
from conjure.graphql.rows.visible import Rows

CHUNK = 5_000
"""So many keys are written into a condition; SQLite takes 32,766 values a query, and several conditions may meet."""


class Reached:
    """Some rows of one model, as a list of keys or as a query."""

    def __init__(self, rows: Rows, *, keys: Collection[Any] | None = None) -> None:
        """``rows`` are the rows that are meant, or where there are keys every row of the model."""
        self._rows = rows
        self._keys = keys

    @property
    def is_held(self) -> bool:
        """Whether the keys are here."""
        return self._keys is not None

    @cached_property
    def keys(self) -> Collection[Any]:
        """The primary keys, loaded where they are not here yet."""
        return list(self._rows.values_list("pk", flat=True)) if self._keys is None else self._keys

    def queries(self) -> Iterator[Rows]:
        """The rows as queries that do not overlap: one, or one a chunk of the keys."""
        if self._keys is None:
            yield self._rows
        else:
            yield from (self._rows.filter(pk__in=chunk) for chunk in chunked(self._keys))

    def operands(self, column: models.Field[Any, Any]) -> Iterator[Any]:
        """The values that the rows have in a column, as right sides of ``in``: lists of keys, or subqueries."""
        if self._keys is not None and _is_same_value(self._rows.model._meta.pk, column):
            yield from chunked(self._keys)
        else:
            yield from (rows.values(column.attname) for rows in self.queries())

    def count(self, *, but: Q | None = None, within: Rows | None = None) -> int:
        """How many rows there are, but for those of a condition, and within other rows."""
        if self._keys is not None and but is None and within is None:
            return len(self._keys)
        condition = Q()
        if but is not None:
            # As a subquery: the condition may join the table of a parent.
            condition &= ~Q(pk__in=self._rows.model._base_manager.using(self._rows.db).filter(but).values("pk"))
        if within is not None:
            condition &= Q(pk__in=within.order_by().values("pk"))
        return sum(rows.filter(condition).count() for rows in self.queries())

    def exists(self) -> bool:
        """Whether there is any row."""
        return self._rows.exists() if self._keys is None else bool(self._keys)

    def without(self, others: Reached | None) -> Reached:
        """These rows but for the others."""
        if others is None:
            return self
        keys = set(self.keys)
        if others.is_held:
            keys.difference_update(others.keys)
        else:
            for chunk in chunked(list(keys)):
                keys.difference_update(others._rows.filter(pk__in=chunk).values_list("pk", flat=True))
        return Reached(self._rows.model._base_manager.using(self._rows.db).order_by(), keys=keys)


def chunked(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values in lists of no more than ``CHUNK``."""
    listed = list(values)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def _is_same_value(pk: Any, column: Any) -> bool:
    """Whether a primary key holds the column's value: it is the column, or a parent link that leads to it."""
    while pk is not column:
        if not getattr(pk, "is_relation", False) or len(pk.foreign_related_fields) != 1:
            return False
        pk = pk.target_field
    return True


class Reach:
    """The rows that deleting the rows of some keys would reach, node by node of the cascade."""

    def __init__(self, cascade: Cascade, keys: Collection[Any], using: str, needed: set[Node] | None = None) -> None:
        """Only the ``needed`` nodes are looked at, or all of them."""
        self.cascade = cascade
        self.using = using
        self._root_keys = keys
        self._reached: dict[Node, Reached] = {}
        self._customs: dict[Edge, tuple[set[Any], set[Any]]] = {}
        for stage in cascade.stages:
            wanted = tuple(node for node in stage if needed is None or node in needed)
            if wanted and cascade.is_cyclic(stage):
                self._spread(wanted)
            elif wanted:
                self._advance(wanted[0])

    def rows(self, model: Model) -> Rows:
        """Every row of a model, as Django's own collector sees them."""
        return model._base_manager.using(self.using).order_by()

    def models(self) -> list[Model]:
        """The models of which rows may be reached, nearest first."""
        return list(dict.fromkeys(node.model for node in self.cascade.nodes() if node in self._reached))

    def reached(self, model: Model) -> Reached | None:
        """The rows of a model that would be deleted, or None where there are none."""
        found = [self._reached[node] for node in (Node(model), Node(model, False)) if node in self._reached]
        if len(found) < 2:
            return found[0] if found else None
        return Reached(self.rows(model), keys=set(chain.from_iterable(rows.keys for rows in found)))

    def blocked(self) -> dict[Model, Reached]:
        """The rows that stand in the way, by model: protecting ones, and restricting ones that would not be deleted."""
        conditions: dict[tuple[Model, Rule], list[list[Q]]] = {}
        for edge in self.cascade.blocks:
            source = self._reached.get(edge.source)
            if source is not None:
                found = list(self._blocking(edge, source))
                conditions.setdefault((edge.target.model, edge.rule), []).append(found)
        blocked: dict[Model, Reached] = {}
        for (model, rule), groups in conditions.items():
            rows = self._select(model, groups)
            if rule is Rule.RESTRICT and rows is not None:
                rows = rows.without(self.reached(model))
            if rows is not None and rows.exists():
                blocked[model] = self._join(model, blocked.get(model), rows)
        return blocked

    def _join(self, model: Model, some: Reached | None, others: Reached) -> Reached:
        return others if some is None else Reached(self.rows(model), keys={*some.keys, *others.keys})

    # How rows are found.

    def _advance(self, node: Node) -> None:
        """Find the rows of a node that does not lead to itself."""
        if node == self.cascade.root:
            self._reached[node] = Reached(self.rows(node.model), keys=self._root_keys)
            return
        groups = [
            list(self._conditions(edge, self._reached[edge.source]))
            for edge in self.cascade.incoming[node]
            if edge.source in self._reached
        ]
        rows = self._select(node.model, groups)
        if rows is not None and not rows.is_held and node in self.cascade.sources:
            rows = self._hold_if_few(rows, node.model)
        if rows is not None and (not rows.is_held or rows.keys):
            self._reached[node] = rows

    def _hold_if_few(self, rows: Reached, model: Model) -> Reached:
        """Hold the keys of few rows: what they lead to is then found without nesting queries, or not asked at all."""
        query = next(rows.queries())
        keys = list(query.values_list("pk", flat=True)[: CHUNK + 1])
        return rows if len(keys) > CHUNK else Reached(self.rows(model), keys=keys)

    def _select(self, model: Model, groups: Iterable[list[Q]]) -> Reached | None:
        """The rows of any condition; where one edge needs several, since there are many keys, the keys found."""
        groups = [group for group in groups if group]
        if not groups:
            return None
        if all(len(group) == 1 for group in groups):
            return Reached(self.rows(model).filter(Q(*chain.from_iterable(groups), _connector=Q.OR)))
        return Reached(self.rows(model), keys=self._find_keys(model, chain.from_iterable(groups)))

    def _find_keys(self, model: Model, conditions: Iterable[Q]) -> set[Any]:
        keys: set[Any] = set()
        for condition in conditions:
            keys.update(self.rows(model).filter(condition).values_list("pk", flat=True))
        return keys

    def _spread(self, stage: tuple[Node, ...]) -> None:
        """Find the rows of nodes that lead to each other, one generation after the other."""
        found: dict[Node, set[Any]] = {node: set() for node in stage}
        fresh: dict[Node, set[Any]] = {}
        for node in stage:
            outside = [edge for edge in self.cascade.incoming[node] if edge.source not in stage]
            conditions = [
                q for e in outside if e.source in self._reached for q in self._conditions(e, self._reached[e.source])
            ]
            fresh[node] = self._find_keys(node.model, conditions)
            if node == self.cascade.root:
                fresh[node] |= set(self._root_keys)
        while any(fresh.values()):
            for node in stage:
                found[node] |= fresh[node]
            previous, fresh = fresh, {}
            for node in stage:
                conditions = [
                    condition
                    for edge in self.cascade.incoming[node]
                    if previous.get(edge.source)
                    for condition in self._conditions(
                        edge, Reached(self.rows(edge.source.model), keys=previous[edge.source])
                    )
                ]
                fresh[node] = self._find_keys(node.model, conditions) - found[node]
        for node, keys in found.items():
            if keys:
                self._reached[node] = Reached(self.rows(node.model), keys=keys)

    # What an edge says of the rows that it leads to.

    def _conditions(self, edge: Edge, source: Reached) -> Iterator[Q]:
        if edge.rule is Rule.GENERIC:
            yield from _generic_conditions(edge.field, source)
        elif edge.rule is Rule.CUSTOM:
            cascaded, _ = self._run_custom(edge, source)
            yield from (Q(pk__in=chunk) for chunk in chunked(cascaded))
        elif edge.rule is Rule.PARENT:
            for operand in source.operands(edge.field):
                yield Q(**{f"{edge.field.target_field.name}__in": operand})
        else:
            yield from _foreign_key_conditions(edge.field, source)

    def _blocking(self, edge: Edge, source: Reached) -> Iterator[Q]:
        if edge.rule is Rule.CUSTOM:
            _, blocking = self._run_custom(edge, source)
            yield from (Q(pk__in=chunk) for chunk in chunked(blocking))
        else:
            yield from _foreign_key_conditions(edge.field, source)

    def _run_custom(self, edge: Edge, source: Reached) -> tuple[set[Any], set[Any]]:
        """What a project's own ``on_delete`` does with the rows: the keys that it collects, those that it protects."""
        cascaded, blocking = self._customs.setdefault(edge, (set(), set()))
        for condition in _foreign_key_conditions(edge.field, source):
            rows = self.rows(edge.target.model).filter(condition)
            if not rows:
                continue
            recorder = _Recorder(self.using)
            try:
                edge.field.remote_field.on_delete(recorder, edge.field, rows, self.using)
            except ProtectedError as error:
                blocking.update(row.pk for row in error.protected_objects)
            restricted: Any = recorder.restricted_objects
            blocking.update(row.pk for found in restricted[edge.target.model].values() for row in found)
            cascaded.update(row.pk for row in recorder.cascaded)
        return cascaded, blocking


class _Recorder(Collector):
    """Writes down what it is asked to collect, and collects nothing."""

    def __init__(self, using: str) -> None:
        super().__init__(using)
        self.cascaded: list[Any] = []

    def collect(self, objs: Any, *arguments: Any, **options: Any) -> None:
        self.cascaded.extend(objs)


def _foreign_key_conditions(field: Any, source: Reached) -> Iterator[Q]:
    targets = field.foreign_related_fields
    if len(targets) == 1:
        for operand in source.operands(targets[0]):
            yield Q(**{f"{field.name}__in": operand})
        return
    pairs = {there.attname: OuterRef(here.attname) for here, there in field.related_fields}
    for rows in source.queries():
        yield Q(Exists(rows.filter(**pairs)))


def _generic_conditions(field: Any, source: Reached) -> Iterator[Q]:
    """Rows whose generic foreign key names one of the rows."""
    item = field.related_model._meta.get_field(field.object_id_field_name)
    kind = {f"{field.content_type_field_name}__pk": field.get_content_type().pk}
    pk = field.model._meta.pk
    if not source.is_held and not (isinstance(item, models.IntegerField) and isinstance(pk, models.IntegerField)):
        # Keys are written as text, which databases do in ways of their own.
        source = Reached(source._rows.model._base_manager.using(source._rows.db).order_by(), keys=source.keys)
    for operand in source.operands(pk):
        yield Q(**kind, **{f"{field.object_id_field_name}__in": operand})
