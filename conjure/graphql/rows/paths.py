"""Paths across relations (``customer__tier``): what they lead to, and whether they pass an excluded column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.db.models.fields.reverse_related import ForeignObjectRel

from conjure.graphql.context import Context
from conjure.graphql.rows.visible import is_scoped, scoped_rows
from conjure.specs.models import ModelSpec
from conjure.specs.paths import Step, walk_path
from conjure.specs.writable import can_be_served


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path that a request may follow: ``field`` is its end, ``multivalued`` says that it may lead to several rows.

    The end may be a relation of another model to this one: then the values are the keys of the other's rows. ``hops``
    are the specs of registered models that it passes through, with the path up to each; so is the one at the end of a
    relation that no column of this model holds, because its hidden rows are not to be told by their keys. ``read`` are
    those of them whose rows a filter by this path tells of: all but the one at the end of a many-to-many field, whose
    keys stand in the row that has the field.
    """

    name: str
    field: Any
    multivalued: bool
    hops: tuple[tuple[str, ModelSpec], ...]
    read: tuple[ModelSpec, ...]


Excluded = Callable[[ModelSpec], frozenset[str]]
"""Gives the names of a model's fields that do not exist for a request."""


def always_excluded(spec: ModelSpec) -> frozenset[str]:
    """The fields that are excluded for everybody."""
    return spec.excluded


def resolve_path(spec: ModelSpec, name: str, excluded: Excluded = always_excluded) -> Path | None:
    """Follow a path from a model; None where a part of it is not a field, or is excluded.

    Excluded columns do not exist, on every model of the path; ``Context.excluded`` says which those are for one
    request.
    """
    key = ("path", spec.key, name)
    followed = spec.set.derived.get(key)
    if followed is None:
        followed = _follow(spec, name)
        if followed is None:
            return None  # Not kept: clients can make up any number of names.
        spec.set.derived.put(key, followed)
    path, needed = followed
    return None if any(not names.isdisjoint(excluded(owner)) for owner, names in needed) else path


def require_viewable(context: Context, path: Path) -> None:
    """Raise ForbiddenError where the path tells of rows of a model that the user may not view."""
    for spec in path.read:
        context.permissions.require("view", spec)


def shown_hops(context: Context, path: Path) -> Q:
    """The condition that no row on the way is hidden by a config's ``get_queryset``; empty where none hides any."""
    shown = Q()
    for hop, related in path.hops:
        if is_scoped(related):
            shown &= Q(**{f"{hop}__pk__in": scoped_rows(context, related).order_by().values("pk")})
    return shown


def _follow(spec: ModelSpec, name: str) -> tuple[Path, list[tuple[ModelSpec, set[str]]]] | None:
    """The path, with the names that must not be excluded on each model that it passes; None where it is not one."""
    steps, rest = walk_path(spec.model, name)
    if rest:
        return None
    end = steps[-1].field
    if not can_be_served(end.field if isinstance(end, ForeignObjectRel) else end):
        return None
    current: ModelSpec | None = spec
    hops: list[tuple[str, ModelSpec]] = []
    needed: list[tuple[ModelSpec, set[str]]] = []
    for number, step in enumerate(steps, start=1):
        if _is_composite_pk(step) or _is_credential(step) or (step.field.is_relation and not step.field.related_model):
            return None
        if number == len(steps) and is_held_elsewhere(step.field) and len(step.field.related_model._meta.pk_fields) > 1:
            return None
        if current is not None:
            owners = _owners(current, step)
            if owners is None:
                return None
            needed += owners
        current = spec.related(step.field.related_model if step.field.is_relation else None)
        if current is not None and (number < len(steps) or is_held_elsewhere(step.field)):
            hops.append((LOOKUP_SEP.join(part.name for part in steps[:number]), current))
    shows_keys = end.many_to_many and not isinstance(end, ForeignObjectRel)
    path = Path(
        name=name,
        field=end,
        read=tuple(related for hop, related in hops if not (shows_keys and hop == name)),
        multivalued=any(step.field.many_to_many or step.field.one_to_many for step in steps),
        hops=tuple(hops),
    )
    return path, needed


def is_held_elsewhere(relation: Any) -> bool:
    """Whether no column of the model holds the relation, but a table of links does, or the model that it leads to."""
    return bool(relation.many_to_many) or isinstance(relation, ForeignObjectRel)


def _is_composite_pk(step: Step) -> bool:
    return step.name == "pk" and len(step.model._meta.pk_fields) > 1


def _is_credential(step: Step) -> bool:
    return step.name == "password" and issubclass(step.model, AbstractBaseUser)


def _owners(spec: ModelSpec, step: Step) -> list[tuple[ModelSpec, set[str]]] | None:
    """The models that may exclude a step of a path, and by which names; None for anything but columns and relations."""
    field = step.field
    if isinstance(field, ForeignObjectRel):
        source = spec.related(field.related_model)
        return [(spec, {step.name}), *([(source, {field.field.name})] if source is not None else [])]
    return [(spec, {field.name})] if hasattr(field, "attname") else None
