"""Many-to-many fields in writes: which links to add and remove. Links to hidden rows are left alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from conjure.conf import settings
from conjure.graphql.fields.columns import is_empty
from conjure.graphql.fields.keys import parse_target_key
from conjure.graphql.rows.links import link_table, load_links
from conjure.graphql.rows.visible import is_scoped
from conjure.graphql.writes.targets import RelatedRows
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.values.sources import ValueProblem, json_type_of

_NOT_LINKABLE = "A row without a value in the column that links hold cannot be linked."


@dataclass(kw_only=True)
class LinkChange:
    """The links of one row that a write adds and removes; ``before`` are the keys that it was linked to.

    ``order`` are all keys after the write, for a field that keeps its links in order and where that changes.
    """

    field: FieldSpec
    before: list[Any] = dataclasses.field(default_factory=list)
    add: list[Any] = dataclasses.field(default_factory=list)
    remove: list[Any] = dataclasses.field(default_factory=list)
    order: list[Any] | None = None

    @property
    def after(self) -> list[Any]:
        """The keys that the row is linked to after the write."""
        if self.order is not None:
            return self.order
        removed = set(self.remove)
        return [key for key in self.before if key not in removed] + self.add

    @property
    def changes_nothing(self) -> bool:
        """Whether the row is linked to the same rows afterwards, in the same order where there is one."""
        return not (self.add or self.remove or self.order is not None)

    def apply(self, obj: models.Model) -> None:
        """Add and remove the links through the field's own manager, which sends the signals.

        Raise ValidationError where a row has no value in the column that the links hold.
        """
        here, _ = link_table(self.field).held
        if getattr(obj, here) is None:
            raise ValidationError({self.field.name: _NOT_LINKABLE})
        manager = getattr(obj, self.field.name)
        if self.order is not None:
            manager.set(self._held(self.order, obj))
            return
        if self.remove:
            manager.remove(*self._held(self.remove, obj))
        if self.add:
            manager.add(*self._held(self.add, obj))

    def _held(self, keys: list[Any], obj: models.Model) -> list[Any]:
        """What the links to the rows of these keys hold, which managers take for values: not always the primary key."""
        _, column = link_table(self.field).held
        target: Any = self.field.related_model
        if column == target._meta.pk.attname:
            return keys
        rows = target._base_manager.using(obj._state.db).filter(pk__in=keys)
        held = dict(rows.values_list("pk", column))
        if None in held.values():
            raise ValidationError({self.field.name: _NOT_LINKABLE})
        return [held[key] for key in keys if key in held]


def read_links(
    obj: models.Model,
    spec: ModelSpec,
    field: FieldSpec,
    raw: Any,
    *,
    targets: RelatedRows,
    is_form: bool,
    using: str,
) -> LinkChange:
    """The changes that a list of keys, or ``{set, add, remove}``, makes. Raise ValueProblem for anything else.

    A list, like ``set``, replaces all links but those to rows that are hidden from the user.
    """
    wanted, added, removed = _read_lists(field, raw, is_form)
    is_new = obj.pk is None or obj._state.adding
    before = [] if is_new else load_links(field, [obj], using).get(obj.pk, [])
    visible = _visible(obj, spec, field, before, targets)
    if wanted is not None:
        added = [*wanted, *added]
        removed = [*visible, *removed]
    # Links to hidden rows are as if there were none: they are neither removed nor told.
    kept, shown, known = set(added), set(visible), set(before)
    change = LinkChange(field=field, before=before)
    change.remove = [key for key in dict.fromkeys(removed) if key in shown and key not in kept]
    targets.require_all(obj, field, [key for key in dict.fromkeys(added) if key not in shown])
    change.add = [key for key in dict.fromkeys(added) if key not in known]
    if link_table(field).ordering:
        change.order = _new_order(change, None if wanted is None else list(dict.fromkeys(added)))
    if not field.field.blank and visible and not kept and len(change.remove) == len(visible):
        raise ValueProblem("This list may not be empty.")
    return change


def _new_order(change: LinkChange, wanted: list[Any] | None) -> list[Any] | None:
    """All keys in their order after the change, or None where the order stays: those that were asked for go first."""
    after = change.after
    if wanted is not None:
        after = wanted + [key for key in after if key not in set(wanted)]
    return None if after == change.before else after


def _visible(obj: models.Model, spec: ModelSpec, field: FieldSpec, keys: list[Any], targets: RelatedRows) -> list[Any]:
    related = spec.related(field.related_model)
    hides = related is not None and is_scoped(related)
    target: Any = field.related_model
    if not hides and type(target._default_manager) is models.Manager:
        return keys
    visible = targets.visible(obj, field, keys)
    return [key for key in keys if key in visible]


def _read_lists(field: FieldSpec, raw: Any, is_form: bool) -> tuple[list[Any] | None, list[Any], list[Any]]:
    if isinstance(raw, LinkInput):
        wanted = None if raw.lists.get("set") is None else _read_keys(field, raw.lists["set"])
        return wanted, _read_keys(field, raw.lists.get("add") or []), _read_keys(field, raw.lists.get("remove") or [])
    if is_empty(raw):
        return [], [], []
    if is_form and isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list):
        raise ValueProblem(f'Expected a list of items but got type "{json_type_of(raw)}".')
    return _read_keys(field, [item for item in raw if item != ""] if is_form else raw), [], []


def _read_keys(field: FieldSpec, items: list[Any]) -> list[Any]:
    if len(items) > settings.BULK_MAX_ROWS:
        raise ValueProblem(f"No more than {settings.BULK_MAX_ROWS} items are allowed.")
    return [parse_target_key(field.value_field, item) for item in items]


@dataclass(frozen=True)
class LinkInput:
    """``{set, add, remove}``, as the typed input of GraphQL has it; REST sends a list."""

    lists: Mapping[str, Any]
