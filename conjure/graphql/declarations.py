"""How types and fields are declared to Strawberry: made from data, not from annotated classes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import strawberry
import strawberry_django
from django.db import models
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

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


def make_field(
    name: str,
    annotation: Annotation,
    *,
    arguments: Mapping[str, Annotation] | None = None,
    description: str | None = None,
) -> StrawberryField:
    """A field of an object or input type under exactly that GraphQL name."""
    made = StrawberryField(
        python_name=name,
        graphql_name=name,
        type_annotation=_share_annotation(annotation),
        description=description,
        default=strawberry.UNSET,
    )
    made.arguments = [
        StrawberryArgument(argument, argument, _share_annotation(kind)) for argument, kind in (arguments or {}).items()
    ]
    return made


@functools.lru_cache(maxsize=8192)
def _share_annotation(annotation: Annotation) -> StrawberryAnnotation:
    """Strawberry takes its time to resolve an annotation, and keeps what it has found."""
    return StrawberryAnnotation(annotation)


def make_model_type(name: str, model: type[models.Model], description: str | None = None) -> type:
    """A strawberry-django type of a model, its fields yet to come."""
    return strawberry_django.type(model, name=name, description=description)(type(name, (), {"__annotations__": {}}))


def make_object_type(name: str, description: str | None = None) -> type:
    """An object type, its fields yet to come."""
    return strawberry.type(type(name, (), {"__annotations__": {}}), name=name, description=description)


def make_input_type(name: str, description: str | None = None) -> type:
    """An input type, its fields yet to come."""
    return strawberry.input(type(name, (), {"__annotations__": {}}), name=name, description=description)


def add_fields(declared: Any, fields: Iterable[StrawberryField]) -> None:
    """Give a declared type its fields. Apart from declaring it, since models refer to each other in circles."""
    declared.__strawberry_definition__.fields.extend(fields)
