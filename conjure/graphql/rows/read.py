"""Running the query of rows: which columns it loads, and what happens where a custom field cannot read a value."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import Error, models
from django.db.models.query import ModelIterable
from django.db.models.signals import post_init

from conjure.conf import settings
from conjure.exceptions import ConjureError
from conjure.graphql.rows.visible import Rows, all_rows
from conjure.orm.fast_reads import Join, ReadRows, read
from conjure.specs.origins import is_django_code


def defer_unneeded(rows: Rows, needed: Iterable[str]) -> Rows:
    """Load the needed columns, by attname, and the pk, and no others, whatever the queryset itself defers.

    A model that looks at its fields as soon as it is made gets them all: each deferred one would cost a query a row.
    So does a manager, or a ``from_db``, that makes something else of the rows, such as instances of their real classes.
    """
    needed = set(needed)
    options = rows.model._meta
    keep = [f.attname for f in options.concrete_fields if f.attname in needed or f in options.pk_fields]
    looks_at_fields = rows.model.__init__ is not models.Model.__init__ or post_init.has_listeners(rows.model)
    looks_at_fields |= rows._iterable_class is not ModelIterable or not is_django_code(rows.model.from_db)
    if rows.query.deferred_loading[0]:
        # A manager's own: ``only()`` after ``defer()`` would leave out what that deferred.
        rows = rows.defer(None)
    return rows if looks_at_fields or len(keep) == len(options.concrete_fields) else rows.only(*keep)


def read_rows(rows: Rows) -> list[Any]:
    """The rows of a query; a value that its field fails to read is None, and the failure is logged."""
    return read_page(rows, ()).rows


def read_page(rows: Rows, joins: Sequence[Join], *, with_total: bool = False) -> ReadRows:
    """The rows, and what is asked for beside them, where that can come along.

    That is what the joins read of the rows that foreign keys point to, and the number of rows without the slice.
    """
    try:
        return read(rows, joins, with_total=with_total)
    except (Error, ConjureError):
        raise
    except Exception:  # A third party's field or the project's own model.
        logging.getLogger(settings.LOGGER_NAME).exception("Rows of %s cannot be read.", rows.model._meta.label)
        return ReadRows(_read_one_by_one(rows))


def _read_one_by_one(rows: Rows) -> list[Any]:
    found = []
    for pk in list(rows.values_list("pk", flat=True)):
        row = all_rows(rows.model).using(rows.db).filter(pk=pk)
        try:
            found += list(row)
        except Exception:  # noqa: BLE001 - a field of a third party
            found += _read_without(row, _unreadable_columns(row))
    return found


def _unreadable_columns(row: Rows) -> list[str]:
    unreadable = []
    for field in row.model._meta.concrete_fields:
        try:
            list(row.values_list(field.attname))
        except Exception:  # noqa: BLE001 - a field of a third party
            unreadable.append(field.attname)
    return unreadable


def _read_without(row: Rows, columns: list[str]) -> list[Any]:
    found = list(row.defer(*columns))
    for obj in found:
        obj.__dict__.update(dict.fromkeys(columns))
    return found
