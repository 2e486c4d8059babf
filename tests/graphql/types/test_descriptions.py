"""Everything in the schema is described, for those who explore it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import is_introspection_type

from conjure.graphql.schema import get_schema


def undescribed() -> Iterator[str]:
    """The names of all types, members and arguments that say nothing of themselves."""
    for name, each in get_schema().client.type_map.items():
        if is_introspection_type(each):
            continue
        if not each.description:
            yield name
        for member, definition in members_of(each):
            if not definition.description:
                yield f"{name}.{member}"
            for argument, value in getattr(definition, "args", {}).items():
                if not value.description:
                    yield f"{name}.{member}({argument})"


def members_of(each: Any) -> Any:
    """The fields or values of a type."""
    return {**getattr(each, "fields", {}), **getattr(each, "values", {})}.items()


def test_everything_is_described() -> None:
    assert list(undescribed()) == []


def test_fields_say_what_the_model_says_of_them() -> None:
    fields = get_schema().client.type_map["TestappOrder"].fields  # type: ignore[attr-defined]
    assert fields["number"].description == "Number."
    assert fields["customerId"].description == "The key of the customer."
    assert fields["customerLabel"].description == "What people call the customer."
