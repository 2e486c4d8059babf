"""What a write changed, field by field, as JSON that every database takes and that tells no secret."""

from __future__ import annotations

import datetime
import decimal
import enum
import math
import re
import uuid
from collections.abc import Mapping, Sequence, Set, ValuesView
from typing import Any

from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.utils.duration import duration_string

from conjure.audit.secrets import MASK, _names_a_secret

MAX_DEPTH = 64
_MAX_INTEGER_BITS = 4_096
# NUL is refused by PostgreSQL, lone surrogates by every database.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def diff_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields whose value differs, as ``{field: [before, after]}``; a field that is absent counts as null.

    Give ``{}`` as ``before`` for a new object and as ``after`` for a deleted one. Values are compared as Python
    has them (``Decimal("1.0")`` is ``Decimal("1.00")``, but ``True`` is not ``1``), files by name.
    """
    changed = {}
    for name in {**before, **after}:
        old, new = _frozen(before.get(name)), _frozen(after.get(name))
        if not _is_same(old, new):
            changed[name] = [old, new]
    return changed


def to_safe_diff(diff: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The diff with every value JSON-safe and the values of secret fields masked (a null stays null)."""
    return {clean_text(name): [_masked(name, value) for value in pair] for name, pair in diff.items()}


def to_json(value: Any, depth: int = 0) -> Any:
    """The value as JSON can hold it: dates ISO 8601, decimals, UUIDs and durations as strings, files by name.

    Aware times are given in UTC, bytes as their number, anything unknown as its ``str()``. Inside dicts, the values
    of secret keys are masked. What lies deeper than ``MAX_DEPTH`` levels is left out.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, enum.Enum):
        return to_json(value.value, depth)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int):
        bits = value.bit_length()
        return int(value) if bits <= _MAX_INTEGER_BITS else f"<integer of {bits} bits>"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{memoryview(value).nbytes} bytes>"
    if isinstance(value, Mapping | Set | Sequence | ValuesView | QuerySet):
        return _container_to_json(value, depth + 1) if depth < MAX_DEPTH else "…"
    return _scalar_to_json(value)


def clean_text(text: str) -> str:
    """The text without what databases refuse: NUL and lone surrogates become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def _scalar_to_json(value: Any) -> Any:
    match value:
        case datetime.datetime():
            return _datetime_to_json(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return duration_string(value)
        case decimal.Decimal() | uuid.UUID():
            return str(value)
        case File():
            return clean_text(value.name or "")
        case Model():
            return to_json(value.pk)
    try:
        return clean_text(str(value))
    except Exception:  # noqa: BLE001 - a broken __str__ must not cost the write
        return f"<{type(value).__name__}>"


def _datetime_to_json(value: datetime.datetime) -> str:
    try:
        moment = value.astimezone(datetime.UTC) if value.tzinfo else value
    except OverflowError:  # The first and last day of the calendar may have no name in UTC.
        moment = value
    return moment.isoformat().replace("+00:00", "Z")


def _container_to_json(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _masked(str(key), item, depth) for key, item in value.items()}
    items = sorted(value, key=str) if isinstance(value, Set) else value
    return [to_json(item, depth) for item in items]


def _masked(name: str, value: Any, depth: int = 0) -> Any:
    if value is not None and _names_a_secret(name):
        return MASK
    return to_json(value, depth)


def _frozen(value: Any) -> Any:
    """The value, or for a file, which storage renames and empties in place, the name that it has now."""
    return value.name or "" if isinstance(value, File) else value


def _is_same(old: Any, new: Any) -> bool:
    try:
        return _equals(old, new)
    except Exception:  # noqa: BLE001 - such as arrays of third parties, or JSON nested too deeply to be compared
        return bool(to_json(old) == to_json(new))


def _equals(old: Any, new: Any) -> bool:
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_equals(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(_equals, old, new))
    return bool(old == new)
