"""A manager that gives rows of several classes, as django-polymorphic's does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.query import ModelIterable


class RealIterable(ModelIterable):
    """Gives each row as an instance of its child class, where it has one."""

    def __iter__(self) -> Iterator[Any]:
        for obj in super().__iter__():
            yield _as_real(obj)


def _as_real(obj: Any) -> Any:
    for relation in obj._meta.related_objects:
        if relation.one_to_one and issubclass(relation.related_model, type(obj)):
            try:
                return getattr(obj, relation.get_accessor_name())
            except ObjectDoesNotExist:
                continue
    return obj


class RealQuerySet(models.QuerySet[Any]):
    """Rows of several classes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._iterable_class = RealIterable
