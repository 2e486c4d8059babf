"""Which querysets are plain: rows of one table, all or some of its columns, with a WHERE, an order and a slice.

A queryset is compared with a fresh one, attribute by attribute: all that may differ is listed here. So whatever else a
queryset can ask for, in this version of Django or in a later one, makes it not plain.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.sql import Query

from conjure.caches import cached

# Compared by themselves: the query, and what follows from where the rows are read. Once strawberry-django is imported,
# every clone of a queryset carries what its optimizer did to it, which is nothing here.
_QUERYSET_MAY_DIFFER = frozenset({"_query", "_db", "_strawberry_django_config"})
_QUERY_MAY_DIFFER = frozenset(
    {
        "where",
        "low_mark",
        "high_mark",
        "order_by",
        "default_ordering",
        "deferred_loading",
        # The tables that a WHERE was built with; ``_asks_one_table`` sees which of them are used.
        "alias_map",
        "alias_refcount",
        "base_table",
        "table_map",
        "used_aliases",
        # What Django notes for building further conditions.
        "_lookup_joins",
        "subq_aliases",
    }
)
_EVERY_CLASS_HAS = {"__doc__", "__firstlineno__", "__module__", "__static_attributes__"}
_ABSENT = object()


def is_plain(rows: models.QuerySet[Any]) -> bool:
    """Whether a queryset is plain, was not run yet and reads in Django's own way."""
    query: Any = rows.query  # Asked first: Django adds what it deferred of the WHERE.
    if type(query) is not Query or not _reads_in_djangos_way(type(rows)):
        return False
    fresh: Any = models.QuerySet(rows.model)
    return (
        _is_equal(rows, fresh, _QUERYSET_MAY_DIFFER)
        and _is_equal(query, fresh.query, _QUERY_MAY_DIFFER)
        and _asks_one_table(query)
    )


def _is_equal(one: Any, fresh: Any, may_differ: frozenset[str]) -> bool:
    here, there = vars(one), vars(fresh)
    if not here.keys() >= there.keys():
        return False
    for name, value in here.items():
        if name not in may_differ:
            expected = there[name] if name in there else getattr(fresh, name, _ABSENT)
            if value is not expected and value != expected:
                return False
    return True


def _asks_one_table(query: Any) -> bool:
    table = query.model._meta.db_table
    if any(count and alias != table for alias, count in query.alias_refcount.items()):
        return False
    return not (query.where.contains_aggregate or query.where.contains_over_clause)


@cached(maxsize=1024)
def _reads_in_djangos_way(queryset_class: type[Any]) -> bool:
    """Whether a class of querysets only adds methods to Django's, and changes none."""
    own = queryset_class.__mro__[: queryset_class.__mro__.index(models.QuerySet)]
    djangos = {name for each in models.QuerySet.__mro__ for name in vars(each)} - _EVERY_CLASS_HAS
    return not any(djangos & vars(each).keys() for each in own)
