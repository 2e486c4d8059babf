"""Reading groups from the database, so that a key or a measure that cannot be read costs no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connections, models
from django.db.models import F, Func
from django.db.models.functions import Cast

from conjure.conf import settings
from conjure.graphql.rows.read import require_about_reading
from conjure.graphql.rows.visible import Rows

Values = Mapping[str, Any]
Run = Callable[[Mapping[str, Any]], list[Values]]


class AsStored(Func):
    """A value as the driver gives it, of which neither a field nor Django makes anything."""

    template = "%(expressions)s"
    output_field = models.Field()


def read_groups(grouped: Rows, names: Iterable[str], label: str) -> list[Values]:
    """The values of groups, by name. One that its field or the driver fails to read is None; the failure is logged."""
    try:
        return list(grouped)
    except Exception as error:  # noqa: BLE001 - a third party's field, or the driver
        require_about_reading(error, grouped.db)

    def run(expressions: Mapping[str, Any]) -> list[Values]:
        return list(grouped.annotate(**expressions).values(*expressions))

    resolved = grouped.query.annotations
    return _read_apart(run, {name: (F(name), resolved[name]) for name in names}, grouped.db, label)


def read_totals(rows: Rows, expressions: Mapping[str, Any], label: str) -> Values:
    """The measures of all rows, by name, read as those of groups are."""
    try:
        return rows.aggregate(**expressions)
    except Exception as error:  # noqa: BLE001 - a third party's field, or the driver
        require_about_reading(error, rows.db)
    resolved = rows.annotate(**expressions).query.annotations
    parts = {name: (expression, resolved[name]) for name, expression in expressions.items()}
    return _read_apart(lambda wrapped: [rows.aggregate(**wrapped)], parts, rows.db, label)[0]


def _read_apart(run: Run, parts: Mapping[str, tuple[Any, Any]], using: str, label: str) -> list[Values]:
    """The values as their fields make them of what is stored; where the driver gives nothing, of how it is written."""
    asked: dict[str, Any] = {}
    readers: dict[str, Callable[[Any], Any]] = {}
    for name, (expression, resolved) in parts.items():
        stored = f"{name}_stored"
        asked[stored], readers[stored] = AsStored(expression), _stored_reader(resolved, using)
        if not _can_run(run, {stored: asked[stored]}, using):
            asked[stored], readers[stored] = Cast(expression, models.TextField()), resolved.output_field.to_python
    return [
        {name.removesuffix("_stored"): _read(readers[name], value, label) for name, value in values.items()}
        for values in run(asked)
    ]


def _can_run(run: Run, expressions: Mapping[str, Any], using: str) -> bool:
    try:
        run(expressions)
    except Exception as error:  # noqa: BLE001 - the driver
        require_about_reading(error, using)
        return False
    return True


def _stored_reader(resolved: Any, using: str) -> Callable[[Any], Any]:
    connection = connections[using]
    converters = [*connection.ops.get_db_converters(resolved), *resolved.get_db_converters(connection)]

    def read(value: Any) -> Any:
        for convert in converters:
            value = convert(value, resolved, connection)
        return value

    return read


def _read(read: Callable[[Any], Any], value: Any, label: str) -> Any:
    try:
        return read(value)
    except Exception as error:  # noqa: BLE001 - a third party's field, or a value that Python does not have
        # Neither the value nor what the exception says of it: it may be secret.
        log = logging.getLogger(settings.LOGGER_NAME)
        log.warning("A value in an aggregate of %s cannot be read: %s.", label, type(error).__name__)
        return None
