"""Paths such as ``customer__name``, followed over the models as the ORM follows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path followed as far as it goes.

    ``hops`` are the models and their fields on the way, ``lookups`` what follows the last field (``date``,
    ``iexact``, a key of a JSON field). ``unknown`` is the first part that is neither, None where all are known;
    ``known`` are the names that could have stood there, ``before`` and ``after`` what stands around it.
    """

    hops: tuple[tuple[type[Model], Any], ...]
    lookups: tuple[str, ...] = ()
    unknown: str | None = None
    known: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def field(self) -> Any:
        """The last field on the way, None where there is none."""
        return self.hops[-1][1] if self.hops else None


def follow_path(model: type[Model], text: str) -> Path:
    """Follow a path from the model on."""
    hops: list[tuple[type[Model], Any]] = []
    current: Any = model
    parts = text.split(LOOKUP_SEP)
    for position, part in enumerate(parts):
        field = None if current is None else find_field(current, part)
        if field is None:
            return _leave(hops, current, parts, position)
        hops.append((current, field))
        current = field.related_model if field.is_relation else None
    return Path(hops=tuple(hops))


def find_field(model: type[Model], name: str) -> Any:
    """The field or relation that queries on the model know by that name, or None; ``pk`` is one."""
    if name == "pk":
        return model._meta.pk
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def query_names(model: type[Model]) -> list[str]:
    """The names that queries on the model may start with."""
    return ["pk", *(field.name for field in model._meta.get_fields() if not getattr(field, "hidden", False))]


def field_names(model: type[Model]) -> list[str]:
    """The names of the model's own fields, many-to-many fields included."""
    return [field.name for field in own_fields(model)]


def own_fields(model: type[Model]) -> Iterable[Any]:
    """The model's own fields, many-to-many fields included."""
    return (*model._meta.concrete_fields, *model._meta.many_to_many)


def _leave(hops: list[tuple[type[Model], Any]], current: Any, parts: list[str], position: int) -> Path:
    """The path where it leaves the fields: into lookups, or into the unknown."""
    part = parts[position]
    last = hops[-1][1] if hops else None
    if last is not None and hasattr(last, "get_transform") and (last.get_transform(part) or last.get_lookup(part)):
        return Path(hops=tuple(hops), lookups=tuple(parts[position:]))
    before, after = parts[:position], parts[position + 1 :]
    return Path(
        hops=tuple(hops),
        unknown=part,
        known=tuple(query_names(current)) if current is not None else (),
        before="".join(f"{each}{LOOKUP_SEP}" for each in before),
        after="".join(f"{LOOKUP_SEP}{each}" for each in after),
    )
