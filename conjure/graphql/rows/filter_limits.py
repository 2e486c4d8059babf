"""Filter limits: how long a filter or an ordering may be, before databases fail at it."""

from __future__ import annotations

from typing import Any

from conjure.exceptions import LimitedError

MAX_CONDITIONS = 500
MAX_LEVELS = 12


def require_within_limits(name: str, value: Any) -> None:
    """Raise LimitedError for an input of more than 500 conditions, or with more than 12 objects inside each other.

    Values in lists (``inList``) are not counted.
    """
    conditions, levels = 0, 0
    level = [value]
    while level:
        objects = [found for found in level if isinstance(found, dict)]
        lists = [found for found in level if isinstance(found, list | tuple)]
        conditions += sum(map(len, objects))
        levels += bool(objects)
        if conditions > MAX_CONDITIONS:
            raise LimitedError(f"{name}: no more than {MAX_CONDITIONS} conditions are allowed.")
        if levels > MAX_LEVELS:
            raise LimitedError(f"{name}: no more than {MAX_LEVELS} levels are allowed.")
        level = [member for found in objects for member in found.values()] + [m for found in lists for m in found]
