"""Labels: ``str(obj)`` for many rows in a number of queries that does not depend on how many rows there are.

What a ``__str__`` reads is not known beforehand, so it is learned: when a label has fetched a deferred column or
followed a relation, the same is fetched for all remaining rows at once, and beforehand the next time.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import Error, models
from django.db.models import prefetch_related_objects

from conjure.caches import cached
from conjure.conf import settings
from conjure.values.keys import pk_text


class LabelNeeds:
    """What labels of one model were seen to read: columns (by attname) and relations (as prefetch paths)."""

    __slots__ = ("_lock", "columns", "relations")

    def __init__(self) -> None:
        self.columns: frozenset[str] = frozenset()
        self.relations: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def learn(self, columns: Iterable[str], relations: Iterable[str]) -> None:
        """Add what a label read."""
        with self._lock:
            self.columns |= frozenset(columns)
            self.relations |= frozenset(relations)


@cached(maxsize=4096)
def label_needs(model: type[models.Model]) -> LabelNeeds:
    """What is known of a model's labels."""
    return LabelNeeds()


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


def make_labels(objs: Sequence[models.Model]) -> list[str]:
    """The labels of rows of one model, which may have deferred columns.

    A manager may give rows of several classes, each with a ``__str__`` and relations of its own.
    """
    if len(set(map(type, objs))) < 2:
        return _labels_of_class(objs)
    groups: dict[type[models.Model], list[int]] = defaultdict(list)
    for index, obj in enumerate(objs):
        groups[type(obj)].append(index)
    labels = [""] * len(objs)
    for indexes in groups.values():
        for index, label in zip(indexes, _labels_of_class([objs[index] for index in indexes]), strict=True):
            labels[index] = label
    return labels


def _labels_of_class(objs: Sequence[models.Model]) -> list[str]:
    labels: list[str] = []
    if not objs:
        return labels
    needs = label_needs(type(objs[0]))
    fetch_relations(objs, needs.relations)
    columns = len(objs[0].__dict__)
    deferred = [field.attname for field in objs[0]._meta.concrete_fields if field.attname not in objs[0].__dict__]
    for index, obj in enumerate(objs):
        walked = _count_cached(obj) if needs.relations else 0
        labels.append(make_label(obj))
        if len(obj.__dict__) > columns or _count_cached(obj) > walked:
            _fetch_for_the_rest(obj, objs[index + 1 :], needs, deferred)
            columns = len(objs[-1].__dict__)
    return labels


def fetch_relations(objs: Sequence[models.Model], paths: Iterable[str]) -> None:
    """Fetch relations that labels were seen to follow, for all rows at once."""
    paths = sorted(paths)
    if not paths or not objs:
        return
    missing = _leading_columns(objs[0], paths) - objs[0].__dict__.keys()
    if missing:
        _fetch_columns(objs, missing)
    generic = {name: key for name, key in _generic_keys(objs[0]).items() if name in paths}
    prefetch_related_objects(list(objs), *(path for path in paths if path not in generic))
    for key in generic.values():
        _fetch_generic(objs, key)


def _fetch_generic(objs: Sequence[models.Model], key: Any) -> None:
    """Fetch the rows that a generic foreign key points to, in one query for each of their models."""
    kind = objs[0]._meta.get_field(key.ct_field).attname  # type: ignore[union-attr]
    groups: dict[Any, list[models.Model]] = defaultdict(list)
    for obj in objs:
        groups[getattr(obj, kind)].append(obj)
    for group in groups.values():
        try:
            prefetch_related_objects(group, key.name)
        except Error:
            raise
        except Exception:  # noqa: BLE001, S112 - a third party's field; the label then fails by itself
            continue


def _leading_columns(obj: models.Model, paths: Iterable[str]) -> set[str]:
    """The columns that the first steps of the paths start from."""
    first = {path.split("__")[0] for path in paths}
    for name, key in _generic_keys(obj).items():
        if name in first:
            first |= {key.ct_field, key.fk_field}
    return {field.attname for field in obj._meta.concrete_fields if field.name in first}


def _generic_keys(obj: models.Model) -> dict[str, Any]:
    """The generic foreign keys of a row's model by name, recognized by their attributes: contenttypes is optional."""
    return {field.name: field for field in obj._meta.private_fields if hasattr(field, "ct_field") and field.is_relation}


# How far labels are followed. Rows may refer to each other in a circle: both sides of a one-to-one field do.
_MAX_STEPS = 4


def _count_cached(obj: models.Model, steps: int = _MAX_STEPS) -> int:
    """How many related objects are cached on a row, those of its related objects included."""
    cache = obj._state.__dict__.get("fields_cache")  # Reading the attribute itself would make a dict for each row.
    if not cache or not steps:
        return 0
    related = (value for value in cache.values() if isinstance(value, models.Model))
    return len(cache) + sum(_count_cached(value, steps - 1) for value in related)


def _fetch_for_the_rest(
    seen: models.Model, rest: Sequence[models.Model], needs: LabelNeeds, deferred: Iterable[str]
) -> None:
    relations = set(_cached_paths(seen))
    read = {name for name in deferred if name in seen.__dict__}
    needs.learn(read | _leading_columns(seen, relations), relations)
    if not rest:
        return
    columns = read - rest[0].__dict__.keys()
    if columns:
        _fetch_columns(rest, columns)
    fetch_relations(rest, relations)


def _cached_paths(obj: models.Model, prefix: str = "", steps: int = _MAX_STEPS) -> Iterable[str]:
    for name, value in obj._state.fields_cache.items():
        if name in _generic_keys(obj):
            # Each row's may point to another model, so no path can lead beyond it, or to it from other rows.
            if not prefix:
                yield name
            continue
        if not name.isidentifier() or not _is_forward(obj, name):
            continue
        yield f"{prefix}{name}"
        if isinstance(value, models.Model) and steps > 1:
            yield from _cached_paths(value, f"{prefix}{name}__", steps - 1)


def _is_forward(obj: models.Model, name: str) -> bool:
    return any(field.name == name and field.is_relation for field in obj._meta.concrete_fields)


def _fetch_columns(objs: Sequence[models.Model], columns: set[str]) -> None:
    """Fetch deferred columns of many rows in one query."""
    model, using = type(objs[0]), objs[0]._state.db
    rows = model._base_manager.using(using).filter(pk__in=[obj.pk for obj in objs]).values_list("pk", *columns)
    found = {row[0]: row[1:] for row in rows}
    for obj in objs:
        for name, value in zip(columns, found.get(obj.pk, ()), strict=False):
            obj.__dict__.setdefault(name, value)
