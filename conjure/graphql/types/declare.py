"""Types and fields, declared to Strawberry from data instead of annotated classes."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
import strawberry_django
from django.db import models
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from conjure.caches import cached

Annotation = Any
"""A type as Strawberry takes it: ``str``, ``BigInt | None``, ``list[SomeType]``."""


@dataclass(frozen=True, kw_only=True)
class RootField:
    """One field of Query or Mutation: its type, its arguments, and the resolver ``(root, info, **arguments)``.

    Arguments and input objects reach the resolver as plain values and dicts, keyed by their GraphQL names; what the
    client did not send is not in them.
    """

    name: str
    type: Annotation
    resolve: Callable[..., Any]
    arguments: Mapping[str, Annotation] = field(default_factory=dict)
    description: str | None = None
    own_arguments: Mapping[str, Annotation] = field(default_factory=dict)
    """Arguments that our own documents send, and that the clients' schema does not have."""
    is_own: bool = False
    """Whether our own documents alone may ask for it."""


def make_field(
    name: str,
    annotation: Annotation,
    *,
    arguments: Mapping[str, Annotation] | None = None,
    description: str | None = None,
) -> StrawberryField:
    """A field of an object or input type under exactly that GraphQL name."""
    if not arguments:
        return _share_field(name, annotation, description)
    made = _declare_field(name, annotation, description)
    made.arguments = [_share_argument(argument, kind) for argument, kind in arguments.items()]
    return made


def _declare_field(name: str, annotation: Annotation, description: str | None) -> StrawberryField:
    made = StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=_share_annotation(annotation),
        description=description,
        default=strawberry.UNSET,
    )
    made.arguments = []
    return made


# Models have many fields of the same name and type, and what Strawberry keeps of each is the largest part of a schema.
_share_field = cached(maxsize=16_384)(_declare_field)


@cached(maxsize=16_384)
def _share_argument(name: str, annotation: Annotation) -> StrawberryArgument:
    return StrawberryArgument(name, name, _share_annotation(annotation))


@cached(maxsize=16_384)
def _share_annotation(annotation: Annotation) -> StrawberryAnnotation:
    """Strawberry is slow to resolve an annotation, but keeps what it has found."""
    return StrawberryAnnotation(annotation)


def make_model_type(name: str, model: type[models.Model], description: str | None = None) -> type:
    """A strawberry-django type of a model, still without fields."""
    return strawberry_django.type(model, name=name, description=description)(type(name, (), {"__annotations__": {}}))


def make_object_type(name: str, description: str | None = None) -> type:
    """An object type, still without fields."""
    return _define_type(name, description, is_input=False)


def make_input_type(name: str, description: str | None = None) -> type:
    """An input type, still without fields."""
    return _define_type(name, description, is_input=True)


def _define_type(name: str, description: str | None, *, is_input: bool) -> type:
    """A type as Strawberry's integrations define theirs. No instance is ever made, so it need not be a dataclass."""
    made: Any = type(name, (), {})
    made.__strawberry_definition__ = StrawberryObjectDefinition(
        name=name,
        is_input=is_input,
        is_interface=False,
        interfaces=[],
        description=description,
        directives=(),
        origin=made,
        extend=False,
        fields=[],
        is_type_of=None,
        resolve_type=None,
    )
    return made  # type: ignore[no-any-return]


def make_enum(name: str, values: Iterable[str]) -> type:
    """An enum type of these names. Its members have other names, since Python does not allow every name for them."""
    members = enum.Enum(name, {f"member{number}": value for number, value in enumerate(values)})  # type: ignore[misc]
    return strawberry.enum(members, name=name, graphql_name_from="value")


def add_fields(declared: Any, fields: Iterable[StrawberryField]) -> None:
    """Give a declared type its fields. This is a step of its own since models refer to each other in circles."""
    declared.__strawberry_definition__.fields.extend(fields)
