"""Running the query of rows: which columns it loads, and what happens where a custom field cannot read a value."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connections, models
from django.db.models.query import ModelIterable
from django.db.models.signals import post_init

from conjure.conf import settings
from conjure.exceptions import ConjureError
from conjure.graphql.rows.visible import Rows, all_rows
from conjure.orm.fast_reads import Join, ReadRows, read
from conjure.orm.instances import make_instances
from conjure.orm.unreadable import is_about_reading
from conjure.specs.origins import is_django_code
from conjure.values.batches import batches


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
        found = read(rows, joins, with_total=with_total)
    except Exception as error:  # noqa: BLE001 - a field of a third party's, the project's own model or manager
        require_about_reading(error, rows.db)
        return ReadRows(_read_one_by_one(rows))
    if rows._iterable_class is not ModelIterable:
        found = found._replace(rows=_with_those_left_out(rows, found.rows))
    return found


def _with_those_left_out(rows: Rows, made: list[Any]) -> list[Any]:
    """The rows with those of which a manager makes nothing, such as polymorphic ones whose class is gone."""
    query = rows.query
    if query.is_sliced and query.high_mark is not None and len(made) == query.high_mark - query.low_mark:
        return made
    keys = list(rows.values_list("pk", flat=True))
    if len(keys) == len(made):
        return made
    by_key = {obj.pk: obj for obj in made}
    return [obj for pk in keys for obj in ([by_key[pk]] if pk in by_key else _read_row(rows, pk))]


def unread_columns(obj: models.Model) -> frozenset[str]:
    """The attnames of the columns of a row whose values could not be read, and are None on it."""
    found: frozenset[str] = obj.__dict__.get(_UNREAD, frozenset())
    return found


def was_read_apart(obj: models.Model) -> bool:
    """Whether a row could not be read as Django does it: some of its values are missing, or it was not initialized."""
    return _UNREAD in obj.__dict__


_UNREAD = "_conjure_unread"


def require_about_reading(error: Exception, using: str) -> None:
    """Raise the error unless reading can go on without the value that it is about."""
    if isinstance(error, ConjureError) or not is_about_reading(error):
        raise error
    connection: Any = connections[using]
    if connection.vendor == "mysql" and not connection.in_atomic_block:
        connection.close()  # PyMySQL gives a connection up when it cannot read a value.


def _read_one_by_one(rows: Rows) -> list[Any]:
    return [obj for pk in list(rows.values_list("pk", flat=True)) for obj in _read_row(rows, pk)]


def _read_row(rows: Rows, pk: Any) -> list[Any]:
    """The row of a pk as the model's manager makes it, else as Django alone does, else without what cannot be read."""
    plain: Rows = models.QuerySet(rows.model, using=rows.db).filter(pk=pk)
    log, name = logging.getLogger(settings.LOGGER_NAME), rows.model._meta.label
    problem = ""
    for row in (all_rows(rows.model).using(rows.db).filter(pk=pk), plain):
        try:
            found = list(row)
        except Exception as error:  # noqa: BLE001 - a field of a third party's, the project's own model or manager
            require_about_reading(error, rows.db)
            problem = type(error).__name__
            continue
        if row is not plain and not found:
            problem = "it makes nothing of it"
            continue
        if problem:
            log.warning("The manager of %s cannot make row %s (%s), which is read without it.", name, pk, problem)
        return found
    unread = _unreadable_columns(plain)
    try:
        found = _read_without(plain, unread)
    except Exception as error:  # noqa: BLE001 - the project's own model, or a third party's descriptor
        require_about_reading(error, rows.db)
        found = _make_without_init(plain, unread)
        log.warning("Row %s of %s is made without its __init__() (%s).", pk, name, type(error).__name__)
    if unread:
        log.warning("Row %s of %s has values that cannot be read: %s (%s).", pk, name, ", ".join(unread), problem)
    return found


def _unreadable_columns(row: Rows) -> list[str]:
    unreadable = []
    for field in row.model._meta.concrete_fields:
        try:
            list(row.values_list(field.attname))
        except Exception as error:  # noqa: BLE001 - a field of a third party's
            require_about_reading(error, row.db)
            unreadable.append(field.attname)
    return unreadable


def _read_without(row: Rows, columns: list[str]) -> list[Any]:
    return [_without(obj, columns) for obj in row.defer(*columns)]


def _make_without_init(row: Rows, columns: list[str]) -> list[Any]:
    """The row with its values as they are, where the model's ``__init__``, a signal or a descriptor refuses them."""
    names = [field.attname for field in row.model._meta.concrete_fields if field.attname not in columns]
    return [_without(obj, columns) for obj in make_instances(row.model, names, row.values_list(*names), row.db)]


def _without(obj: Any, columns: list[str]) -> Any:
    obj.__dict__.update(dict.fromkeys(columns), **{_UNREAD: frozenset(columns)})
    return obj


def read_in_batches(rows: Rows, size: int = 500) -> Iterator[Any]:
    """The rows of a query that may have any number of them, in batches found by their keys."""
    for keys in batches(list(rows.values_list("pk", flat=True)), size):
        yield from read_rows(rows.filter(pk__in=keys))
