"""A manager that gives rows of several classes, as django-polymorphic's does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.query import ModelIterable


class RealIterable(ModelIterable):
    """Gives each row as an instance of its child class, where it has one: a query for each class."""

    def __iter__(self) -> Iterator[Any]:
        rows = list(super().__iter__())
        model = self.queryset.model
        children = {relation.related_model._meta.model_name: relation.related_model for relation in _links_to(model)}
        real: dict[Any, Any] = {}
        for kind in {obj.kind for obj in rows} & children.keys():
            keys = [obj.pk for obj in rows if obj.kind == kind]
            real |= {child.pk: child for child in models.QuerySet(children[kind]).filter(pk__in=keys)}
        return iter([real.get(obj.pk, obj) for obj in rows])


def _links_to(model: Any) -> list[Any]:
    return [one for one in model._meta.related_objects if one.one_to_one and issubclass(one.related_model, model)]


class RealQuerySet(models.QuerySet[Any]):
    """Rows of several classes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._iterable_class = RealIterable
