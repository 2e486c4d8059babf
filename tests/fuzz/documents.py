"""Made-up GraphQL documents from the schema: nested, with aliases, fragments, and arguments of every input type."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
)

from conjure.graphql.schema import get_schema
from conjure.testing.samples import BODY_GARBAGE

# A value for an argument or input field of that name, or None for one by its type.
ByName = Callable[[str, Random], Any]

_SCALARS: dict[str, Sequence[Any]] = {
    "String": ("", "a", "Ham", "A-1", "new", "%", "paid", "pk", "-id", "2024-02-29"),
    "ID": ("1", "2", "-1", "HAM-1", "x", "00000000-0000-0000-0000-000000000001"),
    "Int": (0, 1, 2, 5, -1, 2**31 - 1),
    "BigInt": (0, 1, 2, -1, -2, 2**63 - 1),
    "Float": (0, 1.5, -2.0),
    "Boolean": (True, False),
    "DateTime": ("2024-02-29T12:00:00Z", "2024-02-29"),
    "Date": ("2024-02-29", "1815-12-10"),
    "Time": ("09:30:00",),
    "Duration": ("02:30:00",),
    "Decimal": ("5.00", "19.90", "0"),
    "UUID": ("00000000-0000-0000-0000-000000000001",),
    "JSON": (1, "1", None, [1, 2], {"a": 1}, "x", -1),
}
_MAX_FIELDS = 5


class Writer:
    """Writes documents with one source of random numbers; ``by_name`` knows values that mean something."""

    def __init__(self, random: Random, by_name: ByName) -> None:
        self.random = random
        self.by_name = by_name
        self.schema = get_schema().core
        self.fragments: list[str] = []

    def query(self) -> str:
        """A query of one to three root fields."""
        return self._document("query", 3)

    def mutation(self) -> str:
        """A mutation of one or two root fields, with made-up arguments."""
        return self._document("mutation", 2)

    def _document(self, kind: str, roots: int) -> str:
        root = self.schema.query_type if kind == "query" else self.schema.mutation_type
        assert root is not None
        names = self.random.choices(list(root.fields), k=self.random.randint(1, roots))
        parts = [self._field(root, name, 4, f"f{number}") for number, name in enumerate(names)]
        return f"{kind} {{ {' '.join(parts)} }} {' '.join(self.fragments)}"

    def _field(self, parent: GraphQLObjectType, name: str, depth: int, alias: str = "") -> str:
        field = parent.fields[name]
        text = f"{alias}: {name}" if alias else name
        chosen = []
        for argument, definition in field.args.items():
            required = isinstance(definition.type, GraphQLNonNull)
            if required or self.random.random() < 0.35:
                value = self._literal(definition.type, argument, 3)
                if value is not None:
                    chosen.append(f"{argument}: {value}")
        if chosen:
            text += f"({', '.join(chosen)})"
        type_ = _bare(field.type)
        if isinstance(type_, GraphQLObjectType):
            text += self._selection(type_, depth - 1)
        return text

    def _selection(self, type_: GraphQLObjectType, depth: int) -> str:
        leaves = [name for name, field in type_.fields.items() if not isinstance(_bare(field.type), GraphQLObjectType)]
        leaves = [
            name
            for name in leaves
            if not any(isinstance(a.type, GraphQLNonNull) for a in type_.fields[name].args.values())
        ]
        nested = [name for name in type_.fields if name not in leaves] if depth > 0 else []
        parts = self.random.sample(leaves, min(len(leaves), self.random.randint(1, _MAX_FIELDS)))
        chosen = self.random.sample(nested, min(len(nested), self.random.randint(1, 3))) if nested else []
        parts = [
            *(f"a{number}: {name}" if self.random.random() < 0.1 else name for number, name in enumerate(parts)),
            *(
                self._field(type_, name, depth, f"n{number}" if self.random.random() < 0.3 else "")
                for number, name in enumerate(chosen)
            ),
        ]
        if not parts or self.random.random() < 0.1:
            parts.append("__typename")
        inner = " ".join(parts)
        if self.random.random() < 0.1:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {type_.name} {{ {inner} }}")
            return f" {{ ...{name} }}"
        if self.random.random() < 0.1:
            return f" {{ ... on {type_.name} {{ {inner} }} }}"
        return f" {{ {inner} }}"

    def _literal(self, type_: Any, name: str, depth: int) -> str | None:
        """A value in GraphQL's own syntax; None where only deeper ones would do."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif self.random.random() < 0.03:
            return "null"
        known = self.by_name(name, self.random)
        if known is not None and not isinstance(type_, GraphQLInputObjectType | GraphQLEnumType):
            return write_literal([known] if isinstance(type_, GraphQLList) else known)
        match type_:
            case GraphQLList():
                members = [self._literal(type_.of_type, name, depth) for _ in range(self.random.randint(1, 2))]
                return f"[{', '.join(each for each in members if each is not None)}]"
            case GraphQLEnumType():
                return self.random.choice(list(type_.values))
            case GraphQLInputObjectType():
                return self._object(type_, depth)
            case GraphQLScalarType():
                return self._scalar(type_.name)
        return None

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> str | None:
        if depth <= 0:
            return "{}"
        needed = [name for name, field in type_.fields.items() if isinstance(field.type, GraphQLNonNull)]
        others = [name for name in type_.fields if name not in needed]
        chosen = needed + self.random.sample(others, min(len(others), self.random.randint(0 if needed else 1, 2)))
        parts = []
        for name in chosen:
            value = self._literal(type_.fields[name].type, name, depth - 1)
            if value is not None:
                parts.append(f"{name}: {value}")
        return f"{{{', '.join(parts)}}}"

    def _scalar(self, name: str) -> str | None:
        if name == "Upload":
            return "null"
        if name in ("Parameters", "Values"):
            return write_literal(
                {self.random.choice(("name", "id", "title", "page", "x")): self.random.choice(("1", "a"))}
            )
        if self.random.random() < 0.05:
            return write_literal(self.random.choice(BODY_GARBAGE))
        return write_literal(self.random.choice(_SCALARS.get(name, ("a", 1))))


def write_literal(value: Any) -> str:
    """A value of JSON in GraphQL's own syntax. Members whose names GraphQL cannot write are left out."""
    match value:
        case dict():
            members = [f"{k}: {write_literal(v)}" for k, v in value.items() if k.isidentifier() and k.isascii()]
            return f"{{{', '.join(members)}}}"
        case list():
            return f"[{', '.join(map(write_literal, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=True)
        case float() if value != value or value in (float("inf"), float("-inf")):
            return "0.5"
    return json.dumps(value)


def _bare(type_: Any) -> Any:
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    return type_
