"""One field or reverse relation of a model, described in a frozen spec."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel, OneToOneRel

from conjure.caches import BuiltOnce
from conjure.conf import settings
from conjure.registry import registry

LABEL = "_label"
"""The name of a row's own label in REST rows."""
VERSION = "_version"
"""The name of a row's version in GraphQL, where no field of the model has it."""
COMPOSITE_PK = "pk"
"""The name of a composite primary key in REST rows."""

# A foreign key may point to a foreign key; a chain longer than this is a circle.
_MAX_HOPS = 10


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """One concrete or many-to-many field that is served under its own name.

    ``label_name`` and ``display_name`` are the REST names of its label and of its choice's label; each is None where
    the field has no such thing, or where a real field has that name. The ``graphql_*`` names are those of the GraphQL
    type: ``graphql_name`` is the value itself (the pk for a foreign key, the pks for a many-to-many field),
    ``graphql_object`` the related object or list.
    """

    name: str
    field: models.Field[Any, Any]
    graphql_name: str
    graphql_object: str | None = None
    label_name: str | None = None
    graphql_label: str | None = None
    display_name: str | None = None
    graphql_display: str | None = None
    is_pk: bool = False
    editable: bool = False
    required: bool = False

    @property
    def attname(self) -> str:
        """The attribute that holds the value: ``customer_id`` for ``customer``."""
        return self.field.attname

    @cached_property
    def is_secret(self) -> bool:
        """Whether the value stands in clear in its row alone. See ``is_secret``."""
        return is_secret(self.field)

    @property
    def null(self) -> bool:
        """Whether the value may be None."""
        return bool(self.field.null)

    @property
    def is_foreign_key(self) -> bool:
        """Whether this is a foreign key or a one-to-one field."""
        return bool(self.field.many_to_one or self.field.one_to_one)

    @property
    def is_many(self) -> bool:
        """Whether this is a many-to-many field."""
        return bool(self.field.many_to_many)

    @property
    def related_model(self) -> type[models.Model] | None:
        """The model that a relation points to, else None."""
        return self.field.related_model if self.field.is_relation else None

    @property
    def to_field(self) -> str | None:
        """The name of the field that a foreign key points to, None where that is the primary key."""
        target = target_of(self.field) if self.is_foreign_key else None
        if target is None:
            return None
        related: Any = self.field.related_model
        key = related._meta.pk
        while key is not target and key.is_relation and key.remote_field.parent_link:
            key = target_of(key)
        return None if key is target else str(target.name)

    @property
    def type_name(self) -> str:
        """The Django field's class name."""
        return type(self.field).__name__

    @property
    def verbose_name(self) -> str:
        """The field's label for people."""
        return str(self.field.verbose_name)

    @property
    def value_field(self) -> models.Field[Any, Any]:
        """The field that decides on the type of the value: the target's for a relation, the output's if generated."""
        return resolve_value_field(self.field)

    def choices(self) -> list[tuple[Any, Any]]:
        """The flat ``(value, label)`` pairs, evaluated now: they may be callable or translated. None if that fails."""
        try:
            return [(value, str(label)) for value, label in self.field.flatchoices or ()]
        except Exception:  # The project's own callable, or its labels.
            label = f"{self.field.model._meta.label}.{self.name}"
            logging.getLogger(settings.LOGGER_NAME).warning("The choices of %s failed.", label, exc_info=True)
            return []

    def displays(self) -> dict[Any, str]:
        """The choices' labels by value, but for values that cannot be looked up."""
        return {value: label for value, label in self.choices() if not isinstance(value, list | dict | set)}


def is_secret(model_field: models.Field[Any, Any]) -> bool:
    """Whether a field's value, or that of the field that it points to, stands in clear in its row alone."""
    value_field = resolve_value_field(model_field)
    return _encrypts(value_field) or not declared_secrets().isdisjoint((model_field, value_field))


def _encrypts(model_field: models.Field[Any, Any]) -> bool:
    """Whether a column does not hold the value in clear, by the words in the names of the field's classes.

    Nothing else tells: what packages store differs with each of them, and so does how they are asked.
    """
    names = (each.__name__.lower() for each in type(model_field).__mro__)
    return any(word in name for name in names for word in ("encrypted", "masked"))


def _find_declared_secrets() -> frozenset[models.Field[Any, Any]]:
    return frozenset(
        field
        for _, config in registry.items()
        for field in (*config.model._meta.concrete_fields, *config.model._meta.many_to_many)
        if field.name in config.secret_fields
    )


declared_secrets = BuiltOnce(
    _find_declared_secrets, lambda: registry.version, settings=["INSTALLED_APPS", "AUTH_USER_MODEL"]
)
"""The fields that configs name in ``secret_fields``."""


def resolve_value_field(model_field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Follow relations and generated fields to the field that decides on the type of the value."""
    field: Any = model_field
    for _ in range(_MAX_HOPS):
        target = target_of(field)
        if target is None and getattr(field, "generated", False) and isinstance(field.output_field, models.Field):
            target = field.output_field
        if target is None:
            break
        field = target
    return field  # type: ignore[no-any-return]


def target_of(field: Any) -> Any:
    """The field of the other model whose values a relation holds, None for any other field."""
    if not field.is_relation:
        return None
    return field.related_model._meta.pk if field.many_to_many else getattr(field, "target_field", None)


@dataclass(frozen=True, kw_only=True)
class ReverseSpec:
    """One relation of another model that points to this one, as seen from this side."""

    name: str
    graphql_name: str
    relation: ForeignObjectRel
    related_model: type[models.Model]

    @property
    def is_single(self) -> bool:
        """Whether it is the other side of a one-to-one field."""
        return isinstance(self.relation, OneToOneRel)

    @property
    def is_many_to_many(self) -> bool:
        """Whether it is the other side of a many-to-many field."""
        return bool(self.relation.many_to_many)
