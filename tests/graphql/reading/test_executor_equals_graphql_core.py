"""The compiled executor gives what graphql-core's own gives: the same data in the same order, the same errors.

That compiled functions made the answer, and not graphql-core, is told by the resolvers of rows' fields and by
graphql-core's method for items of a list: graphql-core calls one for each field of each row and the other for each row,
compiled functions call none.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import RequestFactory
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.execution import Executor
from graphql.execution import execute as execute_by_core
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from conjure.exceptions import InvalidError
from conjure.graphql.context import Context
from conjure.graphql.documents import Document, prepare_document
from conjure.graphql.execution import execute
from conjure.graphql.reading.bindings import ColumnBinding
from conjure.graphql.reading.values import make_resolver
from conjure.graphql.schema import BuiltSchema, build_schema
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from tests.testapp.factories import make_everything
from tests.thoroughness import examples

# Lists whose rows fail in some field, and lists of many relations: asked for more often than the others.
FAVOURITES = ["testappOrders", "testappCustomers", "testappCategories", "testappFolders", "testappProducts"]


def fail(value: Any) -> Any:
    raise RuntimeError(f"{value} cannot be read.")


def refuse(value: Any) -> Any:
    raise InvalidError({"paid_at": [f"{value} cannot be read."]})


# Fields whose values fail to be read, or are not what their type says, in about every second row.
FAULTS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("TestappOrder", "weight"): lambda value: math.inf,
    ("TestappOrder", "deliveryWindow"): fail,
    ("TestappOrder", "giftWrapped"): lambda value: "perhaps",
    ("TestappOrder", "paidAt"): refuse,
    ("TestappOrder", "comment"): lambda value: [value],
    ("TestappOrder", "priority"): lambda value: 2**40 + value,
    ("TestappCustomer", "email"): fail,
    ("TestappCustomer", "name"): lambda value: None,
    ("TestappCategory", "position"): lambda value: 0.5,
    ("TestappProduct", "price"): fail,
    ("TestappNote", "title"): fail,
}


def failing(binding: ColumnBinding, fault: Callable[[Any], Any]) -> ColumnBinding:
    """The binding, with a reader that has the fault for about every second value."""
    before = binding.reader or (lambda value: value)

    def read(value: Any) -> Any:
        return (before if zlib.crc32(repr(value).encode()) % 2 else fault)(value)

    return dataclasses.replace(binding, reader=read)


@functools.cache
def faulty_schema() -> BuiltSchema:
    """The schema of the test project, with faults in some fields."""
    schema = build_schema(get_specs())
    bindings = schema.core.extensions["conjure_bindings"]
    for (type_name, name), fault in FAULTS.items():
        binding = bindings[type_name][name] = failing(bindings[type_name][name], fault)
        named: Any = schema.core.type_map[type_name]
        named.fields[name].resolve = make_resolver(binding)
    return schema


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


def ordered_specs() -> list[ModelSpec]:
    """The models whose rows are in the same order each time."""
    return [spec for spec in get_specs() if "?" not in spec.config.get_ordering()]


# Documents


class Writer:
    """Writes a valid document over the schema, drawing every choice."""

    def __init__(self, draw: DrawFn, schema: BuiltSchema) -> None:
        self.draw = draw
        self.types: dict[str, Any] = schema.core.type_map
        self.fragments: dict[str, str] = {}
        self.names = 0

    def document(self) -> str:
        query = self.types["Query"]
        lists = [spec.roots["list"] for spec in ordered_specs()]
        weighted = FAVOURITES * 6 + lists
        roots = self.draw(st.lists(st.sampled_from(weighted), min_size=1, max_size=3, unique=True))
        body = " ".join(self.field(query, name, 4) for name in roots)
        declared = {"yes": "Boolean!", "no": "Boolean!", "few": "Int", "page": "OffsetPaginationInput"}
        text = " ".join([f"{{ {body} }}", *self.fragments.values()])
        variables = ", ".join(f"${name}: {kind}" for name, kind in declared.items() if f"${name}" in text)
        return f"query({variables}) {text}" if variables else text

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) < percent

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    def directives(self) -> str:
        if self.chance(85):
            return ""
        return self.draw(
            st.sampled_from(
                [
                    " @include(if: $yes)",
                    " @skip(if: $no)",
                    " @skip(if: $yes)",
                    " @include(if: $no)",
                    " @include(if: true)",
                    " @skip(if: true)",
                ]
            )
        )

    def selection(self, parent: Any, depth: int) -> str:
        names = [name for name, field in parent.fields.items() if depth > 0 or not self.is_object(field)]
        faulty = [name for type_name, name in FAULTS if type_name == parent.name]
        chosen = self.draw(st.lists(st.sampled_from([*names, *faulty, "__typename"]), min_size=1, max_size=8))
        parts = []
        for name in chosen:
            part = self.field(parent, name, depth)
            kind = self.draw(st.integers(0, 19))
            if kind == 0:
                part = f"... on {parent.name}{self.directives()} {{ {part} }}"
            elif kind == 1:
                part = f"...{self.directives()} {{ {part} __typename }}"
            elif kind == 2:
                fragment = self.name("f")
                self.fragments[fragment] = f"fragment {fragment} on {parent.name} {{ {part} }}"
                part = f"...{fragment}{self.directives()} ...{fragment}"
            parts.append(part)
            if self.chance(8):
                parts.append(part)
        return " ".join(parts)

    def is_object(self, field: GraphQLField) -> bool:
        return isinstance(get_named_type(field.type), GraphQLObjectType)

    def field(self, parent: Any, name: str, depth: int) -> str:
        if name == "__typename":
            return "__typename" + self.directives()
        field = parent.fields[name]
        arguments = self.arguments(field)
        # Two fields of one key must be alike: whatever has arguments or a selection gets a key of its own.
        alias = f"{self.name('a')}: " if arguments or self.is_object(field) or self.chance(15) else ""
        text = f"{alias}{name}{arguments}{self.directives()}"
        if not self.is_object(field):
            return text
        inner = get_named_type(field.type)
        if is_list_type(get_nullable_type(field.type)) or name == "results" or parent.name == "Query":
            depth -= 1
        if name in {"results", "edges", "nodes", "node"}:
            depth += 1
        if parent.name == "Query" and "results" in inner.fields:
            total = self.draw(st.sampled_from(["", "totalCount ", "pageInfo { offset limit page } "]))
            return f"{text} {{ {total}results {{ {self.selection(self.row(inner), depth)} }} }}"
        return f"{text} {{ {self.selection(inner, depth - 1)} }}"

    def row(self, listing: Any) -> Any:
        return get_named_type(listing.fields["results"].type)

    def arguments(self, field: GraphQLField) -> str:
        given = []
        if "pagination" in field.args and self.chance(60):
            pages = [
                "{limit: 2}",
                "{offset: 1, limit: 2}",
                "{limit: $few}",
                "$page",
                "{limit: 0}",
                "{offset: 1}",
                "{limit: -1}",
            ]
            given.append(f"pagination: {self.draw(st.sampled_from(pages))}")
        if "ordering" in field.args and self.chance(30):
            given.append(f"ordering: {self.ordering(get_named_type(field.args['ordering'].type))}")
        if "filters" in field.args and self.chance(30):
            given.append(f"filters: {self.filters(get_named_type(field.args['filters'].type))}")
        return f"({', '.join(given)})" if given else ""

    def ordering(self, order: Any) -> str:
        names = [name for name, field in order.fields.items() if get_named_type(field.type).name == "Ordering"]
        if not names:
            return "[]"
        direction = self.draw(st.sampled_from(["ASC", "DESC", "DESC_NULLS_LAST"]))
        return f"[{{{self.draw(st.sampled_from(names))}: {direction}}}]"

    def filters(self, filters: Any) -> str:
        names = []
        for name, field in filters.fields.items():
            lookup = get_named_type(field.type)
            if isinstance(lookup, GraphQLInputObjectType) and "isNull" in lookup.fields:
                names.append(name)
        if not names:
            return "{}"
        condition = (
            f"{{{self.draw(st.sampled_from(names))}: {{isNull: {self.draw(st.sampled_from(['true', 'false']))}}}}}"
        )
        if not is_list_type(get_nullable_type(filters.fields["NOT"].type)):  # A model's field of that name.
            return condition
        return self.draw(st.sampled_from([condition, f"{{NOT: [{condition}]}}", f"{{OR: [{condition}]}}"]))


@st.composite
def documents(draw: DrawFn) -> str:
    """A valid document."""
    return Writer(draw, faulty_schema()).document()


VARIABLES = {"yes": True, "no": False, "few": 2, "page": {"offset": 1, "limit": 3}}


# Both executors


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
