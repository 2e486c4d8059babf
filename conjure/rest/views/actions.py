"""``r/{model}/action/{key}/``: running a custom action, whose answer is JSON or a file that is streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.request import Request

from conjure.actions.declare import EXPORT as EXPORT_ACTION
from conjure.actions.results import Download
from conjure.exceptions import InvalidError
from conjure.responses import JSONResponse, response_headers
from conjure.rest import documents
from conjure.rest.bodies import read_object
from conjure.rest.views.rows import ModelView
from conjure.throttles import EXPORT, WRITE

_MOST = 2**31 - 1  # What GraphQL takes as an Int.


class ActionView(ModelView):
    """One action of a model."""

    serves_readonly_models = True

    @property
    def unsafe_scope(self) -> str:
        """What a run of the action counts as."""
        return EXPORT if self.kwargs["key"] == EXPORT_ACTION else WRITE

    def post(self, request: Request, model: str, key: str) -> HttpResponseBase:
        """Run it on the rows with these ``ids``, or with ``all_filtered`` on all that ``params`` leave."""
        variables = action_variables(self.read_body(request))
        if isinstance(variables["ids"], list):
            self.spend_rows(len(variables["ids"]))
        answer = self.run_prepared(documents.write_action, action=key, **variables)["answer"]
        return _stream(request, answer) if isinstance(answer, Download) else JSONResponse(answer)

    def read_body(self, request: Request) -> dict[str, Any]:
        """The body as an object. Raise NotFoundError first where there is no such model."""
        _names = self.names
        data = request.data
        if isinstance(data, QueryDict):
            # In a form, a list of one member looks like a single value, and true and false are texts.
            whole = {"true": True, "false": False}
            return {**data.dict(), "ids": data.getlist("ids"), "all_filtered": whole.get(str(data.get("all_filtered")))}
        return read_object(request)


def action_variables(body: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the action document. Raise InvalidError where a member of the body is of the wrong type."""
    everything, params = body.get("all_filtered"), body.get("params")
    if everything is not None and not isinstance(everything, bool):
        raise InvalidError({"all_filtered": ["Must be true or false."]})
    if params is not None and not isinstance(params, dict):
        raise InvalidError({"params": ["Must be an object."]})
    if everything and params is None:
        raise InvalidError({"params": ["Say which rows are meant. An empty object means all rows."]})
    return {
        "ids": body.get("ids"),
        "allFiltered": everything,
        "parameters": params,
        "expectedCount": read_expected_count(body.get("expected_count")),
        "input": body.get("input"),
    }


def read_expected_count(count: Any) -> int | None:
    """How many rows the client expects, if it says; a form says it as a text. Raise InvalidError for no number."""
    if isinstance(count, str) and count.isascii() and count.isdigit() and len(count) < len(str(_MOST)):
        count = int(count)
    if count is None:
        return None
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST:
        raise InvalidError({"expected_count": ["Must be a number of rows."]})
    return count


def _stream(request: Request, download: Download) -> StreamingHttpResponse:
    # Through ASGI, Django would read all of a plain iterator into memory before it sent anything.
    is_async = isinstance(request._request, ASGIRequest)
    chunks = _iterate_aside(download.chunks) if is_async else download.chunks
    disposition = content_disposition_header(True, download.filename) or "attachment"
    headers = {**response_headers(HTTPStatus.OK), "Content-Disposition": disposition}
    return StreamingHttpResponse(chunks, content_type=download.content_type, headers=headers)


async def _iterate_aside(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The chunks, each made in the thread that may talk to the database."""
    iterator = iter(chunks)

    def make_next() -> bytes | None:
        return next(iterator, None)

    while (chunk := await sync_to_async(make_next)()) is not None:
        yield chunk
