"""Labels: ``str(obj)`` for many rows in a number of queries that does not depend on how many rows there are.

What a ``__str__`` reads is not known beforehand, so it is learned: when a label has fetched a deferred column or
followed a relation, the same is fetched for all remaining rows at once, and beforehand the next time.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import OneToOneRel, prefetch_related_objects

from conjure.caches import cached
from conjure.conf import settings
from conjure.orm.unreadable import is_of_database
from conjure.values.keys import pk_text


class LabelNeeds:
    """What labels of one model were seen to read: columns (by attname), and relations with what they read beyond them.

    A generic foreign key leads to rows of several models, so what is read beyond a relation is kept by their class.
    """

    __slots__ = ("_beyond", "_lock", "columns", "relations")

    def __init__(self) -> None:
        self.columns: frozenset[str] = frozenset()
        self.relations: frozenset[str] = frozenset()
        self._beyond: dict[tuple[str, type[models.Model]], LabelNeeds] = {}
        self._lock = threading.Lock()

    def learn(self, columns: Iterable[str], relations: Iterable[str]) -> None:
        """Add what a label read."""
        with self._lock:
            self.columns |= frozenset(columns)
            self.relations |= frozenset(relations)

    def beyond(self, relation: str, model: type[models.Model]) -> LabelNeeds:
        """What labels read of the rows of one class that a relation leads to."""
        with self._lock:
            return self._beyond.setdefault((relation, model), LabelNeeds())


def make_label(obj: models.Model) -> str:
    """``str(obj)``, or ``Model (pk)`` where that fails or does not give text."""
    try:
        label: object = obj.__str__()
        if type(label) is str:
            return label
        return str(label) if isinstance(label, str) else _fallback_label(obj)
    except Exception:  # The project's own ``__str__``.
        logging.getLogger(settings.LOGGER_NAME).warning(
            "The label of %s %s failed.", obj._meta.label, obj.pk, exc_info=True
        )
        return _fallback_label(obj)


def _fallback_label(obj: models.Model) -> str:
    return f"{obj._meta.object_name} ({pk_text(obj.pk)})"


Make = Callable[[models.Model], Any]
"""Makes the label, or computes the value, of one row. It raises only what the database raises."""


@cached(maxsize=4096)
def label_needs(model: type[models.Model]) -> LabelNeeds:
    """What is known of a model's labels."""
    return LabelNeeds()


@cached(maxsize=4096)
def computed_needs(model: type[models.Model], make: Make) -> LabelNeeds:
    """What is known of what computes a column of a model."""
    return LabelNeeds()


def make_labels(objs: Sequence[models.Model], make: Make = make_label) -> list[Any]:
    """The labels of rows of one model, which may have deferred columns, or the values of a computed column.

    A manager may give rows of several classes, each with a ``__str__`` and relations of its own.
    """
    if len(set(map(type, objs))) < 2:
        return _labels_of_class(objs, make)
    groups: dict[type[models.Model], list[int]] = defaultdict(list)
    for index, obj in enumerate(objs):
        groups[type(obj)].append(index)
    labels: list[Any] = [""] * len(objs)
    for indexes in groups.values():
        for index, label in zip(indexes, _labels_of_class([objs[index] for index in indexes], make), strict=True):
            labels[index] = label
    return labels


def _labels_of_class(objs: Sequence[models.Model], make: Make) -> list[Any]:
    labels: list[Any] = []
    if not objs:
        return labels
    needs = label_needs(type(objs[0])) if make is make_label else computed_needs(type(objs[0]), make)
    fetch_relations(objs, needs)
    columns = len(objs[0].__dict__)
    read: set[str] = set()
    deferred = [field.attname for field in objs[0]._meta.concrete_fields if field.attname not in objs[0].__dict__]
    for index, obj in enumerate(objs):
        walked = _count_cached(obj) if needs.relations else 0
        labels.append(make(obj))
        # A cached property grows the row as well.
        grown = len(obj.__dict__) > columns and not read.issuperset(name for name in deferred if name in obj.__dict__)
        if grown or _count_cached(obj) > walked:
            read.update(name for name in deferred if name in obj.__dict__)
            _fetch_for_the_rest(obj, objs[index + 1 :], needs, deferred)
            columns = len(objs[-1].__dict__)
    return labels


def fetch_relations(objs: Sequence[models.Model], needs: LabelNeeds) -> None:
    """Fetch the relations that labels were seen to follow from rows of one class, for all of them at once."""
    names = sorted(needs.relations)
    if not names or not objs:
        return
    missing = _leading_columns(objs[0], names) - objs[0].__dict__.keys()
    if missing:
        _fetch_columns(objs, missing)
    generic = _generic_keys(objs[0])
    for name in names:
        if name in generic:
            _fetch_generic(objs, generic[name])
        else:
            prefetch_related_objects(list(objs), name)
        for model, related in _related_by_class(objs, name).items():
            fetch_relations(related, needs.beyond(name, model))


def _related_by_class(objs: Iterable[models.Model], name: str) -> dict[type[models.Model], list[models.Model]]:
    groups: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    related = {id(found): found for obj in objs if (found := obj._state.fields_cache.get(name)) is not None}
    for found in related.values():
        groups[type(found)].append(found)
    return groups


def _fetch_generic(objs: Sequence[models.Model], key: Any) -> None:
    """Fetch the rows that a generic foreign key points to, in one query for each of their models."""
    kind = objs[0]._meta.get_field(key.ct_field).attname  # type: ignore[union-attr]
    groups: dict[Any, list[models.Model]] = defaultdict(list)
    for obj in objs:
        groups[getattr(obj, kind)].append(obj)
    for group in groups.values():
        try:
            prefetch_related_objects(group, key.name)
        except Exception as error:  # A third party's field; the label then fails by itself.
            if is_of_database(error):
                raise


def _leading_columns(obj: models.Model, relations: Iterable[str]) -> set[str]:
    """The columns that the relations start from."""
    first = set(relations)
    for name, key in _generic_keys(obj).items():
        if name in first:
            first |= {key.ct_field, key.fk_field}
    return {field.attname for field in obj._meta.concrete_fields if field.name in first}


def _generic_keys(obj: models.Model) -> dict[str, Any]:
    """The generic foreign keys of a row's model by name, recognized by their attributes: contenttypes is optional."""
    return {field.name: field for field in obj._meta.private_fields if hasattr(field, "ct_field") and field.is_relation}


# How far labels are followed. Rows may refer to each other in a circle, as those of a tree do to their parents.
_MAX_STEPS = 8


def _count_cached(obj: models.Model, steps: int = _MAX_STEPS, before: models.Model | None = None) -> int:
    """How many related objects are cached on a row, those of its related objects included.

    Both sides of a one-to-one field refer to each other: the way back, to the row ``before``, is not taken.
    """
    cache = obj._state.__dict__.get("fields_cache")  # Reading the attribute itself would make a dict for each row.
    if not cache or not steps:
        return 0
    related = (value for value in cache.values() if isinstance(value, models.Model) and value is not before)
    return len(cache) + sum(_count_cached(value, steps - 1, obj) for value in related)


def _fetch_for_the_rest(
    seen: models.Model, rest: Sequence[models.Model], needs: LabelNeeds, deferred: Iterable[str]
) -> None:
    _learn_relations(seen, needs, _MAX_STEPS)
    read = {name for name in deferred if name in seen.__dict__}
    needs.learn(read | _leading_columns(seen, needs.relations), ())
    if not rest:
        return
    columns = read - rest[0].__dict__.keys()
    if columns:
        _fetch_columns(rest, columns)
    fetch_relations(rest, needs)


def _learn_relations(obj: models.Model, needs: LabelNeeds, steps: int, before: models.Model | None = None) -> None:
    """Learn which relations of a row were followed, and from where they lead on."""
    followed = [(name, value) for name, value in obj._state.fields_cache.items() if _can_be_fetched(obj, name)]
    needs.learn((), (name for name, value in followed if value is not before))
    for name, value in followed:
        if isinstance(value, models.Model) and value is not before and steps > 1:
            _learn_relations(value, needs.beyond(name, type(value)), steps - 1, obj)


def _can_be_fetched(obj: models.Model, name: str) -> bool:
    """Whether a name in a row's cache is that of a relation to at most one row."""
    if name in _generic_keys(obj):
        return True
    names = [field.name for field in obj._meta.concrete_fields if field.is_relation]
    names += [other.get_accessor_name() or "" for other in obj._meta.related_objects if isinstance(other, OneToOneRel)]
    return name in names


def _fetch_columns(objs: Sequence[models.Model], columns: set[str]) -> None:
    """Fetch deferred columns of many rows in one query."""
    model, using = type(objs[0]), objs[0]._state.db
    rows = model._base_manager.using(using).filter(pk__in=[obj.pk for obj in objs]).values_list("pk", *columns)
    found = {row[0]: row[1:] for row in rows}
    for obj in objs:
        for name, value in zip(columns, found.get(obj.pk, ()), strict=False):
            obj.__dict__.setdefault(name, value)
