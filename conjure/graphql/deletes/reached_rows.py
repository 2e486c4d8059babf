"""The rows of one model that a delete reaches: few are held as keys; many stay a query that the database counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q

from conjure.graphql.rows.visible import Rows
from conjure.values.batches import batches

CHUNK = 5_000
"""So many keys are written into a condition; SQLite takes 32,766 values a query, and several conditions may meet."""


class ReachedRows:
    """Rows of one model, as a list of keys or as a query."""

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

    def hold_if_few(self) -> ReachedRows:
        """The same rows, by their keys if they are few: what they lead to is then found without nested queries."""
        if self.is_held:
            return self
        keys = list(self._rows.values_list("pk", flat=True)[: CHUNK + 1])
        return self if len(keys) > CHUNK else ReachedRows(every_row(self._rows), keys=keys)

    def by_keys(self) -> ReachedRows:
        """The same rows, by their keys."""
        return self if self.is_held else ReachedRows(every_row(self._rows), keys=self.keys)

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
            condition &= ~Q(pk__in=every_row(self._rows).filter(but).values("pk"))
        if within is not None:
            condition &= Q(pk__in=within.order_by().values("pk"))
        return sum(rows.filter(condition).count() for rows in self.queries())

    def exists(self) -> bool:
        """Whether there is any row."""
        return self._rows.exists() if self._keys is None else bool(self._keys)

    @cached_property
    def total(self) -> int:
        """How many rows there are."""
        return self.count()

    def without_keys(self, keys: Collection[Any]) -> ReachedRows:
        """These rows but for those with certain keys; loads the keys of these rows."""
        return ReachedRows(every_row(self._rows), keys=set(self.keys).difference(keys))

    def without(self, others: ReachedRows | None) -> ReachedRows:
        """These rows but for the others."""
        if others is None or others.is_held:
            return self if others is None else self.without_keys(others.keys)
        keys = set(self.keys)
        for chunk in chunked(keys):
            keys.difference_update(others._rows.filter(pk__in=chunk).values_list("pk", flat=True))
        return ReachedRows(every_row(self._rows), keys=keys)


def every_row(rows: Rows) -> Rows:
    """Every row of the model of some rows, in their database, as Django's own collector sees them."""
    every: Rows = rows.model._base_manager.using(rows.db).order_by()
    return every


def chunked(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values, of which more may come meanwhile, in lists of no more than ``CHUNK``."""
    return batches(list(values), CHUNK)


def _is_same_value(pk: Any, column: Any) -> bool:
    """Whether a primary key holds the column's value: it is the column, or a parent link that leads to it."""
    while pk is not column:
        if not getattr(pk, "is_relation", False) or len(pk.foreign_related_fields) != 1:
            return False
        pk = pk.target_field
    return True
