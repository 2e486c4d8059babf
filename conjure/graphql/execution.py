"""Executes documents for both faces: they return data, or raise a typed error."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from graphql import ExecutionResult, GraphQLError, get_operation_ast

from conjure.graphql.context import Context
from conjure.graphql.documents import Document, get_own_document, root_fields
from conjure.graphql.errors import to_conjure_error
from conjure.graphql.executor import CompiledExecutor
from conjure.graphql.schema import get_schema
from conjure.operations.facts import Operation


def _is_never_awaitable(value: Any) -> bool:
    return False


def execute(
    document: Document,
    context: Context,
    variables: dict[str, Any] | None = None,
    operation_name: str | None = None,
) -> ExecutionResult:
    """Execute a valid document for the request's user; errors are in the result, as graphql-core reports them."""
    context.selections = document.selections
    if context.operation is not None:
        _describe(document, context.operation, operation_name)
    executor = CompiledExecutor.build(
        document.schema.core,
        document.node,
        context_value=context,
        raw_variable_values=variables,
        operation_name=operation_name,
        # Only introspection tells which names there are, and only to those who may know.
        hide_suggestions=True,
        is_awaitable=_is_never_awaitable,  # type: ignore[arg-type]
        is_async_iterable=_is_never_awaitable,  # type: ignore[arg-type]
    )
    if isinstance(executor, list):
        return ExecutionResult(data=None, errors=executor)
    result = executor.execute_operation()
    assert isinstance(result, ExecutionResult)
    return result


def _describe(document: Document, operation: Operation, name: str | None) -> None:
    """Note what kind of operation it is, and the models of its root fields."""
    definition = get_operation_ast(document.node, name)
    assert definition is not None
    operation.kind = definition.operation.value
    models: dict[str, str] = document.schema.specs.derived.get_or_make(
        "models of root fields",
        lambda: {root: spec.key for spec in document.schema.specs for root in spec.roots.values()},
    )
    for root in root_fields(document.node, definition):
        if root.name.value in models:
            operation.count_rows(models[root.name.value], 0)


class Runner:
    """Runs our own documents for one request; what was looked up for one of them serves the next."""

    def __init__(self, request: HttpRequest) -> None:
        self.context = Context(request, streams=True)

    def run(self, document: Document | str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Execute a document, or the text of one that is prepared on first use and kept, and return its data.

        Raise the ConjureError that a resolver raised, or the unexpected exception itself, so that each face reports it
        in its own way. The answer of an action may be a ``Download``, for the face to stream.
        """
        if isinstance(document, str):
            document = get_own_document(get_schema(), document)
        result = execute(document, self.context, variables)
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
    if expected is not None and expected is not original:
        expected.__cause__ = original
    return expected or original
