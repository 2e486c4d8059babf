"""Model instances made from rows directly, where nothing could tell that the model's ``__init__`` was not called.

Django calls ``from_db``, ``__init__``, one ``setattr`` a field and two signals for each row; for a list of rows with
the targets of their foreign keys that is the largest part of the time. A model that has a say in any of these steps
is made in Django's own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelStateFieldsCacheDescriptor
from django.db.models.fields.files import FileDescriptor, ImageFileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import ModelIterable
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

from conjure.caches import cached

_PLAIN_ATTRIBUTES = {DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor, ImageFileDescriptor}


class RowState:
    """What Django keeps in ``Model._state``, for a row that came from the database."""

    adding = False
    db: str
    fields_cache = ModelStateFieldsCacheDescriptor()
    peers = ()


if hasattr(models, "FETCH_ONE"):  # Django 6.1 and newer
    RowState.fetch_mode = models.FETCH_ONE  # type: ignore[attr-defined]


@cached(maxsize=64)
def state_class(db: str) -> type[RowState]:
    """The class of the ``_state`` of a database's rows: they differ in nothing until something is cached in them."""
    return type("RowState", (RowState,), {"db": db})


def make_instances(model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]], db: str) -> Iterator[Any]:
    """Instances of a model from rows of the named attributes, as they come from a database."""
    new, make_state = model.__new__, state_class(db)
    for row in rows:
        obj = new(model)
        obj.__dict__ = values = dict(zip(names, row))  # noqa: B905 - Django made both, and this runs for every row
        values["_state"] = make_state()
        yield obj


@cached(maxsize=4096)
def _is_plain(model: Any) -> bool:
    own = (model.__new__, model.__init__, model.__setattr__, model.from_db.__func__)
    plain = (object.__new__, models.Model.__init__, object.__setattr__, models.Model.from_db.__func__)  # type: ignore[attr-defined]
    if own != plain:
        return False
    return all(type(vars_of(model, field.attname)) in _PLAIN_ATTRIBUTES for field in model._meta.concrete_fields)


def vars_of(model: type[models.Model], name: str) -> Any:
    """What stands under a name on a model class or on the first of its ancestors that has it."""
    return next((vars(ancestor)[name] for ancestor in model.__mro__ if name in vars(ancestor)), None)


def is_made_plainly(rows: models.QuerySet[Any]) -> bool:
    """Whether the instances of a query can be made directly, with no difference but in time."""
    query = rows.query
    if rows._iterable_class is not ModelIterable or query.annotations or query.select_related or query.extra:
        return False
    if getattr(rows, "_fetch_mode", None) is not getattr(models, "FETCH_ONE", None):
        return False
    model: Any = rows.model
    return _is_plain(model) and not is_listened_to(rows.model)


def is_listened_to(model: type[models.Model]) -> bool:
    """Whether somebody wants to know of every instance that is made."""
    return pre_init.has_listeners(model) or post_init.has_listeners(model)
