"""GraphQL answers held to the schema, by a reader of our own: names, lists, nulls, enums and plain scalars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from conjure.graphql.schema import get_schema

_PLAIN: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "ID": (str,),
    "Int": (int,),
    "BigInt": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
    "DateTime": (str,),
    "Date": (str,),
    "Time": (str,),
    "UUID": (str,),
}


def root_fields(operation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The response key and the name of each root field of the operation; none for what cannot be parsed."""
    return [(key, nodes[0].name.value) for key, nodes in _Document(operation).roots.items()]


def problems_of_shape(operation: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    """What of the answer's data is not as the schema says. Nothing is said of documents with directives."""
    if "@" in operation["query"]:
        return
    document = _Document(operation)
    root = document.root_type
    if root is not None:
        yield from document.check_object(root, document.roots, body["data"], root.name)


class _Document:
    def __init__(self, operation: Mapping[str, Any]) -> None:
        self.schema = get_schema().core
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.roots: dict[str, list[FieldNode]] = {}
        self.root_type: GraphQLObjectType | None = None
        try:
            parsed = parse(operation["query"])
        except (GraphQLError, RecursionError):
            return
        operations = [each for each in parsed.definitions if isinstance(each, OperationDefinitionNode)]
        self.fragments = {
            each.name.value: each for each in parsed.definitions if isinstance(each, FragmentDefinitionNode)
        }
        if len(operations) == 1:
            self.root_type = self.schema.get_root_type(operations[0].operation)
            self.roots = self._collect(operations[0].selection_set, set())

    def _collect(self, selection: SelectionSetNode | None, seen: set[str]) -> dict[str, list[FieldNode]]:
        found: dict[str, list[FieldNode]] = {}
        for node in selection.selections if selection else ():
            match node:
                case FieldNode():
                    found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                case InlineFragmentNode():
                    for key, nodes in self._collect(node.selection_set, seen).items():
                        found.setdefault(key, []).extend(nodes)
                case FragmentSpreadNode():
                    name = node.name.value
                    if name not in seen and name in self.fragments:
                        inner = self._collect(self.fragments[name].selection_set, {*seen, name})
                        for key, nodes in inner.items():
                            found.setdefault(key, []).extend(nodes)
        return found

    def check_object(
        self,
        type_: GraphQLObjectType | GraphQLInterfaceType,
        fields: Mapping[str, Sequence[FieldNode]],
        value: Any,
        at: str,
    ) -> Iterator[str]:
        """What is wrong with an object in the answer."""
        if not isinstance(value, dict):
            yield f"{at} is not an object"
            return
        if list(value) != list(fields):
            yield f"{at} has the keys {sorted(set(value) ^ set(fields))} too many or too few, or in another order"
            return
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name == "__typename":
                if value[key] != type_.name:
                    yield f"{at}.__typename is wrong"
                continue
            if name.startswith("__") or name not in type_.fields:
                continue
            yield from self._check(type_.fields[name].type, nodes, value[key], f"{type_.name}.{name}")

    def _check(self, type_: Any, nodes: Sequence[FieldNode], value: Any, at: str) -> Iterator[str]:
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                yield f"{at} is null"
                return
            type_ = type_.of_type
        if value is None:
            return
        match type_:
            case GraphQLList():
                if not isinstance(value, list):
                    yield f"{at} is not a list"
                    return
                for each in value:
                    yield from self._check(type_.of_type, nodes, each, at)
            case GraphQLObjectType():
                merged: dict[str, list[FieldNode]] = {}
                for node in nodes:
                    for key, inner in self._collect(node.selection_set, set()).items():
                        merged.setdefault(key, []).extend(inner)
                yield from self.check_object(type_, merged, value, at)
            case _:
                if not _is_leaf_of(type_, value):
                    yield f"{at} is no {type_.name}"


def _is_leaf_of(type_: Any, value: Any) -> bool:
    if isinstance(type_, GraphQLEnumType):
        return value in type_.values
    plain = _PLAIN.get(type_.name)
    return plain is None or (isinstance(value, plain) and (bool in plain or not isinstance(value, bool)))
