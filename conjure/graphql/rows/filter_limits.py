"""Filter limits: how long a filter, an ordering or a list of conditions may be, before databases fail at it."""

from __future__ import annotations

from typing import Any

from conjure.conf import settings
from conjure.exceptions import LimitedError

MAX_LEVELS = 12


def require_within_limits(name: str, value: Any) -> None:
    """Raise LimitedError for an input that is too long.

    It may have ``MAX_CONDITIONS`` conditions, 12 objects inside each other, and in lists such as that of ``inList``
    ``BULK_MAX_ROWS`` values in all.
    """
    conditions, values, levels = 0, 0, 0
    level = [value]
    while level:
        objects = [found for found in level if isinstance(found, dict)]
        lists = [found for found in level if isinstance(found, list | tuple)]
        members = [member for found in lists for member in found]
        conditions += sum(map(len, objects))
        values += sum(not isinstance(member, dict) for member in members)
        levels += bool(objects)
        require_few(name, conditions, values)
        if levels > MAX_LEVELS:
            raise LimitedError(f"{name}: no more than {MAX_LEVELS} levels are allowed.")
        level = [member for found in objects for member in found.values()] + members


def require_few(name: str, conditions: int, values: int) -> None:
    """Raise LimitedError for more than ``MAX_CONDITIONS`` conditions, or ``BULK_MAX_ROWS`` values in their lists."""
    if conditions > settings.MAX_CONDITIONS:
        raise LimitedError(f"{name}: no more than {settings.MAX_CONDITIONS} conditions are allowed.")
    if values > settings.BULK_MAX_ROWS:
        raise LimitedError(f"{name}: no more than {settings.BULK_MAX_ROWS} values are allowed.")
