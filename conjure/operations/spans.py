"""OpenTelemetry's spans, one an operation, where its API is installed and something records them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http import HTTPStatus
from typing import Any

from conjure.operations.facts import Operation

try:
    from opentelemetry import trace
except ImportError:  # The extra "otel" is not installed.
    trace = None


_NO_SPAN = nullcontext(None)


def span_of(face: str) -> AbstractContextManager[Any]:
    """A span around a block, or None where nothing records it."""
    return _NO_SPAN if trace is None else _record(face)


@contextmanager
def _record(face: str) -> Iterator[Any]:
    tracer = trace.get_tracer("conjure")
    with tracer.start_as_current_span(f"conjure {face}", record_exception=False, set_status_on_exception=False) as span:
        yield span if span.is_recording() else None


def describe(span: Any, operation: Operation) -> None:
    """Set the facts about an operation on its span."""
    facts = operation.as_dict()
    if operation.name:
        span.update_name(f"conjure {operation.face} {operation.name}")
    for name, value in facts.items():
        if value is not None:
            span.set_attribute(f"conjure.{name}", value)
    if operation.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.set_status(trace.StatusCode.ERROR)
