"""The rows that are deleted together with others: by the cascade, or by the project's own code meanwhile."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete, pre_delete

from conjure.exceptions import ForbiddenError
from conjure.graphql.context import Context
from conjure.graphql.deletes.cascade import Model, build_cascade
from conjure.graphql.deletes.cascade_search import CascadeSearch
from conjure.graphql.deletes.deletion import has_own_delete, may_delete_row
from conjure.graphql.deletes.reached_rows import ReachedRows, chunked
from conjure.graphql.rows.read import read_rows
from conjure.specs.models import ModelSpec

LISTED_ROWS = 1_000
"""Of more companions than this of one model only the keys are told."""

Entry = TypeVar("Entry")
Describe = Callable[[Sequence[Any]], Sequence[Entry]]
"""What is kept of some rows of one model, such as their entries in the audit log."""


def may_delete_more(spec: ModelSpec) -> bool:
    """Whether code of the project takes part in a delete, so that it may delete other rows than the cascade does."""
    models_reached = {node.model for node in build_cascade(spec.model).nodes()}
    return has_own_delete(spec) or any(
        signal.has_listeners(model) for model in models_reached for signal in (pre_delete, post_delete)
    )


class Companions(Generic[Entry]):
    """The companions of one model: what is kept of each where they are few, and all of their keys."""

    def __init__(self, model: Model, keys: Sequence[Any], entries: Sequence[Entry] | None) -> None:
        self.model = model
        self.keys = keys
        self.entries = entries


def find_companions(spec: ModelSpec, rows: Sequence[Any], describe: Describe[Entry]) -> Iterator[Companions[Entry]]:
    """The rows that deleting these rows will cascade to, by model, without the parts of the rows themselves."""
    cascade = build_cascade(spec.model)
    wanted = {node for node in cascade.nodes() if node.followed and not node.model._meta.auto_created}
    if not cascade.is_cyclic(cascade.stages[0]):
        wanted.discard(cascade.root)
    if not wanted:
        return
    keys = [row.pk for row in rows]
    search = CascadeSearch(cascade, keys, rows[0]._state.db, cascade.ancestors(wanted))
    for model in dict.fromkeys(node.model for node in wanted):
        reached = search.reached_by_cascade(model)
        if reached is not None:
            yield from _load(model, reached, _parts(spec.model, model, keys), describe)


def _parts(root: Model, model: Model, keys: Sequence[Any]) -> list[Q]:
    """Conditions for what the deleted rows themselves have in the table of a model."""
    concrete = root._meta.concrete_model
    if model._meta.concrete_model is concrete:
        return [Q(pk__in=chunk) for chunk in chunked(keys)]
    if concrete is not None and issubclass(model, concrete):
        return [Q((f"{concrete._meta.pk.name}__in", chunk)) for chunk in chunked(keys)]
    return []


def _load(model: Model, reached: ReachedRows, parts: list[Q], describe: Describe[Entry]) -> Iterator[Companions[Entry]]:
    queries = [query.exclude(Q(*parts, _connector=Q.OR)) if parts else query for query in reached.queries()]
    few = list(islice((row for query in queries for row in read_rows(query[: LISTED_ROWS + 1])), LISTED_ROWS + 1))
    if len(few) <= LISTED_ROWS:
        if few:
            yield Companions(model, [row.pk for row in few], describe(few))
        return
    keys = [key for query in queries for key in query.values_list("pk", flat=True)]
    yield Companions(model, keys, None)


class NotedCompanions(Generic[Entry]):
    """The rows that Django says it is about to delete, apart from those that were asked for."""

    def __init__(self, context: Context, rows: Sequence[Any], describe: Describe[Entry]) -> None:
        self._context = context
        self._describe = describe
        self._own = {(row._meta.concrete_model, row.pk) for row in rows}
        # Of a row of a child model, its part in each parent's table is deleted too.
        self._parts = {part for row in rows for part in _parts_of(row)}
        self._entries: dict[Model, dict[Any, Entry | None]] = defaultdict(dict)
        self._denied: set[tuple[Model, Any]] = set()

    def note(self, model: Model, row: Any) -> None:
        """Take note of a row that is about to be deleted."""
        noted = self._entries[model]
        if model._meta.auto_created or (model._meta.concrete_model, row.pk) in self._own or row.pk in noted:
            return
        self._parts |= _parts_of(row)
        noted[row.pk] = self._describe([row])[0] if len(noted) < LISTED_ROWS else None
        if not may_delete_row(self._context, model, row):
            self._denied.add((model, row.pk))

    def found(self) -> Iterator[Companions[Entry]]:
        """The companions. Raise ForbiddenError, naming the models, where the user may not delete one of them."""
        denied = {model for model, key in self._denied if (model, key) not in self._parts}
        if denied:
            names = ", ".join(sorted(str(model._meta.verbose_name) for model in denied))
            raise ForbiddenError(f"This would also delete what you may not delete: {names}.")
        for model, noted in self._entries.items():
            kept = {key: entry for key, entry in noted.items() if (model, key) not in self._parts}
            entries = [entry for entry in kept.values() if entry is not None]
            if kept:
                yield Companions(model, list(kept), entries if len(entries) == len(kept) else None)


def _parts_of(row: Any) -> set[tuple[Model, Any]]:
    return {(parent, getattr(row, parent._meta.pk.attname, None)) for parent in row._meta.all_parents}


@contextmanager
def noting_companions(
    context: Context, rows: Sequence[Any], describe: Describe[Entry]
) -> Iterator[NotedCompanions[Entry]]:
    """Note the rows that are deleted in the block, by whichever code, other than the rows themselves.

    Only what Django deletes row by row is seen: nobody is told of ``_raw_delete``, of SQL, and of what the database
    itself cascades to.
    """
    noted = NotedCompanions(context, rows, describe)
    thread = threading.get_ident()

    def note(sender: type[models.Model], instance: models.Model, **_: Any) -> None:
        if threading.get_ident() == thread:
            noted.note(sender, instance)

    pre_delete.connect(note, weak=False)
    try:
        yield noted
    finally:
        pre_delete.disconnect(note)
