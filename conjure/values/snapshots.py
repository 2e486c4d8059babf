"""Values as they are now, whatever becomes of the row that holds them."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File


def take_snapshot(value: Any) -> Any:
    """The value such that later changes of the row leave it alone: files as names, bytes as bytes, JSON copied."""
    if isinstance(value, File):
        return value.name or ""
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, dict):
        return {key: take_snapshot(item) for key, item in value.items()}
    if type(value) is list:
        return [take_snapshot(item) for item in value]
    return value
