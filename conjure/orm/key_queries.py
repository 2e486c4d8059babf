"""Rows found by a key, such as the targets of foreign keys: the query is compiled once, only its values differ.

Building and compiling a queryset costs several times what the database needs to find a page's worth of targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error, connections, models

from conjure.caches import cached
from conjure.orm.instances import is_listened_to, is_made_plainly, make_instances
from conjure.orm.row_queries import MoreThanOneTableError, Table, is_whole_table

_MARK = "IN (%s)"
# No more values than every database takes in one list.
_MAX_VALUES = 500


@dataclass(frozen=True, kw_only=True)
class KeyQuery:
    """The compiled query: its SQL up to and from the list of values, and how a row becomes an instance."""

    model: type[models.Model]
    key: models.Field[Any, Any]
    alias: str
    head: str
    tail: str
    names: tuple[str, ...]
    converters: dict[int, Any]

    def run(self, values: Sequence[Any]) -> list[Any]:
        """The instances whose key is one of the values."""
        connection = connections[self.alias]
        parameters = [self.key.get_db_prep_value(value, connection) for value in values]
        marks = ", ".join(["%s"] * len(parameters))
        with connection.cursor() as cursor:
            cursor.execute(f"{self.head}{marks}{self.tail}", parameters)
            rows: Any = cursor.fetchall()
        if self.converters:
            rows = _convert(rows, self.converters, connection)
        return list(make_instances(self.model, self.names, rows, self.alias))


def _convert(rows: Any, by_position: dict[int, Any], connection: Any) -> Any:
    converters = [(position, *converter) for position, converter in by_position.items()]
    for row in map(list, rows):
        for position, functions, expression in converters:
            value = row[position]
            for convert in functions:
                value = convert(value, expression, connection)
            row[position] = value
        yield row


_compiled: dict[tuple[Any, ...], KeyQuery | None] = {}


def find_by_keys(
    model: type[models.Model], key: models.Field[Any, Any], values: Sequence[Any], columns: frozenset[str], using: str
) -> list[Any] | None:
    """The rows of a model whose key is one of the values, with those columns, by the compiled query.

    None where it cannot be used. A memory that may be dropped at any time keeps one compiled query for each model, key,
    choice of columns and database.
    """
    if len(values) > _MAX_VALUES or is_listened_to(model):
        return None
    memory_key = (key, columns, using, model, settings.USE_TZ)
    if memory_key not in _compiled:
        _compiled[memory_key] = _compile(model, key, values[0], columns, using)
    query = _compiled[memory_key]
    try:
        return None if query is None else query.run(values)
    except Error:
        raise
    except Exception:  # noqa: BLE001 - a value that its field cannot read: the ordinary way knows what to do about it
        return None


def _compile(
    model: type[models.Model], key: models.Field[Any, Any], example: Any, columns: frozenset[str], using: str
) -> KeyQuery | None:
    rows = model._base_manager.using(using).only("pk", *columns).order_by()
    if not is_made_plainly(rows):
        return None
    compiler: Any = rows.filter(**{f"{key.attname}__in": [example]}).query.get_compiler(using=using)
    sql, parameters = compiler.as_sql()
    if len(parameters) != 1 or sql.count(_MARK) != 1 or "%%" in sql:
        return None
    head, tail = sql.split(_MARK)
    selected = [column[0] for column in compiler.select]
    return KeyQuery(
        model=model,
        key=key,
        alias=using,
        head=f"{head}IN (",
        tail=f"){tail}",
        names=tuple(column.target.attname for column in selected),
        converters=compiler.get_converters(selected),
    )


class PairQuery:
    """A row, and in the same query the row of another table that is likely to be wanted next: both by primary key."""

    def __init__(self, model: Any, other: Any, using: str) -> None:
        """Raise MoreThanOneTableError where one of the models does not stand in a table of its own."""
        if not is_whole_table(model, using) or not is_whole_table(other, using):
            raise MoreThanOneTableError
        self.using = using
        self.tables = (Table(model, None, using, "T1"), Table(other, None, using, "T2"))
        first, second = self.tables
        columns = ", ".join([*first.selected, *second.selected])
        join = f"LEFT OUTER JOIN {second.source} ON ({second.raw_column('pk')} = %s)"
        self.sql = f"SELECT {columns} FROM {first.source} {join} WHERE {first.raw_column('pk')} = %s"  # noqa: S608 - names

    def run(self, pk: Any, other_pk: Any) -> tuple[Any, Any]:
        """Both rows, None for one that is not there; the second is not found where the first is not."""
        connection: Any = connections[self.using]
        first, second = self.tables
        parameters = [
            table.model._meta.pk.get_db_prep_value(value, connection)
            for table, value in ((second, other_pk), (first, pk))
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            row: Any = cursor.fetchone()
        if row is None:
            return None, None
        width = len(first.fields)
        return self._make(first, row[:width], connection), self._make(second, row[width:], connection)

    def _make(self, table: Table, values: Sequence[Any], connection: Any) -> Any:
        names = [field.attname for field in table.fields]
        if values[names.index(table.model._meta.pk.attname)] is None:
            return None
        return next(make_instances(table.model, names, _convert([values], table.converters, connection), self.using))


def find_pair(model: Any, pk: Any, other: Any, other_pk: Any, using: str) -> tuple[Any, Any] | None:
    """The rows of two models by their primary keys, in one query; None where they have to be looked up one by one."""
    if is_listened_to(model) or is_listened_to(other):
        return None
    query = _compile_pair(model, other, using, settings.USE_TZ)
    try:
        return None if query is None else query.run(pk, other_pk)
    except Error:
        raise
    except Exception:  # noqa: BLE001 - as above
        return None


@cached(maxsize=64)
def _compile_pair(model: Any, other: Any, using: str, use_tz: bool) -> PairQuery | None:
    try:
        return PairQuery(model, other, using)
    except MoreThanOneTableError:
        return None
