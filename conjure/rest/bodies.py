"""Request bodies: strict JSON within limits, forms and multipart, each read into one dict of raw values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from conjure.conf import settings
from conjure.exceptions import InvalidError

MAX_DEPTH = 100
"""Nested arrays and objects, more of which no database takes and no recursion survives."""


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: no NaN, no infinities, no key twice, of bounded size and depth."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of the text. Raise ParseError for what is no JSON."""
        return parse_json(_read(stream))


class BoundedFormParser(BaseParser):
    """URL-encoded forms of bounded size."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> QueryDict:
        """The fields. Raise ParseError for text that is not UTF-8."""
        body = _read(stream)
        try:
            return QueryDict(body.decode(), encoding="utf-8")
        except UnicodeError:
            raise ParseError("The form is not valid UTF-8.") from None


PARSERS = [StrictJSONParser, BoundedFormParser, MultiPartParser]


def parse_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raise ParseError for anything else, and for what is nested too deep."""
    try:
        data = _decoder.decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise ParseError("The JSON is nested too deeply.") from None
    except ValueError as error:
        # JSONDecodeError says where; the texts of other errors are Python's own.
        reason = f": {error}" if isinstance(error, json.JSONDecodeError | _RefusedError) else "."
        raise ParseError(f"The body is not valid JSON{reason}") from None
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_too_deep(data):
        raise ParseError("The JSON is nested too deeply.")
    return data


def read_object(request: Request) -> dict[str, Any]:
    """The body as an object. Of a form, a field that comes more than once is a list; files stand among the values.

    Raise InvalidError for JSON that is no object, ParseError for what cannot be parsed.
    """
    data = request.data
    if isinstance(data, QueryDict):
        return {name: values[-1] if len(values) == 1 else values for name, values in data.lists()}
    if not isinstance(data, Mapping):
        raise InvalidError("Invalid data. Expected an object.")
    return dict(data)


def _read(stream: IO[Any]) -> bytes:
    limit = settings.MAX_BODY_SIZE
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise RequestDataTooBig
    return body


class _RefusedError(ValueError):
    """What Python's JSON takes and the standard does not."""


def _refuse_constant(name: str) -> Any:
    raise _RefusedError(f"{name} is no JSON value.")


def _parse_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _RefusedError("a number is out of range.")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RefusedError("a key occurs twice in one object.")
    return members


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_float, object_pairs_hook=_unique)


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            member
            for container in level
            for member in (container.values() if isinstance(container, dict) else container)
            if isinstance(member, dict | list)
        ]
        if not level:
            return False
    return True
