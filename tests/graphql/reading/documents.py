"""Writes any valid document over lists of rows."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from conjure.graphql.schema import BuiltSchema
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from tests.graphql.reading.faults import FAULTS, faulty_schema

# Lists whose rows fail in some field, and lists of many relations: asked for more often than the others.
FAVOURITES = ["testappOrders", "testappCustomers", "testappCategories", "testappFolders", "testappProducts"]


def ordered_specs() -> list[ModelSpec]:
    """The models whose rows are in the same order each time."""
    return [spec for spec in get_specs() if "?" not in spec.config.get_ordering()]


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
