"""JSON values from what a client sent, such that every database can store them."""

from __future__ import annotations

import math
from typing import Any

from conjure.encoding import MAX_NESTING, parse_json
from conjure.exceptions import InvalidError
from conjure.values.sources import Source, ValueProblem
from conjure.values.texts import check_text

_MAX_INTEGER_BITS = 3_000
_INVALID = "Value must be valid JSON."


def parse_json_value(raw: Any, source: Source) -> Any:
    """A JSON value, or the text of one where the source sends JSON as text.

    Raise ValueProblem for JSON that some database cannot store or some client cannot read back.
    """
    return to_plain_json(parse_json_text(raw) if source.json_texts else raw)


def parse_json_text(raw: Any) -> Any:
    """The value of a JSON text; anything that is not text is the value itself. Raise ValueProblem for other text."""
    if not isinstance(raw, str):
        return raw
    try:
        return parse_json(raw)
    except InvalidError:
        raise ValueProblem(_INVALID) from None


def to_plain_json(value: Any, depth: int = 0) -> Any:
    """The value made of Python's own JSON types, numbers that remember their text included."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, int):
        if value.bit_length() > _MAX_INTEGER_BITS:
            raise ValueProblem("This number is too large.")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueProblem(_INVALID)
        return float(value)
    if not isinstance(value, dict | list | tuple):
        raise ValueProblem(_INVALID)
    if depth >= MAX_NESTING:
        raise ValueProblem(f"No more than {MAX_NESTING} levels of nesting are allowed.")
    if isinstance(value, dict):
        return {to_plain_json(key): to_plain_json(item, depth + 1) for key, item in value.items()}
    return [to_plain_json(item, depth + 1) for item in value]
