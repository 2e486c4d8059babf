"""The compiled executor gives what graphql-core's own gives: the same data in the same order, the same errors.

That compiled functions made the answer, and not graphql-core, is told by the resolvers of rows' fields and by
graphql-core's method for items of a list: graphql-core calls one for each field of each row and the other for each row,
compiled functions call none.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import RequestFactory
from graphql import ExecutionResult, GraphQLObjectType, get_named_type
from graphql.execution import Executor
from graphql.execution import execute as execute_by_core
from hypothesis import given, settings

from conjure.graphql.context import Context
from conjure.graphql.documents import Document, prepare_document
from conjure.graphql.execution import execute
from conjure.graphql.schema import BuiltSchema, build_schema
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from tests.graphql.reading.documents import documents, ordered_specs
from tests.graphql.reading.faults import faulty_schema
from tests.testapp.factories import make_everything
from tests.thoroughness import examples


class Watched:
    """The schema of the test project as it is, with resolvers of rows' fields that count their calls.

    graphql-core's method for items of lists counts its calls too.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.schema = build_schema(get_specs())
        for type_name in self.schema.core.extensions["conjure_bindings"]:
            row: Any = self.schema.core.type_map[type_name]
            for field in row.fields.values():
                field.resolve = self.count(field.resolve)

    def count(self, resolve: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(resolve)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            return resolve(*args, **kwargs)

        return counted

    def calls_of(self, run: Callable[[], ExecutionResult]) -> tuple[ExecutionResult, int]:
        """What the call gives, and how many fields of rows and items of lists were completed one by one meanwhile."""
        before = self.calls
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Executor, "complete_list_item_value", self.count(Executor.complete_list_item_value))
            result = run()
        return result, self.calls - before


@functools.cache
def watched() -> Watched:
    return Watched()


@pytest.fixture(scope="module", autouse=True)
def rows(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Rows of every model, for all examples."""
    before, django_settings.MEDIA_ROOT = django_settings.MEDIA_ROOT, str(tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic():
        make_everything()
        get_user_model().objects.create_superuser("root", password="root")
        yield
        transaction.set_rollback(True)
    django_settings.MEDIA_ROOT = before


# Both executors

VARIABLES = {"yes": True, "no": False, "few": 2, "page": {"offset": 1, "limit": 3}}


def run_compiled(schema: BuiltSchema, document: Document, request: Any) -> ExecutionResult:
    return execute(document, Context(request), VARIABLES)


def run_core(schema: BuiltSchema, document: Document, request: Any) -> ExecutionResult:
    result = execute_by_core(
        schema.core,
        document.node,
        context_value=Context(request),
        variable_values=VARIABLES,
        executor_class=Executor,
    )
    assert isinstance(result, ExecutionResult)
    return result


def outcome(result: ExecutionResult) -> tuple[str, list[Any]]:
    """The data as text, so that the order of keys counts and 1 is not 1.0 or true; the errors as clients see them."""
    errors = [(error.message, error.path, error.locations) for error in result.errors or []]
    return json.dumps(result.data), errors


def make_request() -> Any:
    request = RequestFactory().get("/")
    request.user = get_user_model().objects.get(username="root")
    return request


def compare(text: str) -> tuple[str, list[Any]]:
    """Compare both executors on the schema with faults."""
    request, schema = make_request(), faulty_schema()
    document = prepare_document(schema, text)
    expected = outcome(run_core(schema, prepare_document(schema, text), request))
    assert outcome(run_compiled(schema, document, request)) == expected
    # Again, by what was compiled before.
    assert outcome(run_compiled(schema, document, request)) == expected
    return expected


def compare_compiled(text: str) -> int:
    """Compare both on the schema as it is, and see that nothing but compiled functions completed the rows.

    Gives how many fields graphql-core resolved. Where it finds errors, it is to resolve them in both executors.
    """
    request, schema = make_request(), watched().schema
    document = prepare_document(schema, text)
    by_core, core_calls = watched().calls_of(lambda: run_core(schema, prepare_document(schema, text), request))
    compiled, calls = watched().calls_of(lambda: run_compiled(schema, document, request))
    assert outcome(compiled) == outcome(by_core)
    if not by_core.errors:
        assert calls == 0
    return core_calls


@pytest.mark.django_db
@settings(max_examples=examples(150))
@given(text=documents())
def test_any_document(text: str) -> None:
    compare(text)


@pytest.mark.django_db
@settings(max_examples=75)
@given(text=documents())
def test_any_document_is_completed_by_compiled_functions(text: str) -> None:
    compare_compiled(text)


def every_field_of(schema: BuiltSchema, spec: ModelSpec) -> str:
    """A document that asks for every field of a model's rows."""
    row: Any = schema.core.type_map[spec.type_name]
    names = []
    for name, field in row.fields.items():
        inner = get_named_type(field.type)
        names.append(f"{name} {{ __typename }}" if isinstance(inner, GraphQLObjectType) else name)
    return f"{{ {spec.roots['list']} {{ totalCount results {{ {' '.join(names)} }} }} }}"


@pytest.mark.django_db
def test_every_field_of_every_model() -> None:
    failures = []
    for spec in ordered_specs():
        try:
            compare(every_field_of(faulty_schema(), spec))
        except AssertionError as failure:
            failures.append(f"{spec.key}: {str(failure)[:2000]}")
    assert failures == []


@pytest.mark.django_db
def test_every_field_of_every_model_is_completed_by_compiled_functions() -> None:
    resolved, failures = {}, []
    for spec in ordered_specs():
        try:
            resolved[spec.key] = compare_compiled(every_field_of(watched().schema, spec))
        except AssertionError as failure:
            failures.append(f"{spec.key}: {str(failure)[:2000]}")
    assert failures == []

    # graphql-core had something to do: there were rows.
    assert sum(calls > 0 for calls in resolved.values()) > len(resolved) / 2


@pytest.mark.django_db
@pytest.mark.parametrize("fields", ["id name text", "id text", "text"])
def test_columns_that_a_manager_defers_are_completed_by_compiled_functions(fields: str) -> None:
    assert compare_compiled(f"{{ testappAnnotateds {{ results {{ {fields} }} }} }}")


@pytest.mark.django_db
def test_rows_by_cursor_and_single_rows_are_completed_by_compiled_functions() -> None:
    pk = json.loads(compare("{ testappOrders(pagination: {limit: 1}) { results { pk: id } } }")[0])
    pk = pk["testappOrders"]["results"][0]["pk"]

    assert compare_compiled(f'{{ testappOrder(pk: "{pk}") {{ _label items {{ id }} customer {{ name }} }} }}')
    assert compare_compiled(
        """{ testappOrdersConnection(last: 7) { totalCount pageInfo { endCursor hasPreviousPage } nodes { number }
        edges { n: node { id customer { name } _label totalCost: total } x: cursor __typename } } }"""
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["pk", "id", "_label", "name", "results", "class", "self", "d", "row", "loaded", "v", "k1"]
)
def test_any_key_of_the_response(key: str) -> None:
    rows = f"{key}: customer {{ {key}: _label }} a: items {{ {key}: id }}"

    data, errors = compare(f"{{ {key}: testappOrders {{ {key}: results {{ {rows} }} }} }}")

    assert f'{{"{key}": {{"{key}": [{{"{key}": ' in data
    assert errors == []


@pytest.mark.django_db
def test_fields_that_are_asked_for_in_pieces_are_merged() -> None:
    data, errors = compare(
        """
        { testappOrders { results { id ...a } ...b } }
        fragment b on TestappOrderOffsetPaginated { results { customer { isActive } } }
        fragment a on TestappOrder { customer { id } ... { customer { _label } } id }
        """
    )

    row = json.loads(data)["testappOrders"]["results"][0]
    assert list(row) == ["id", "customer"]
    assert list(row["customer"]) == ["id", "_label", "isActive"]
    assert errors == []


@pytest.mark.django_db
def test_records_are_completed_at_once() -> None:
    assert compare_compiled("{ testappTagAutocomplete { hasMore results { label key: value } } }") > 0


def fields_executed(text: str) -> int:
    """How many fields graphql-core's method executes where ours answers; the answers of both are the same."""
    compare_compiled(text)
    request, schema = make_request(), watched().schema
    with pytest.MonkeyPatch.context() as patched:
        before = watched().calls
        patched.setattr(Executor, "execute_field", watched().count(Executor.execute_field))
        run_compiled(schema, prepare_document(schema, text), request)
        return watched().calls - before


@pytest.mark.django_db
def test_a_page_is_completed_with_its_numbers() -> None:
    numbers = "__typename count: totalCount pageInfo { kind: __typename limit page offset }"
    assert fields_executed(f"{{ testappOrders(pagination: {{limit: 2}}) {{ {numbers} results {{ number }} }} }}") == 1
    assert fields_executed(f"{{ testappOrders(pagination: {{limit: 0}}) {{ results {{ id }} {numbers} }} }}") == 1


@pytest.mark.django_db
def test_choices_are_completed_at_once() -> None:
    assert fields_executed("{ testappTagAutocomplete { more: hasMore results { label value } } }") == 1
