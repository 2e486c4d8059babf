"""Counts: the numbers of rows of several querysets, in few queries."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, models, transaction
from django.db.models import Count, Value

from conjure.conf import settings
from conjure.graphql.rows.visible import Rows
from conjure.values.batches import batches

Key = TypeVar("Key")
_BATCH = 50


def count_all(querysets: Mapping[Key, Rows]) -> dict[Key, int]:
    """The number of rows of each queryset, by one query for up to fifty of them."""
    return {key: count for batch in _batches(querysets) for key, count in _count(querysets, batch).items()}


def count_readable(querysets: Mapping[Key, Rows]) -> dict[Key, int]:
    """The same without querysets that the database cannot count, which are logged.

    One missing table, such as that of an unmanaged model, must not cost the counts of the others.
    """
    counts: dict[Key, int] = {}
    for batch in _batches(querysets):
        try:
            counts.update(_count_in_savepoint(querysets, batch))
        except DatabaseError:
            counts.update(_count_one_by_one(querysets, batch))
    return counts


def _count_one_by_one(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    counts: dict[Key, int] = {}
    for key in keys:
        try:
            counts.update(_count_in_savepoint(querysets, [key]))
        except DatabaseError:
            label = querysets[key].model._meta.label
            logging.getLogger(settings.LOGGER_NAME).warning("%s cannot be counted.", label, exc_info=True)
    return counts


def _count_in_savepoint(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    with transaction.atomic(using=querysets[keys[0]].db):
        return _count(querysets, keys)


def _batches(querysets: Mapping[Key, Rows]) -> Iterator[list[Key]]:
    """Batches of querysets of one database that can be counted together; any other is a batch by itself."""
    plain: dict[str, list[Key]] = {}
    for key, rows in querysets.items():
        if _can_be_joined(rows):
            plain.setdefault(rows.db, []).append(key)
        else:
            yield [key]
    for keys in plain.values():
        yield from batches(keys, _BATCH)


def _can_be_joined(rows: Rows) -> bool:
    query = rows.query
    return not (query.is_sliced or query.distinct or query.combinator or query.annotations or query.extra)


def _count(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    if len(keys) == 1:
        return {keys[0]: querysets[keys[0]].order_by().count()}
    first, *others = (_count_as_row(querysets[key], number) for number, key in enumerate(keys))
    # Otherwise Django would put the union in the first model's ordering.
    union = first.union(*others, all=True).order_by()
    return {keys[row["conjure_number"]]: row["conjure_count"] for row in union}


def _count_as_row(rows: Rows, number: int) -> Any:
    numbered = rows.order_by().select_related(None)
    numbered = numbered.annotate(conjure_number=Value(number, output_field=models.IntegerField()))
    return numbered.values("conjure_number").annotate(conjure_count=Count("*"))
