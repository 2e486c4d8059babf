"""Observing: each request to a face gets an id, and is reported if somebody listens; nothing is counted otherwise."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.db import connections
from django.http import HttpRequest

from conjure.conf import settings
from conjure.operations.facts import Operation, begin_operation
from conjure.operations.request_ids import HEADER, find_request_id
from conjure.operations.signals import operation_finished
from conjure.operations.spans import describe, span_of

# Whatever else a value has in it might look like the end of a line or the next name.
_PLAIN = re.compile(r"[\w.,:+/=@-]*", re.ASCII)

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

logger = logging.getLogger("conjure.operations")


def observed(face: str) -> Callable[[ViewT], ViewT]:
    """Decorate a view of a face: its responses name the request's id, and its requests are reported.

    A report is a line in the log, at WARNING for one that took ``SLOW_OPERATION`` seconds or longer and else at INFO,
    the signal ``operation_finished``, and a span.
    """

    def decorate(view: ViewT) -> ViewT:
        @wraps(view)
        def observing(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            request_id = find_request_id(request)
            with span_of(face) as span:
                if span is None and not _is_heard():
                    response = view(request, *args, **kwargs)
                else:
                    operation = Operation(face=face, request_id=request_id)
                    with _measured(request, operation, span):
                        response = view(request, *args, **kwargs)
                        operation.status = response.status_code
            response.headers[HEADER] = request_id
            return response

        return observing  # type: ignore[return-value]

    return decorate


def _is_heard() -> bool:
    return (
        logger.isEnabledFor(logging.INFO)
        or settings.SLOW_OPERATION is not None
        or operation_finished.has_listeners(Operation)
    )


@contextmanager
def _measured(request: HttpRequest, operation: Operation, span: Any) -> Iterator[None]:
    begin_operation(request, operation)

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        operation.queries += 1
        return execute(sql, params, many, context)

    began = time.perf_counter()
    try:
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(count))
            yield
    finally:
        operation.ms = 1_000 * (time.perf_counter() - began)
        _report(request, operation)
        if span is not None:
            describe(span, operation)


def _report(request: HttpRequest, operation: Operation) -> None:
    slow = settings.SLOW_OPERATION
    level = logging.WARNING if slow is not None and operation.ms >= 1_000 * slow else logging.INFO
    if logger.isEnabledFor(level):
        facts = operation.as_dict()
        line = " ".join(f"{name}={_as_text(value)}" for name, value in facts.items())
        logger.log(level, "%s %s", "slow" if level == logging.WARNING else "done", line, extra={"operation": facts})
    operation_finished.send_robust(sender=Operation, request=request, operation=operation)


def _as_text(value: Any) -> str:
    text = ",".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
