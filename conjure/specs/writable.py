"""Which fields of a model are served and may be written at all, whatever a config or a user's rights say."""

from __future__ import annotations

from typing import Any

from django.db import models


def can_be_served(field: Any) -> bool:
    """Whether rows have the field: of many-to-many fields that are not Django's own, those that say where links are."""
    return not field.many_to_many or isinstance(field, models.ManyToManyField) or find_link_column(field) is not None


def find_link_column(field: Any) -> str | None:
    """The column that holds the keys of this side in the link table of a third party's many-to-many field.

    None for a field that names neither its link table nor the two keys in it, as django-taggit's tags do.
    """
    through = getattr(field.remote_field, "through", None)
    if through is None or not hasattr(field, "m2m_column_name") or not hasattr(field, "m2m_reverse_field_name"):
        return None
    generic_keys = [key.fk_field for key in through._meta.private_fields if hasattr(key, "fk_field")]
    try:
        column: str | None = field.m2m_column_name()
    except Exception:  # noqa: BLE001 - django-taggit takes the first private field of the table for its generic key
        column = generic_keys[0] if len(generic_keys) == 1 else None
    return column if column in generic_keys or any(f.column == column for f in through._meta.concrete_fields) else None


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
