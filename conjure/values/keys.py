"""Primary keys as text and as JSON, composite ones with their parts separated by commas."""

from __future__ import annotations

import enum
from typing import Any
from urllib.parse import unquote

SEPARATOR = ","


def pk_text(pk: Any) -> str:
    """A primary key as it stands in a URL; within a composite one, commas are percent-encoded."""
    if not isinstance(pk, tuple):
        return _text(pk)
    return SEPARATOR.join(_text(part).replace("%", "%25").replace(SEPARATOR, "%2C") for part in pk)


def _text(part: Any) -> str:
    return str(part.value if isinstance(part, enum.Enum) else part)


def pk_json(pk: Any) -> Any:
    """A primary key as JSON: a number, or the null of a row that is not saved, as it is; anything else as its text."""
    return pk if pk is None or isinstance(pk, int) else pk_text(pk)


def split_pk_text(text: str) -> list[str]:
    """The parts of a composite primary key's text."""
    return [unquote(part) for part in text.split(SEPARATOR)]
