"""Values for the fields of a row: mostly such as may be stored, in part stale, odd or hostile."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from random import Random
from typing import Any

from django.db import models

from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.testing.rows import base_rows
from conjure.testing.samples import BODY_GARBAGE, sample_value
from conjure.values.keys import pk_text
from tests.fuzz.project import secret

# How often a value of a change, and of a whole row, is garbage.
_ODD, _SELDOM = 0.12, 0.02


def keys_of(model: type[models.Model]) -> list[str]:
    """The keys of all rows, hidden ones too, in an order that is the same in each run."""
    names = [field.name for field in model._meta.concrete_fields]
    order = ("joined_at", "pk") if "joined_at" in names else ("pk",)
    return [pk_text(key) for key in base_rows(model).order_by(*order).values_list("pk", flat=True)]


def choose_key(model: type[models.Model], random: Random) -> str:
    """The key of a row, now and then of one that is not there."""
    keys = keys_of(model)
    return random.choice(keys) if keys and random.random() < 0.95 else random.choice(("0", "999999", "x"))


def value_for(field: FieldSpec, random: Random, odd: float = _ODD) -> Any:
    """A value for a field, as JSON has it."""
    if random.random() < odd:
        return random.choice(BODY_GARBAGE)
    if field.is_many:
        return [choose_key(field.related_model, random) for _ in range(random.randint(0, 2))]  # type: ignore[arg-type]
    if field.related_model is not None:
        return None if field.null and random.random() < 0.2 else choose_key(field.related_model, random)
    if field.name == "phone":
        return secret(random.randrange(10**6))
    return as_json(sample_value(field.field, random.randrange(1, 1000)))


def as_json(value: Any) -> Any:
    """A value of Python as a client sends it."""
    match value:
        case Decimal() | uuid.UUID():
            return str(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return f"{int(value.total_seconds()) // 3600:02}:00:00"
        case bytes():
            return "AAAA"
        case None | bool() | int() | float() | str() | list() | dict():
            return value
    return None  # A file: uploads are steps of their own.


def is_file(field: FieldSpec) -> bool:
    """Whether the field takes uploads."""
    return isinstance(field.field, models.FileField)


def values_for(spec: ModelSpec, random: Random, *, whole: bool) -> dict[str, Any]:
    """A body for a row: all fields for one that is to be created, one to three for a change."""
    fields = [field for field in spec.fields if not is_file(field) and field.name != spec.pk_name]
    if not fields:
        return {}
    if not whole:
        fields = random.sample(fields, min(len(fields), random.randint(1, 3)))
    else:
        fields = [field for field in fields if random.random() < 0.9]
    values = {field.name: value_for(field, random, _SELDOM if whole else _ODD) for field in fields}
    key = spec.by_name.get(spec.pk_name)
    if whole and key is not None and isinstance(key.field, models.CharField):
        values[key.name] = f"key-{random.randrange(10**6)}"
    if random.random() < 0.05:
        values[random.choice(("api_token", "secret_note", "cost", "password", "is_superuser", "id", "x"))] = "1"
    return values
