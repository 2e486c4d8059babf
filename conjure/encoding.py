"""JSON is read strictly, since anyone may send it, and written leniently, since projects may store anything."""

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

JSON_TYPE = "application/json"
"""The media type."""

NOT_STORABLE = "NUL characters and lone surrogates are not allowed."
"""Why a text is refused that databases cannot store."""

MAX_NESTING = 100
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parse_json(raw: bytes | str) -> Any:
    """The value of a JSON text in UTF-8. Numbers that a float does not hold exactly remember their text.

    Raise InvalidError for anything that is not JSON (``NaN``, numbers beyond what a float holds and objects with a key
    twice included), for more than 100 levels of nesting, and for strings that databases cannot store.
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
    if _SUSPECT_ESCAPE.search(text) and not all(map(is_storable, _strings(value))):
        raise InvalidError(NOT_STORABLE)
    return value


def is_storable(text: str) -> bool:
    """Whether databases can store a text: PostgreSQL refuses NUL, and all of them refuse lone surrogates."""
    return _UNSTORABLE.search(text) is None


def make_storable(text: str) -> str:
    """The text with U+FFFD in place of each character that databases refuse."""
    return _UNSTORABLE.sub("\ufffd", text)


def encode_json(value: Any) -> bytes:
    """The JSON text of a value in UTF-8. NaN and the infinities, which JSON does not have, become null."""
    try:
        return orjson.dumps(value, _encode_other, _OPTIONS)
    except orjson.JSONEncodeError:
        pass  # A project's own JSON may hold integers of any size, keys that are not texts, lone surrogates.
    try:
        return _encode_ascii(value).encode()
    except ValueError:
        return _encode_ascii(_without_infinities(value)).encode()


def _encode_other(value: Any) -> Any:
    # orjson leaves subclasses of float to this function.
    return float(value) if isinstance(value, float) else _django_encoder.default(value)


_django_encoder = DjangoJSONEncoder()
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


# A float holds this many digits of any number, and its repr() gives them back.
_EXACT_DIGITS = 15


class JSONNumber(float):
    """A number whose digits may be more than a float holds: ``text`` is what was sent."""

    __slots__ = ("text",)
    text: str


def parse_number(text: str) -> float:
    """The number of a JSON text or a GraphQL document with a point or an exponent in it.

    Raise ValueError for one that no float holds.
    """
    value = float(text)
    if math.isinf(value):
        raise ValueError(text)
    if len(text) <= _EXACT_DIGITS:
        return value
    number = JSONNumber(value)
    number.text = text
    return number


def _refuse_constant(name: str) -> Any:
    # NaN and Infinity are Python's, not JSON's.
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A key occurs twice.")
    return members


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=parse_number, object_pairs_hook=_unique)


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
