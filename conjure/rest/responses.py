"""Bodies as bytes: JSON at the speed of C, whatever the client says that it accepts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder as RestJSONEncoder

JSON = "application/json"

# Rows are JSON-ready before they get here; what widgets and actions of projects return may hold dates and the like.
_to_json = RestJSONEncoder().default
_FORMAT: dict[str, Any] = {"separators": (",", ":"), "check_circular": False, "default": _to_json}
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, **_FORMAT).encode
_encode_ascii = json.JSONEncoder(ensure_ascii=True, allow_nan=False, **_FORMAT).encode


def encode_json(data: Any) -> bytes:
    """The JSON text of the data in UTF-8. What JSON cannot say (NaN, infinities) is null in it."""
    try:
        return _encode(data).encode()
    except UnicodeEncodeError:
        # Lone surrogates, which a project's JSON may hold: escaped they pass.
        return _encode_ascii(data).encode()
    except ValueError:
        return _encode_ascii(_without_infinities(data)).encode()


def _without_infinities(data: Any) -> Any:
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Mapping):
        return {key: _without_infinities(value) for key, value in data.items()}
    if isinstance(data, Sequence) and not isinstance(data, str | bytes | Promise):
        return [_without_infinities(value) for value in data]
    return data


class ConjureRenderer(BaseRenderer):
    """JSON in UTF-8, and nothing for None."""

    media_type = JSON
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The body."""
        return b"" if data is None else encode_json(data)


class ConjureNegotiation(BaseContentNegotiation):
    """Every answer is JSON: neither ``Accept`` nor a ``format`` parameter, which may be a model's field, is asked."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's media type, parameters of it aside."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only one there is."""
        return next(iter(renderers)), JSON
