"""Model instances made from a database's rows directly, where nothing could tell that ``__init__`` was not called.

Django calls ``from_db``, ``__init__``, one ``setattr`` for each field and two signals for each row, which takes longer
than all else that a list does to its rows. A model that takes part in any of these steps is made in Django's own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelBase, ModelState
from django.db.models.fields.files import FileDescriptor, ImageFileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

from conjure.caches import cached

# What takes part in making an instance, or in reading a column that was not loaded.
_STEPS = ("__new__", "__init__", "__getattribute__", "__setattr__", "from_db", "refresh_from_db")
# Attributes that keep what is assigned to them in the instance's ``__dict__``, under their own name.
_PLAIN_ATTRIBUTES = {DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor, ImageFileDescriptor}


# Django 6.1 and newer note in each instance how related rows are fetched.
_FETCH_MODE = {"fetch_mode": models.FETCH_ONE} if hasattr(models, "FETCH_ONE") else {}


def make_instances(model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]], using: str) -> list[Any]:
    """The instances of a model for rows of a database, which give the values of the attributes of these names."""
    new, noted, instances = model.__new__, {"adding": False, "db": using, **_FETCH_MODE}, []
    for row in rows:
        obj, state = new(model), ModelState()
        state.__dict__.update(noted)
        values = obj.__dict__
        values["_state"] = state
        values.update(zip(names, row))  # noqa: B905 - both come from one query, and this runs for every row
        instances.append(obj)
    return instances


def can_make_instances(model: type[models.Model]) -> bool:
    """Whether instances of a model that are made directly differ in nothing from Django's own."""
    return _is_plain(model) and not (pre_init.has_listeners(model) or post_init.has_listeners(model))


@cached(maxsize=4096)
def _is_plain(model: type[models.Model]) -> bool:
    if type(model).__call__ is not ModelBase.__call__:
        return False
    if any(_declared(model, step) is not _declared(models.Model, step) for step in _STEPS):
        return False
    return all(holds_its_value(model, field.attname) for field in model._meta.concrete_fields)


def holds_its_value(model: type[models.Model], attname: str) -> bool:
    """Whether the attribute of a column is what the instance's ``__dict__`` holds under its name, and no more.

    A third party's descriptor may show something else: the text in the language of the request, an amount with its
    currency.
    """
    return type(_declared(model, attname)) in _PLAIN_ATTRIBUTES


def _declared(model: type[models.Model], name: str) -> Any:
    """What stands under a name on a model class, or on the first of its ancestors that has it."""
    return next((vars(ancestor)[name] for ancestor in model.__mro__ if name in vars(ancestor)), None)
