"""JSON read strictly, since anybody may send it, and written leniently, since projects may store anything."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

from conjure.exceptions import InvalidError

MAX_NESTING = 100
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parse_json(raw: bytes | str) -> Any:
    """The value of a JSON text in UTF-8.

    Raise InvalidError for what is no JSON (``NaN``, numbers beyond what a float holds and objects with a key twice
    included), for more than 100 levels of nesting, and for strings with NUL or a lone surrogate in them.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value = _decoder.decode(text)
    except RecursionError:
        raise InvalidError("The JSON is nested too deeply.") from None
    except ValueError:
        raise InvalidError("This is not JSON.") from None
    if text.count("[") + text.count("{") > MAX_NESTING and _is_too_deep(value):
        raise InvalidError("The JSON is nested too deeply.")
    if _SUSPECT_ESCAPE.search(text) and any(is_unstorable(string) for string in _strings(value)):
        raise InvalidError("NUL characters and lone surrogates are not allowed.")
    return value


def is_unstorable(text: str) -> bool:
    """Whether a text holds NUL or a lone surrogate, which databases refuse."""
    return _UNSTORABLE.search(text) is not None


def encode_json(value: Any) -> bytes:
    """The JSON text of a value in UTF-8. What JSON cannot say (NaN, infinities) is null in it."""
    try:
        return orjson.dumps(value, _encode_other, _OPTIONS)
    except orjson.JSONEncodeError:
        pass  # What a project's own JSON may hold: integers of any size, keys that are no text, lone surrogates.
    try:
        return _encode_ascii(value).encode()
    except ValueError:
        return _encode_ascii(_without_infinities(value)).encode()


_encode_other = DjangoJSONEncoder().default
# Dates are written as Django writes them.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME
_encode_ascii = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, check_circular=False, default=_encode_other, separators=(",", ":")
).encode


def _without_infinities(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _without_infinities(member) for key, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | Promise):
        return [_without_infinities(member) for member in value]
    return value


def refuse_constant(name: str) -> Any:
    """Raise ValueError: ``NaN`` and ``Infinity`` are Python's, not JSON's."""
    raise ValueError(name)


def parse_finite(text: str) -> float:
    """The number of a JSON text. Raise ValueError for one that no float holds."""
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A key occurs twice.")
    return members


_decoder = json.JSONDecoder(parse_constant=refuse_constant, parse_float=parse_finite, object_pairs_hook=_unique)


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_NESTING):
        level = [
            member
            for container in level
            for member in (container.values() if isinstance(container, dict) else container)
            if isinstance(member, dict | list)
        ]
        if not level:
            return False
    return True


def _strings(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        found = stack.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            yield from found
            stack.extend(found.values())
        elif isinstance(found, list):
            stack.extend(found)
