"""Paths across relations (``customer__tier``): what they lead to, and whether an excluded column lies on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel

from conjure.specs.models import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path that can be followed: ``field`` is its end, ``multivalued`` whether it may lead to several rows.

    ``hops`` are the specs of registered models that it passes through, with the path up to each.
    """

    name: str
    field: models.Field[Any, Any]
    multivalued: bool
    hops: tuple[tuple[str, ModelSpec], ...]


Excluded = Callable[[ModelSpec], frozenset[str]]
"""Gives the names of a model's fields that are as if they did not exist."""


def always_excluded(spec: ModelSpec) -> frozenset[str]:
    """The fields that are excluded for everybody."""
    return spec.excluded


def resolve_path(spec: ModelSpec, name: str, excluded: Excluded = always_excluded) -> Path | None:
    """Follow a path from a model; None where it leads nowhere, or over a column that is excluded on the way.

    An excluded column is the same as one that does not exist, on every model of the path; ``Context.excluded`` says
    which are for one request.
    """
    key = ("path", spec.key, name)
    followed = spec.set.derived.get(key)
    if followed is None:
        followed = _follow(spec, name)
        if followed is None:
            return None  # Not remembered: clients can make up any number of names.
        spec.set.derived[key] = followed
    path, needed = followed
    return None if any(not names.isdisjoint(excluded(owner)) for owner, names in needed) else path


def _follow(spec: ModelSpec, name: str) -> tuple[Path, list[tuple[ModelSpec, set[str]]]] | None:
    """The path, with the names that must not be excluded on the models that it passes; None where it leads nowhere."""
    model: type[models.Model] = spec.model
    current: ModelSpec | None = spec
    hops: list[tuple[str, ModelSpec]] = []
    needed: list[tuple[ModelSpec, set[str]]] = []
    multivalued = False
    field: Any = None
    parts = name.split("__")
    for index, part in enumerate(parts):
        if field is not None and not field.is_relation:
            return None
        field = _get_field(model, part)
        if field is None or _is_credential(model, part):
            return None
        if current is not None:
            owners = _owners(current, field, part)
            if owners is None:
                return None
            needed += owners
        if field.is_relation:
            multivalued = multivalued or bool(field.many_to_many or field.one_to_many)
            if field.related_model is None:
                return None
            model = field.related_model
            current = spec.related(model)
            if current is not None and index < len(parts) - 1:
                hops.append(("__".join(parts[: index + 1]), current))
    end = field.field if isinstance(field, ForeignObjectRel) else field
    return Path(name=name, field=end, multivalued=multivalued, hops=tuple(hops)), needed


def _is_credential(model: type[models.Model], part: str) -> bool:
    return part == "password" and issubclass(model, AbstractBaseUser)


def _get_field(model: type[models.Model], name: str) -> Any:
    if name == "pk":
        return None if len(model._meta.pk_fields) > 1 else model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return next((f for f in model._meta.concrete_fields if f.attname == name), None)


def _owners(spec: ModelSpec, field: Any, part: str) -> list[tuple[ModelSpec, set[str]]] | None:
    """Whose exclusions concern a step of a path, and by which names; None for what is no column and no relation."""
    if isinstance(field, ForeignObjectRel):
        source = spec.related(field.related_model)
        return [(spec, {part}), *([(source, {field.field.name})] if source is not None else [])]
    return [(spec, {field.name})] if hasattr(field, "attname") else None
