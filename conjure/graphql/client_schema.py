"""The schema that clients see and that their documents are validated against.

It is the whole schema without what only our own documents use: the text arguments of the REST face, and the mutations
of read-only models, which REST asks in order to be refused as the contract says. All types but the roots are shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema

from conjure.graphql.types.declare import RootField

_ATTRIBUTE = "conjure_client_schema"


def client_schema(core: GraphQLSchema) -> GraphQLSchema:
    """What clients see of a whole schema."""
    found: GraphQLSchema = core.extensions[_ATTRIBUTE]
    return found


def attach_client_schema(core: GraphQLSchema, fields: Iterable[RootField], row_types: Iterable[str]) -> GraphQLSchema:
    """Make the schema for clients, and keep it with the whole one.

    ``fields`` are all root fields; the types of rows are there even where nothing leads to them.
    """
    declared = {field.name: field for field in fields}
    made = core.extensions[_ATTRIBUTE] = GraphQLSchema(
        query=_reduce(core.query_type, declared),
        mutation=_reduce(core.mutation_type, declared),
        types=[core.type_map[name] for name in row_types],
        directives=core.directives,
        description=core.description,
        assume_valid=True,
    )
    return made


def _reduce(root: GraphQLObjectType | None, declared: dict[str, RootField]) -> GraphQLObjectType | None:
    if root is None:
        return None
    fields = {name: _reduce_field(field, declared[name]) for name, field in root.fields.items()}
    kept = {name: field for name, field in fields.items() if not declared[name].is_own}
    return GraphQLObjectType(root.name, kept, description=root.description) if kept else None


def _reduce_field(field: GraphQLField, declared: RootField) -> GraphQLField:
    if not declared.own_arguments:
        return field
    kwargs: dict[str, Any] = {**field.to_kwargs()}
    kwargs["args"] = {name: each for name, each in field.args.items() if name not in declared.own_arguments}
    return GraphQLField(**kwargs)
