"""Find the rows that a delete reaches, model by model along the cascade, and those that block it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.deletion import Collector, ProtectedError

from conjure.graphql.deletes.cascade import Cascade, Edge, Model, Node, Rule
from conjure.graphql.deletes.reached_rows import ReachedRows, chunked
from conjure.graphql.rows.visible import Rows


class CascadeSearch:
    """Finds the rows that deleting the rows with certain keys would reach, node by node of the cascade."""

    def __init__(self, cascade: Cascade, keys: Collection[Any], using: str, needed: set[Node] | None = None) -> None:
        """Only the ``needed`` nodes are looked at, or all of them."""
        self.cascade = cascade
        self.using = using
        self.root_keys = keys
        self._reached: dict[Node, ReachedRows] = {}
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

    def reached(self, model: Model) -> ReachedRows | None:
        """The rows of a model that would be deleted, or None where there are none."""
        found = [self._reached[node] for node in (Node(model), Node(model, False)) if node in self._reached]
        if len(found) < 2:
            return found[0] if found else None
        return ReachedRows(self.rows(model), keys=set(chain.from_iterable(rows.keys for rows in found)))

    def reached_by_cascade(self, model: Model) -> ReachedRows | None:
        """The same without rows that are only the parent part of other rows."""
        return self._reached.get(Node(model))

    def blocked(self) -> dict[Model, ReachedRows]:
        """The rows that prevent the delete, by model: protecting ones, and restricting ones that would stay."""
        conditions: dict[tuple[Model, Rule], list[list[Q]]] = {}
        for edge in self.cascade.blocks:
            source = self._reached.get(edge.source)
            if source is not None:
                found = list(self._blocking(edge, source))
                conditions.setdefault((edge.target.model, edge.rule), []).append(found)
        blocked: dict[Model, ReachedRows] = {}
        for (model, rule), groups in conditions.items():
            rows = self._select(model, groups)
            if rule is Rule.RESTRICT and rows is not None:
                rows = rows.without(self.reached(model))
            if rows is not None and rows.total:
                blocked[model] = self._join(model, blocked.get(model), rows)
        return blocked

    def _join(self, model: Model, rows: ReachedRows | None, others: ReachedRows) -> ReachedRows:
        return others if rows is None else ReachedRows(self.rows(model), keys={*rows.keys, *others.keys})

    # How rows are found.

    def _advance(self, node: Node) -> None:
        """Find the rows of a node that does not lead to itself."""
        if node == self.cascade.root:
            self._reached[node] = ReachedRows(self.rows(node.model), keys=self.root_keys)
            return
        groups = [
            list(self._conditions(edge, self._reached[edge.source]))
            for edge in self.cascade.incoming[node]
            if edge.source in self._reached
        ]
        rows = self._select(node.model, groups)
        if rows is not None and not rows.is_held and node in self.cascade.sources:
            rows = rows.hold_if_few()
        if rows is not None and (not rows.is_held or rows.keys):
            self._reached[node] = rows

    def _select(self, model: Model, groups: Iterable[list[Q]]) -> ReachedRows | None:
        """The rows of any condition; where one edge needs several, since there are many keys, the keys found."""
        groups = [group for group in groups if group]
        if not groups:
            return None
        if all(len(group) == 1 for group in groups):
            return ReachedRows(self.rows(model).filter(Q(*chain.from_iterable(groups), _connector=Q.OR)))
        return ReachedRows(self.rows(model), keys=self._find_keys(model, chain.from_iterable(groups)))

    def _find_keys(self, model: Model, conditions: Iterable[Q]) -> set[Any]:
        keys: set[Any] = set()
        for condition in conditions:
            keys.update(self.rows(model).filter(condition).values_list("pk", flat=True))
        return keys

    def _spread(self, stage: tuple[Node, ...]) -> None:
        """Find the rows of nodes that lead to each other, one step along the edges at a time."""
        found: dict[Node, set[Any]] = {node: set() for node in stage}
        fresh: dict[Node, set[Any]] = {}
        for node in stage:
            outside = [edge for edge in self.cascade.incoming[node] if edge.source not in stage]
            conditions = [
                q for e in outside if e.source in self._reached for q in self._conditions(e, self._reached[e.source])
            ]
            fresh[node] = self._find_keys(node.model, conditions)
            if node == self.cascade.root:
                fresh[node] |= set(self.root_keys)
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
                        edge, ReachedRows(self.rows(edge.source.model), keys=previous[edge.source])
                    )
                ]
                fresh[node] = self._find_keys(node.model, conditions) - found[node]
        for node, keys in found.items():
            if keys:
                self._reached[node] = ReachedRows(self.rows(node.model), keys=keys)

    # What an edge says of the rows that it leads to.

    def _conditions(self, edge: Edge, source: ReachedRows) -> Iterator[Q]:
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

    def _blocking(self, edge: Edge, source: ReachedRows) -> Iterator[Q]:
        if edge.rule is Rule.CUSTOM:
            _, blocking = self._run_custom(edge, source)
            yield from (Q(pk__in=chunk) for chunk in chunked(blocking))
        else:
            yield from _foreign_key_conditions(edge.field, source)

    def _run_custom(self, edge: Edge, source: ReachedRows) -> tuple[set[Any], set[Any]]:
        """The keys that a project's own ``on_delete`` collects and those that it protects."""
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
    """Records what it is asked to collect, and collects nothing."""

    def __init__(self, using: str) -> None:
        super().__init__(using)
        self.cascaded: list[Any] = []

    def collect(self, objs: Any, *arguments: Any, **options: Any) -> None:
        self.cascaded.extend(objs)


def _foreign_key_conditions(field: Any, source: ReachedRows) -> Iterator[Q]:
    targets = field.foreign_related_fields
    if len(targets) == 1:
        for operand in source.operands(targets[0]):
            yield Q(**{f"{field.name}__in": operand})
        return
    pairs = {there.attname: OuterRef(here.attname) for here, there in field.related_fields}
    for rows in source.queries():
        yield Q(Exists(rows.filter(**pairs)))


def _generic_conditions(field: Any, source: ReachedRows) -> Iterator[Q]:
    """Rows whose generic foreign key names one of the rows."""
    item = field.related_model._meta.get_field(field.object_id_field_name)
    kind = {f"{field.content_type_field_name}__pk": field.get_content_type().pk}
    pk = field.model._meta.pk
    if not source.is_held and not (isinstance(item, models.IntegerField) and isinstance(pk, models.IntegerField)):
        # Keys are written as text, which databases do in ways of their own.
        source = source.by_keys()
    for operand in source.operands(pk):
        yield Q(**kind, **{f"{field.object_id_field_name}__in": operand})
