"""Rows found by a key, such as the targets of foreign keys: the query is compiled once, only its values differ.

Building and compiling a queryset costs several times what the database needs to find a page's worth of targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import Error, connections, models

from conjure.orm.instances import is_listened_to, is_made_plainly, make_instances

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
