"""Field classes such as third-party packages bring: values of their own types, stored as text."""

from __future__ import annotations

import base64
import decimal
import enum
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


@dataclass(frozen=True)
class Money:
    """An amount in a currency, written ``12.30 EUR``."""

    amount: decimal.Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read ``12.30 EUR``. Raise ValidationError for anything else."""
        try:
            amount, currency = text.split()
            return cls(decimal.Decimal(amount), currency)
        except (ValueError, decimal.InvalidOperation) as error:
            raise ValidationError("Write an amount and a currency, such as 12.30 EUR.") from error


class MoneyField(models.Field):
    """A field that is no subclass of a built-in one and stores a Money as text."""

    description = "An amount of money"

    def db_type(self, connection: Any) -> str:
        return "varchar(40)"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Money | None:
        return None if value is None else Money.parse(value)

    def to_python(self, value: Any) -> Money | None:
        return value if value is None or isinstance(value, Money) else Money.parse(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        value = self.to_python(super().get_prep_value(value))
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class EncryptedField(models.TextField):
    """Stores a text so that the database cannot read it (and cannot filter or order by it in a useful way)."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else base64.b64decode(value.encode()).decode()

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return None if value is None else base64.b64encode(value.encode()).decode()


class CommaListField(models.CharField):
    """A list of texts in Python, one text with commas in the database."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> list[str] | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> list[str] | None:
        if value is None or isinstance(value, list):
            return value
        return [part.strip() for part in str(value).split(",") if part.strip()]

    def get_prep_value(self, value: Any) -> str | None:
        return ",".join(value) if isinstance(value, list) else value

    def value_to_string(self, obj: models.Model) -> str:
        return ",".join(self.value_from_object(obj) or [])

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(self.get_prep_value(value), model_instance)

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))


class Colour:
    """An object of which JSON knows nothing; it can neither be hashed nor compared."""

    __hash__ = None

    def __init__(self, red: int, green: int, blue: int) -> None:
        self.rgb = (red, green, blue)

    def __str__(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)

    def __repr__(self) -> str:
        return f"Colour{self.rgb}"


class ColourField(models.IntegerField):
    """A number in the database, an object in Python, ``#rrggbb`` when written."""

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Colour | None:
        return None if value is None else Colour(value >> 16, value >> 8 & 255, value & 255)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Colour):
            return value
        try:
            number = int(str(value).removeprefix("#"), 16)
        except ValueError as error:
            raise ValidationError("Write a colour as #rrggbb.") from error
        return Colour(number >> 16 & 255, number >> 8 & 255, number & 255)

    def get_prep_value(self, value: Any) -> int | None:
        if value is None:
            return None
        red, green, blue = self.to_python(value).rgb
        return red << 16 | green << 8 | blue

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class JSONTextField(models.TextField):
    """Any JSON in a text column, as older packages store it."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value)

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))


class CountryCode:
    """What a country field's attribute gives: an object that is equal to its code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __str__(self) -> str:
        return self.code

    def __eq__(self, other: object) -> bool:
        return str(other) == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __bool__(self) -> bool:
        return bool(self.code)

    def __len__(self) -> int:
        return len(self.code)


class CountryDescriptor:
    """Wraps whatever was stored on the instance."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        return CountryCode(instance.__dict__[self.field.attname] or "")

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = None if value is None else str(value)


class CountryField(models.CharField):
    """Two letters with choices, whose attribute is a descriptor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2)
        kwargs.setdefault("choices", [("DE", "Germany"), ("TR", "Türkiye"), ("US", "United States")])
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, CountryDescriptor(self))

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(None if value is None else str(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return str(super().pre_save(model_instance, add))


class PriceField(models.DecimalField):
    """Adds a second field, ``{name}_currency``, to its model."""

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        if cls.__module__ == "__fake__":  # a migration's state has the second field already
            return
        currency: models.Field[Any, Any] = models.CharField(max_length=3, default="EUR", editable=False)
        currency.creation_counter = self.creation_counter
        cls.add_to_class(f"{name}_currency", currency)


class VirtualField(models.Field):
    """A field without a column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, "null": True, **kwargs})

    def db_type(self, connection: Any) -> None:
        return None

    def get_attname_column(self) -> tuple[str, None]:
        return self.get_attname(), None


class UnwritableField(models.CharField):
    """Raises when its value is turned into a text, and for values that it cannot read."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value == "corrupt":
            raise ValueError("This value in the database is corrupt.")
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise NotImplementedError("This field cannot be serialised.")


class OwnForeignKey(models.ForeignKey):
    """A subclass of ForeignKey, as tree packages have."""


class OwnManyToManyField(models.ManyToManyField):
    """A subclass of ManyToManyField, as sorting packages have."""


class OwnFileField(models.FileField):
    """A subclass of FileField that renames what it stores."""

    def generate_filename(self, instance: models.Model | None, filename: str) -> str:
        return super().generate_filename(instance, f"renamed-{filename}")


class LowercaseField(models.EmailField):
    """Changes what was sent before it is saved."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value


class EmptyAsNullField(models.CharField):
    """Stores an empty text as NULL, and reads NULL as an empty text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "null": True, "blank": True})

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        return value or ""

    def get_prep_value(self, value: Any) -> str | None:
        return super().get_prep_value(value) or None


class Mood(enum.Enum):
    """An enumeration whose members are no texts."""

    GLAD = "glad"
    SAD = "sad"


class MoodField(models.CharField):
    """A text in the database, a member of an enumeration in Python."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 10, "choices": [(m.value, m.name.title()) for m in Mood], **kwargs})

    def to_python(self, value: Any) -> Mood | None:
        try:
            return value if value is None or isinstance(value, Mood) else Mood(value)
        except ValueError as error:
            raise ValidationError("This is not a mood.") from error

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Mood | None:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> str | None:
        mood = self.to_python(value)
        return None if mood is None else mood.value

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(self.get_prep_value(value), model_instance)


class Level(models.IntegerChoices):
    LOW = 1
    HIGH = 2


class LevelField(models.IntegerField):
    """A number in the database, a member of an enumeration in Python and in the parameters of queries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"choices": Level.choices, **kwargs})

    def to_python(self, value: Any) -> Level | None:
        if value is None:
            return None
        try:
            return Level(int(value) if isinstance(value, str) else value)
        except ValueError as error:
            raise ValidationError("This is not a level.") from error

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Level | None:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> Level | None:
        return self.to_python(super().get_prep_value(value))
