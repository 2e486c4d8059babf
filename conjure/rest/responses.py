"""Response bodies: always JSON, whatever the client accepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from conjure.encoding import JSON_TYPE, encode_json


class ConjureRenderer(BaseRenderer):
    """JSON in UTF-8, and nothing for None."""

    media_type = JSON_TYPE
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The body."""
        return b"" if data is None else encode_json(data)


class ConjureNegotiation(BaseContentNegotiation):
    """Every response is JSON: ``Accept`` is ignored, and so is ``format``, which may name a field of the model."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's media type, whatever its parameters."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The only renderer."""
        return next(iter(renderers)), JSON_TYPE
