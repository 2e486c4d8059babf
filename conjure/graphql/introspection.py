"""The schema as introspection shows it to one user: without the models and fields that they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
)

from conjure.caches import BoundedCache
from conjure.graphql.client_schema import client_schema
from conjure.graphql.context import Context
from conjure.specs.models import ModelSpec

INTROSPECTION_ROOTS = {"__schema", "__type"}
_VIEWS = "conjure_views"
_KEPT_VIEWS = 16
_WITH_FIELDS = (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)


def hidden_models(context: Context) -> list[ModelSpec]:
    """The models that the user may not view."""
    return [spec for spec in context.specs if not context.permissions.can("view", spec)]


def introspected_schema(core: GraphQLSchema, context: Context) -> GraphQLSchema:
    """The schema that ``__schema`` and ``__type`` describe: without what this request may not see.

    It serves introspection alone; everything else is executed on the whole schema, and refused by the resolvers. Built
    once for all requests that may see the same.
    """
    client, hidden = client_schema(core), _hidden_names(context)
    if not hidden.types and not hidden.members:
        return client
    views: BoundedCache[_HiddenNames, GraphQLSchema] = client.extensions.setdefault(
        _VIEWS, BoundedCache(lambda: _KEPT_VIEWS)
    )
    return views.get_or_make(hidden, lambda: _Reduction(client, _with_emptied_types(client, hidden)).schema())


@dataclass(frozen=True, kw_only=True)
class _HiddenNames:
    """Types and root fields of hidden models, and ``(type, member)`` pairs of hidden fields of the others."""

    types: frozenset[str]
    roots: frozenset[str]
    members: frozenset[tuple[str, str]]


def _hidden_names(context: Context) -> _HiddenNames:
    hidden = hidden_models(context)
    keys = {spec.key for spec in hidden}
    return _HiddenNames(
        types=frozenset(name for spec in hidden for name in spec.types.values()),
        roots=frozenset(name for spec in hidden for name in spec.roots.values()),
        members=frozenset(
            (type_name, member)
            for spec in context.specs
            if spec.key not in keys
            for member in _hidden_members(context, spec)
            for type_name in spec.types.values()
        ),
    )


def _hidden_members(context: Context, spec: ModelSpec) -> Iterator[str]:
    """The names of the fields and reverse relations that ``get_exclude`` hides from this request."""
    for field in spec.fields:
        if context.hides(spec, field):
            names = (field.graphql_name, field.graphql_object, field.graphql_label, field.graphql_display, field.name)
            yield from (name for name in names if name)
    yield from (reverse.graphql_name for reverse in spec.reverse if context.hides(spec, reverse))


def _with_emptied_types(core: GraphQLSchema, hidden: _HiddenNames) -> _HiddenNames:
    """The same, and the types whose members are all hidden: GraphQL has no types without members."""
    emptied = {
        name
        for name in {name for name, _ in hidden.members} & core.type_map.keys()
        if all((name, member) in hidden.members for member in _members(core.type_map[name]))
    }
    return replace(hidden, types=hidden.types | emptied)


def _members(named: Any) -> Iterable[str]:
    return list(named.values if isinstance(named, GraphQLEnumType) else named.fields)


class _Reduction:
    """Copies the types of a schema, without some of them and without the fields and arguments that have them."""

    def __init__(self, core: GraphQLSchema, hidden: _HiddenNames) -> None:
        self.core = core
        self.hidden = hidden
        self.roots = (core.query_type, core.mutation_type)
        self.copies: dict[str, Any] = {}
        self.hidden_types = set(hidden.types)
        # A type that loses its last field cannot exist, nor can the fields of that type.
        while emptied := [name for name, named in core.type_map.items() if self.is_emptied(named)]:
            self.hidden_types.update(emptied)

    def schema(self) -> GraphQLSchema:
        core = self.core
        query, mutation = (None if root is None else self.named(root) for root in self.roots)
        # Object types are shown even if no field leads to them; inputs are hidden with the fields that take them.
        objects = [t for t in core.type_map.values() if isinstance(t, GraphQLObjectType) and t not in self.roots]
        return GraphQLSchema(
            query=query,
            mutation=mutation if mutation is not None and mutation.fields else None,
            types=[self.named(t) for t in objects if t.name not in self.hidden_types],
            directives=core.directives,
            description=core.description,
        )

    def is_emptied(self, named: Any) -> bool:
        if not isinstance(named, _WITH_FIELDS) or is_introspection_type(named) or named in self.roots:
            return False
        return named.name not in self.hidden_types and not self.visible(named.fields, named)

    def named(self, named: Any) -> Any:
        """The copy of a type, made on first use. Scalars need none: introspection shows them unchanged."""
        if is_introspection_type(named) or isinstance(named, GraphQLScalarType):
            return named
        if named.name not in self.copies:
            self.copies[named.name] = self.copy(named)
        return self.copies[named.name]

    def copy(self, named: Any) -> Any:
        config = {"name": named.name, "description": named.description}
        match named:
            case GraphQLEnumType():
                values = {k: v for k, v in named.values.items() if (named.name, k) not in self.hidden.members}
                return GraphQLEnumType(**config, values=values)
            case GraphQLInputObjectType():
                return GraphQLInputObjectType(
                    **config, fields=lambda: self.input_fields(named), is_one_of=named.is_one_of
                )
            case GraphQLUnionType():
                members = [t for t in named.types if t.name not in self.hidden_types]
                return GraphQLUnionType(**config, types=lambda: [self.named(t) for t in members])
        assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
        return type(named)(
            **config,
            fields=lambda: self.fields(named),
            interfaces=lambda: [self.named(interface) for interface in named.interfaces],
        )

    def wrapped(self, type_: Any) -> Any:
        match type_:
            case GraphQLNonNull():
                return GraphQLNonNull(self.wrapped(type_.of_type))
            case GraphQLList():
                return GraphQLList(self.wrapped(type_.of_type))
        return self.named(type_)

    def visible(self, members: Mapping[str, Any], owner: Any = None) -> dict[str, Any]:
        """Fields or arguments, without those of hidden types and those that are hidden themselves."""
        return {
            name: member
            for name, member in members.items()
            if get_named_type(member.type).name not in self.hidden_types
            and not (owner in self.roots and name in self.hidden.roots)
            and not (owner is not None and (owner.name, name) in self.hidden.members)
        }

    def fields(self, owner: Any) -> dict[str, GraphQLField]:
        return {
            name: GraphQLField(
                self.wrapped(field.type),
                args={
                    argument: GraphQLArgument(**{**definition.to_kwargs(), "type_": self.wrapped(definition.type)})
                    for argument, definition in self.visible(field.args).items()
                },
                description=field.description,
                deprecation_reason=field.deprecation_reason,
            )
            for name, field in self.visible(owner.fields, owner).items()
        }

    def input_fields(self, owner: Any) -> dict[str, GraphQLInputField]:
        return {
            name: GraphQLInputField(**{**field.to_kwargs(), "type_": self.wrapped(field.type)})
            for name, field in self.visible(owner.fields, owner).items()
        }
