"""Which fields of a model are served and may be written at all, whatever a config or a user's rights say."""

from __future__ import annotations

from typing import Any

from django.db import models


def can_be_served(field: Any) -> bool:
    """Whether rows have the field: of many-to-many fields that are not Django's own, those that say where links are."""
    return not field.many_to_many or isinstance(field, models.ManyToManyField) or says_its_links(field)


def says_its_links(field: Any) -> bool:
    """Whether a third party's many-to-many field names its link table and the two keys in it, as taggit's tags do."""
    return all(hasattr(field, name) for name in ("m2m_column_name", "m2m_reverse_field_name")) and hasattr(
        field.remote_field, "through"
    )


def is_editable(field: Any) -> bool:
    """Whether clients are offered a field for writing, as the schema says it; a config may still close it."""
    if field.many_to_many:
        return bool(field.editable) and isinstance(field, models.ManyToManyField) and _can_link(field)
    return bool(field.editable) or _belongs_to_another(field)


def is_parent_link(field: Any) -> bool:
    """Whether the field links a row to that of its parent class, which inheritance sets."""
    return bool(field.is_relation and getattr(field.remote_field, "parent_link", False))


def _belongs_to_another(field: Any) -> bool:
    """Whether the column is a part of another field's value, which keeps hold of it, and is in no form for that reason.

    So does the amount of django-money keep hold of the column of its currency.
    """
    siblings = (other for other in field.model._meta.concrete_fields if other is not field and other.editable)
    return any(_holds(other, field) for other in siblings)


def _holds(holder: Any, field: Any) -> bool:
    # By the name: a field of an abstract model is copied, and what it keeps hold of is not.
    return any(isinstance(value, models.Field) and value.name == field.name for value in vars(holder).values())


def _can_link(field: Any) -> bool:
    """Whether links of a many-to-many field can be made from pairs of keys alone."""
    through = field.remote_field.through
    if through._meta.auto_created:
        return True
    ends = {field.m2m_field_name(), field.m2m_reverse_field_name()}
    return all(
        f.name in ends or f.primary_key or f.null or f.has_default() or f.has_db_default() or _fills_itself(f)
        for f in through._meta.concrete_fields
    )


def _fills_itself(field: Any) -> bool:
    stamped = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    is_text = isinstance(field, models.CharField | models.TextField)
    return stamped or field.generated or (is_text and field.blank and not field.unique)
