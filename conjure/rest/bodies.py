"""Request bodies: strict JSON within limits, forms and multipart, each read into one dict of raw values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from conjure.conf import settings
from conjure.encoding import JSON_TYPE, parse_json
from conjure.exceptions import InvalidError
from conjure.uploads import refuse_large_files

FORM = "application/x-www-form-urlencoded"


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it, of bounded size and depth."""

    media_type = JSON_TYPE

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value of the text. Raise ParseError for anything that is not JSON within the limits."""
        try:
            return parse_json(_read(stream))
        except InvalidError as error:
            raise ParseError(error.message) from None


class BoundedFormParser(BaseParser):
    """URL-encoded forms of bounded size."""

    media_type = FORM

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> QueryDict:
        """The fields. Raise ParseError for text that is not UTF-8."""
        body = _read(stream)
        try:
            return QueryDict(body.decode(), encoding="utf-8")
        except UnicodeError:
            raise ParseError("The form is not valid UTF-8.") from None


PARSERS = [StrictJSONParser, BoundedFormParser, MultiPartParser]


class ParserChoice(BaseContentNegotiation):
    """Chooses the parser of a body. Nothing is negotiated about responses, which are JSON."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser of the body's media type, whatever its parameters."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)


def is_form(request: Request) -> bool:
    """Whether the body is a form, URL-encoded or multipart, whose values are texts and files."""
    return isinstance(request.data, QueryDict)


def read_object(request: Request) -> dict[str, Any]:
    """The body as an object. Of a form, a field that comes more than once is a list; files stand among the values.

    Raise InvalidError for JSON that is not an object, ParseError for a body that cannot be parsed.
    """
    data = request.data
    if isinstance(data, QueryDict):
        refuse_large_files(request._request)
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
