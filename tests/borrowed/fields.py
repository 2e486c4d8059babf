"""Fields that refuse values later than when they are read from a client, as fields of packages do."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Exact


class Translated:
    """A text in several languages, or in one: anything that is JSON is taken for it, as django-i18nfield does."""

    def __init__(self, data: Any) -> None:
        try:
            self.data = json.loads(data)
        except ValueError:
            self.data = data

    def __str__(self) -> str:
        return str(self.data)

    def __repr__(self) -> str:
        return f"Translated({self.data!r})"


class TranslatedField(models.TextField):
    """A text column whose values may become numbers on the way to the database."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Translated(value)

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Translated) else Translated(value)

    def get_prep_value(self, value: Any) -> Any:
        return value.data if isinstance(value, Translated) else value


class ListField(models.JSONField):
    """JSON that must be a list of texts, which is looked at as late as for the database, as oauth-toolkit does."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise ValidationError("This must be a list of texts.")
        return super().get_db_prep_value(value, connection, prepared)


class PickyExact(Exact):
    """A lookup that refuses a value while SQL is written."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if self.rhs == "picky":
            raise LookupError("Not this one.")
        return super().as_sql(compiler, connection)


class PickyField(models.CharField):
    """Its own lookup, which refuses some values."""

    def get_lookup(self, lookup_name: str) -> Any:
        return PickyExact if lookup_name == "exact" else super().get_lookup(lookup_name)


class AddressField(models.CharField):
    """An address of a network card: PostgreSQL has a type for it, with a syntax of its own."""

    def db_type(self, connection: Any) -> str | None:
        return "macaddr" if connection.vendor == "postgresql" else super().db_type(connection)


class ZoneField(models.CharField):
    """A value that has no NULL: none at all is an empty text in the column, as django-timezone-field has it."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value or None

    def get_prep_value(self, value: Any) -> Any:
        return value or ""


class PhoneDescriptor:
    """Keeps numbers as objects, and no number as None, as django-phonenumber-field's does."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any) -> Any:
        return self if instance is None else instance.__dict__[self.field.name]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.name] = value or None


class PhoneField(models.CharField):
    """A number that is None where the column has an empty text."""

    descriptor_class = PhoneDescriptor

    def get_prep_value(self, value: Any) -> Any:
        return value or ""


class MemberField(models.CharField):
    """The name of a member, and none for an empty text, which is no member itself, as django-enum has it."""

    members = ("red", "blue")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value or None

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and value not in self.members:
            raise ValidationError("This is not a member.")
        return value
