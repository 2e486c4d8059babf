"""What a write changed, field by field, as JSON that every database can store and that reveals no secret."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import File

from conjure.audit.secrets import MASK, names_a_secret
from conjure.encoding import make_storable
from conjure.values.json_writer import JSONWriter

MAX_DEPTH = 64


def diff_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields whose value differs, as ``{field: [before, after]}``; a field that is absent counts as null.

    Give ``{}`` as ``before`` for a new object and as ``after`` for a deleted one. Values are compared as Python
    has them (``Decimal("1.0")`` is ``Decimal("1.00")``, but ``True`` is not ``1``), files by name.
    """
    changed = {}
    for name in {**before, **after}:
        old, new = _name_of_file(before.get(name)), _name_of_file(after.get(name))
        if not _is_same(old, new):
            changed[name] = [old, new]
    return changed


def to_safe_diff(diff: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The diff with every value as JSON and the values of secret fields masked (a null stays null)."""
    return {make_storable(name): [_writer.write_member(name, value) for value in pair] for name, pair in diff.items()}


def to_json(value: Any) -> Any:
    """The value as the log holds it: times in UTC, files by name, bytes as their number, infinities as text.

    Characters that no database stores are replaced. Inside objects the values of secret keys are masked. Anything
    deeper than ``MAX_DEPTH`` levels is left out.
    """
    return _writer.write(value)


def _write_datetime(value: datetime.datetime) -> str:
    try:
        moment = value.astimezone(datetime.UTC) if value.tzinfo else value
    except OverflowError:  # The first and last day of the calendar may have no name in UTC.
        moment = value
    return moment.isoformat().replace("+00:00", "Z")


def _write_bytes(value: bytes | bytearray | memoryview) -> str:
    return f"<{memoryview(value).nbytes} bytes>"


_writer = JSONWriter(
    write_datetime=_write_datetime,
    write_file=lambda file: make_storable(file.name or ""),
    write_bytes=_write_bytes,
    write_infinite=str,
    write_too_deep=lambda: "…",
    max_depth=MAX_DEPTH,
    write_text=make_storable,
    is_secret=names_a_secret,
    mask=MASK,
)


def _name_of_file(value: Any) -> Any:
    """The name that a file has now, since its storage renames and empties it in place; any other value as it is."""
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
    # A number that is not one (NaN) is not even equal to itself.
    return bool(old == new or (old != old and new != new))
