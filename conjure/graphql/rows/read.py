"""Reading rows some of which a custom field cannot read: what can be read is, and nothing else is lost with it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import Error

from conjure.conf import settings
from conjure.exceptions import ConjureError
from conjure.graphql.rows.visible import Rows, all_rows
from conjure.orm.row_queries import make_plainly


def read_rows(rows: Rows) -> list[Any]:
    """The rows of a query; a value that its field fails to read is None, and the failure is logged."""
    try:
        return list(make_plainly(rows))
    except (Error, ConjureError):
        raise
    except Exception:
        logging.getLogger(settings.LOGGER_NAME).exception("Rows of %s cannot be read.", rows.model._meta.label)
        return _read_one_by_one(rows)


def _read_one_by_one(rows: Rows) -> list[Any]:
    found = []
    for pk in list(rows.values_list("pk", flat=True)):
        row = all_rows(rows.model).using(rows.db).filter(pk=pk)
        try:
            found += list(row)
        except Exception:  # noqa: BLE001 - so may a field's from_db_value
            found += _read_without(row, _unreadable_columns(row))
    return found


def _unreadable_columns(row: Rows) -> list[str]:
    unreadable = []
    for field in row.model._meta.concrete_fields:
        try:
            list(row.values_list(field.attname))
        except Exception:  # noqa: BLE001 - as above
            unreadable.append(field.attname)
    return unreadable


def _read_without(row: Rows, columns: list[str]) -> list[Any]:
    found = list(row.defer(*columns))
    for obj in found:
        obj.__dict__.update(dict.fromkeys(columns))
    return found
