"""The keys that rows are linked to by a many-to-many field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from conjure.specs.fields import FieldSpec


def load_links(obj: models.Model, field: FieldSpec, using: str) -> list[Any]:
    """The keys that a row is linked to, in their order."""
    return load_links_of([obj], field, using).get(obj.pk, [])


def load_links_of(objs: Sequence[models.Model], field: FieldSpec, using: str) -> dict[Any, list[Any]]:
    """The keys that each of some rows is linked to, by the row's key."""
    model_field: Any = field.field
    through = model_field.remote_field.through
    here = through._meta.get_field(model_field.m2m_field_name()).attname
    there = through._meta.get_field(model_field.m2m_reverse_field_name()).attname
    rows = through._base_manager.using(using).filter(Q((f"{here}__in", [obj.pk for obj in objs])))
    links: dict[Any, dict[Any, None]] = {}
    for one, other in rows.order_by(there).values_list(here, there):
        links.setdefault(one, {})[other] = None
    return {one: list(others) for one, others in links.items()}
