"""Paths such as ``customer__name``, followed over the models as the ORM follows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

from conjure.options import offers_lookup
from conjure.specs.paths import Step, walk_path


@dataclass(frozen=True, kw_only=True)
class FollowedPath:
    """A path over fields and relations, followed as far as its parts are known.

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


def follow_path(model: type[Model], text: str) -> FollowedPath:
    """Follow a path from the model on."""
    steps, rest = walk_path(model, text)
    return _end_path(model, steps, text.split(LOOKUP_SEP)) if rest else FollowedPath(hops=_hops(steps))


def _hops(steps: list[Step]) -> tuple[tuple[type[Model], Any], ...]:
    return tuple((step.model, step.field) for step in steps)


def query_names(model: type[Model]) -> list[str]:
    """The names that queries on the model may start with."""
    return ["pk", *(field.name for field in model._meta.get_fields() if not getattr(field, "hidden", False))]


def field_names(model: type[Model]) -> list[str]:
    """The names of the model's own fields, many-to-many fields included."""
    return [field.name for field in own_fields(model)]


def own_fields(model: type[Model]) -> Iterable[Any]:
    """The model's own fields, many-to-many fields included."""
    return (*model._meta.concrete_fields, *model._meta.many_to_many)


def _end_path(model: type[Model], steps: list[Step], parts: list[str]) -> FollowedPath:
    """The path that ends at a part which is not a field: at a lookup, or at an unknown name."""
    position = len(steps)
    part = parts[position]
    last = steps[-1].field if steps else None
    if last is not None and (_offers_transform(last, part) or offers_lookup(last, part)):
        return FollowedPath(hops=_hops(steps), lookups=tuple(parts[position:]))
    current = model if last is None else last.related_model
    before, after = parts[:position], parts[position + 1 :]
    return FollowedPath(
        hops=_hops(steps),
        unknown=part,
        known=tuple(query_names(current)) if current is not None else (),
        before="".join(f"{each}{LOOKUP_SEP}" for each in before),
        after="".join(f"{LOOKUP_SEP}{each}" for each in after),
    )


def _offers_transform(field: Any, name: str) -> bool:
    try:
        return bool(field.get_transform(name))
    except Exception:  # noqa: BLE001 - a relation from the other side, or a third party's field
        return False
