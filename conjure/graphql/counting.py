"""The numbers of rows of several querysets, asked of the database at once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, models, transaction
from django.db.models import Count, Value

from conjure.conf import settings
from conjure.graphql.querysets import Rows

Key = TypeVar("Key")
_BATCH = 50


def count_each(querysets: Mapping[Key, Rows]) -> dict[Key, int]:
    """The number of rows of each queryset, a query for fifty of them; one that cannot be counted is left out.

    It is logged: a table that is not there, such as that of an unmanaged model, must not cost the others.
    """
    counts: dict[Key, int] = {}
    plain: dict[str, list[Key]] = {}
    for key, rows in querysets.items():
        if _is_plain(rows):
            plain.setdefault(rows.db, []).append(key)
        else:
            counts.update(_count_one_by_one(querysets, [key]))
    for keys in plain.values():
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            try:
                counts.update(_count_together(querysets, batch))
            except DatabaseError:
                counts.update(_count_one_by_one(querysets, batch))
    return {key: counts[key] for key in querysets if key in counts}


def _is_plain(rows: Rows) -> bool:
    query = rows.query
    return not (query.is_sliced or query.distinct or query.combinator or query.annotations or query.extra)


def _count_together(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    counts = [_count_as_row(querysets[key], number) for number, key in enumerate(keys)]
    union = counts[0].union(*counts[1:], all=True).order_by() if len(counts) > 1 else counts[0]
    with transaction.atomic(using=counts[0].db):
        return {keys[row["conjure_number"]]: row["conjure_count"] for row in union}


def _count_as_row(rows: Rows, number: int) -> Any:
    numbered = rows.order_by().select_related(None)
    numbered = numbered.annotate(conjure_number=Value(number, output_field=models.IntegerField()))
    return numbered.values("conjure_number").annotate(conjure_count=Count("*"))


def _count_one_by_one(querysets: Mapping[Key, Rows], keys: Sequence[Key]) -> dict[Key, int]:
    counts = {}
    for key in keys:
        rows = querysets[key]
        try:
            with transaction.atomic(using=rows.db):
                counts[key] = rows.order_by().count()
        except DatabaseError:
            logging.getLogger(settings.LOGGER_NAME).warning(
                "Rows of %s cannot be counted.", rows.model._meta.label, exc_info=True
            )
    return counts
