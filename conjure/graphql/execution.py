"""The front door: documents go in, data comes out, or the typed error of what went wrong."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from graphql import ExecutionResult, GraphQLError

from conjure.exceptions import ConjureError
from conjure.graphql.context import Context
from conjure.graphql.documents import Document, prepare_document
from conjure.graphql.errors import to_conjure_error
from conjure.graphql.executor import CompiledExecutor
from conjure.graphql.schema import BuiltSchema, get_schema


def _is_never_awaitable(value: Any) -> bool:
    return False


def execute(
    schema: BuiltSchema,
    document: Document,
    request: HttpRequest,
    variables: dict[str, Any] | None = None,
    operation_name: str | None = None,
    *,
    streams: bool = False,
) -> ExecutionResult:
    """Execute a valid document for the request's user; errors are in the result, as graphql-core reports them."""
    executor = CompiledExecutor.build(
        schema.core,
        document.node,
        context_value=Context(request, document, streams=streams),
        raw_variable_values=variables,
        operation_name=operation_name,
        # What names there are is said by introspection, to whom it may concern.
        hide_suggestions=True,
        is_awaitable=_is_never_awaitable,  # type: ignore[arg-type]
        is_async_iterable=_is_never_awaitable,  # type: ignore[arg-type]
    )
    if isinstance(executor, list):
        return ExecutionResult(data=None, errors=executor)
    result = executor.execute_operation()
    assert isinstance(result, ExecutionResult)
    return result


def run(request: HttpRequest, text: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """Execute one of our own prepared documents and give its data.

    The document is parsed and validated on first use and kept. Raise the ConjureError that a resolver raised, or the
    unexpected exception itself, so that each face reports it in its own way. The answer of an action may be a
    ``Download``, for the face to stream.
    """
    schema = get_schema()
    document = schema.prepared.get(text)
    if document is None:
        document = prepare_document(schema.core, text)
        schema.prepared.put(text, document)
    result = execute(schema, document, request, variables, streams=True)
    if result.errors:
        raise _cause_of(result.errors[0])
    assert result.data is not None
    return result.data


def _cause_of(error: GraphQLError) -> BaseException:
    """The exception behind a GraphQL error: the expected failure, or whatever was raised."""
    original: BaseException = error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    expected = to_conjure_error(original)
    if expected is not None and not isinstance(original, ConjureError):
        expected.__cause__ = original
    return expected or original
