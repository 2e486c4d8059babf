"""Fields of which every hook can raise."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.hooks.raising import meet


class CodeField(models.CharField):
    """A text on whose way to the database and back every step can raise."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        meet("from_db_value", value)
        return value

    def to_python(self, value: Any) -> Any:
        meet("to_python", value)
        return super().to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        meet("get_prep_value", value)
        return super().get_prep_value(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        meet("get_db_prep_value", value)
        return super().get_db_prep_value(value, connection, prepared)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        meet("get_db_prep_save", value)
        return super().get_db_prep_save(value, connection)

    def clean(self, value: Any, model_instance: Any) -> Any:
        meet("clean of a field", value)
        return super().clean(value, model_instance)

    def validate(self, value: Any, model_instance: Any) -> None:
        meet("validate", value)
        super().validate(value, model_instance)

    def run_validators(self, value: Any) -> None:
        meet("run_validators", value)
        super().run_validators(value)

    def value_to_string(self, obj: Any) -> str:
        meet("value_to_string", self.value_from_object(obj))
        return super().value_to_string(obj)

    def value_from_object(self, obj: Any) -> Any:
        value = super().value_from_object(obj)
        meet("value_from_object", value)
        return value

    def formfield(self, *arguments: Any, **options: Any) -> Any:
        meet("formfield")
        return super().formfield(*arguments, **options)


class Told:
    """A descriptor whose two ways can raise."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname)
        meet("__get__", value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        meet("__set__", value)
        instance.__dict__[self.field.attname] = value


class ToldField(models.CharField):
    """A text behind a descriptor."""

    descriptor_class = Told


class StampField(models.CharField):
    """A text that takes part in saving."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        meet("pre_save of a field", value)
        return value
