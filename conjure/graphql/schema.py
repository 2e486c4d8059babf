"""The schema: built from the registry on first use, once, and again only when the registry has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import strawberry
from django.utils import translation
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from conjure.caches import BuiltOnce
from conjure.graphql.client_schema import attach_client_schema
from conjure.graphql.reading.records import resolve_from_record
from conjure.graphql.reading.values import make_resolver
from conjure.graphql.resolvers.lists import resolve_page_info, resolve_results, resolve_total_count
from conjure.graphql.resolvers.mutations import Mutations
from conjure.graphql.resolvers.queries import query_fields
from conjure.graphql.schema_texts import describe_schema
from conjure.graphql.types.declare import RootField, add_fields, make_field, make_object_type
from conjure.graphql.types.inputs import InputTypes
from conjure.graphql.types.rows import ObjectTypes
from conjure.graphql.types.scalars import SCALAR_MAP
from conjure.registry import registry
from conjure.specs.build import get_specs
from conjure.specs.models import SpecSet


@dataclass(kw_only=True, eq=False)
class BuiltSchema:
    """The graphql-core schema that Strawberry made, what clients see of it, and the specs that it was built from."""

    core: GraphQLSchema
    client: GraphQLSchema
    specs: SpecSet

    def has_root(self, name: str) -> bool:
        """Whether clients may ask for a root field of that name."""
        roots = (self.client.query_type, self.client.mutation_type)
        return any(root is not None and name in root.fields for root in roots)


@translation.override(None)
def build_schema(specs: SpecSet) -> BuiltSchema:
    """Build the schema of all models: declare it to Strawberry, then attach resolvers to what Strawberry made.

    Its descriptions are in no language but that of the source, whoever asks first: the schema is there for all.
    """
    types = ObjectTypes(specs, InputTypes(specs))
    written = Mutations(specs, types)
    queries = query_fields(specs, types)
    mutations = written.fields()
    built = strawberry.Schema(
        query=_declare_root("Query", queries),
        mutation=_declare_root("Mutation", map(_or_null, mutations)) if mutations else None,
        types=[types.rows[spec.key] for spec in specs],
        config=StrawberryConfig(scalar_map=SCALAR_MAP, disable_field_suggestions=False),
    )
    core: GraphQLSchema = built._schema
    describe_schema(core, specs)
    core.extensions["conjure_bindings"] = types.bindings
    _attach_roots(core.query_type, queries)
    _attach_roots(core.mutation_type, mutations)
    _attach(core, "ConjureOption", dict.fromkeys(("value", "label"), resolve_from_record))
    _attach(core, "ConjureOptions", dict.fromkeys(("results", "hasMore"), resolve_from_record))
    listing = {"totalCount": resolve_total_count, "pageInfo": resolve_page_info, "results": resolve_results}
    for spec in specs:
        _attach(core, spec.types["list"], listing)
        _attach(core, spec.type_name, {name: make_resolver(b) for name, b in types.bindings[spec.type_name].items()})
    for type_name, resolvers in types.resolvers.items():
        _attach(core, type_name, resolvers)
    for type_name, resolvers in written.resolvers():
        _attach(core, type_name, resolvers)
    client = attach_client_schema(core, [*queries, *mutations], [spec.type_name for spec in specs])
    return BuiltSchema(core=core, client=client, specs=specs)


def _declare_root(name: str, fields: Iterable[RootField]) -> type:
    root = make_object_type(name)
    add_fields(root, map(_declare_field, fields))
    return root


def _declare_field(field: RootField) -> Any:
    arguments = {**field.arguments, **field.own_arguments}
    return make_field(field.name, field.type, arguments=arguments, description=field.description)


def _or_null(mutation: RootField) -> RootField:
    """Let a mutation that fails be null, so that those of the same document that were saved are still answered."""
    return replace(mutation, type=mutation.type | None)


def _attach_roots(root: GraphQLObjectType | None, fields: Iterable[RootField]) -> None:
    for declared in fields:
        assert root is not None
        root.fields[declared.name].resolve = declared.resolve


def _attach(core: GraphQLSchema, type_name: str, resolvers: dict[str, Callable[..., Any]]) -> None:
    object_type = core.type_map[type_name]
    assert isinstance(object_type, GraphQLObjectType)
    for name, resolve in resolvers.items():
        object_type.fields[name].resolve = resolve


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the garbage collector: a schema is millions of objects that stay, and checking them would be slow."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _build_registered() -> BuiltSchema:
    with _without_garbage_collection():
        return build_schema(get_specs())


get_schema = BuiltOnce(_build_registered, lambda: registry.version, settings=["INSTALLED_APPS", "AUTH_USER_MODEL"])
"""The schema of the registry as it is now."""
