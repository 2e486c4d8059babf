"""Fields that do not take back what they give, each with a sibling that does."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


@dataclass(frozen=True)
class Level:
    """A level, written ``level 3``."""

    number: int

    def __str__(self) -> str:
        return f"level {self.number}"


class LevelField(models.Field):
    """A level in Python, its number in the column; reads what it writes."""

    def db_type(self, connection: Any) -> str:
        return "varchar(20)"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Level(int(value))

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Level):
            return value
        return self.parse(str(value).removeprefix("level "))

    def parse(self, text: str) -> Level:
        """Read a number. Raise ValidationError for anything else."""
        if not text.isdecimal():
            raise ValidationError("This is not the number of a level.")
        return Level(int(text))

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else str(self.to_python(value).number)

    def value_to_string(self, obj: Any) -> str:
        return str(self.value_from_object(obj))


class OneWayLevelField(LevelField):
    """Writes ``level 3``, and reads only ``3``."""

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Level) else self.parse(str(value))


class CountingField(models.CharField):
    """Has another value each time it is read."""

    count = itertools.count()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value and f"{value[:10]} {next(self.count)}"
