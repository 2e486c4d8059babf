"""The numbers of rows of several querysets, asked of the database at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, models, transaction
from django.db.models import Count, Value

from conjure.conf import settings
from conjure.graphql.rows.visible import Rows

Key = TypeVar("Key")
_BATCH = 50


def count_all(querysets: Mapping[Key, Rows]) -> dict[Key, int]:
    """The number of rows of each queryset, one query for fifty of them."""
    return {key: count for batch in _batches(querysets) for key, count in _count(querysets, batch).items()}


def count_what_can_be_counted(querysets: Mapping[Key, Rows]) -> dict[Key, int]:
    """The same without those that the database cannot count, which are logged.

    A table that is not there, such as that of an unmanaged model, must not cost the others.
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
    """Those of one database that can be counted together, fifty by fifty, and each of the others for itself."""
    plain: dict[str, list[Key]] = {}
    for key, rows in querysets.items():
        if _is_plain(rows):
            plain.setdefault(rows.db, []).append(key)
        else:
            yield [key]
    for keys in plain.values():
        yield from (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


def _is_plain(rows: Rows) -> bool:
    query = rows.query
    return not (query.is_sliced or query.distinct or query.combinator or query.annotations or query.extra)


def _count(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    if len(keys) == 1:
        return {keys[0]: querysets[keys[0]].order_by().count()}
    first, *others = (_count_as_row(querysets[key], number) for number, key in enumerate(keys))
    # Django would have the union in the order of the first model's own ordering.
    union = first.union(*others, all=True).order_by()
    return {keys[row["conjure_number"]]: row["conjure_count"] for row in union}


def _count_as_row(rows: Rows, number: int) -> Any:
    numbered = rows.order_by().select_related(None)
    numbered = numbered.annotate(conjure_number=Value(number, output_field=models.IntegerField()))
    return numbered.values("conjure_number").annotate(conjure_count=Count("*"))
