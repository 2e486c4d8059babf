"""Fast reads: the rows of a queryset, by SQL compiled once and instances made directly, where that makes no difference.

This is the one door to it. Whoever reads rows here gets what ``list(rows)`` gives: where any doubt remains (a queryset
that asks for more than a plain one, a model with a part in making its instances, a version of Django or a database
driver that the tests do not cover, ``CONJURE["FAST_READS"]`` false), Django reads them in its own way.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import django
from django.db import Error, connections, models, router

from conjure.conf import settings
from conjure.orm.instances import can_make_instances
from conjure.orm.plain_querysets import is_plain
from conjure.orm.statements import Join, ReadRows, find_statement

__all__ = ["Join", "ReadRows", "read"]

TESTED_DJANGO = {(5, 2), (6, 1)}
# Backends and their drivers, by the names of their modules. MySQL itself is not tested, MariaDB is.
TESTED_DATABASES = {
    ("django.db.backends.sqlite3.base", "sqlite3.dbapi2"),
    ("django.db.backends.postgresql.base", "psycopg"),
    ("django.db.backends.mysql.base", "pymysql"),
}


def read(rows: models.QuerySet[Any], joins: Sequence[Join] = (), *, with_total: bool = False) -> ReadRows:
    """The rows of a queryset that was not run yet.

    ``joins`` are what would be read next of the rows that foreign keys point to; ``with_total`` says that the number of
    rows without the slice is wanted. Both come along where they can.
    """
    try:
        found = _read_fast(rows, tuple(joins), with_total)
    except Error:
        raise
    except Exception as problem:
        found = ReadRows(list(rows))  # It fails alike, if that was the reason.
        label = rows.model._meta.label
        logging.getLogger(settings.LOGGER_NAME).warning("Rows of %s were not read fast.", label, exc_info=problem)
    return ReadRows(list(rows)) if found is None else found


def _read_fast(rows: models.QuerySet[Any], joins: tuple[Join, ...], with_total: bool) -> ReadRows | None:
    if not settings.FAST_READS or not is_plain(rows) or not can_make_instances(rows.model) or not _is_tested(rows.db):
        return None
    # With routers, the rows that a foreign key points to may be in another database.
    joins = () if router.routers else tuple(join for join in joins if can_make_instances(join.model))
    # A condition makes counting dear, and often the page tells the number: it is not full.
    with_total = with_total and not rows.query.where
    statement = find_statement(rows, joins, with_total=with_total)
    if statement is None and joins:
        statement = find_statement(rows, (), with_total=with_total)
    return None if statement is None else statement.run(rows.query)


def _is_tested(using: str) -> bool:
    connection: Any = connections[using]
    if django.VERSION[:2] not in TESTED_DJANGO:
        return False
    if (type(connection).__module__, connection.Database.__name__) not in TESTED_DATABASES:
        return False
    return connection.vendor != "mysql" or bool(connection.mysql_is_mariadb)
