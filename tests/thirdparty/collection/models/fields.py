"""Fields of packages: money, states, countries, phones, colours, recurrences, choices of several kinds, encryption."""

from __future__ import annotations

from enum import Enum, IntFlag
from typing import Any

from colorfield.fields import ColorField
from django.db import models
from django.utils import timezone
from django_choices_field import IntegerChoicesField, IntegerChoicesFlag, TextChoicesField
from django_countries.fields import CountryField
from django_enum import EnumField
from django_fsm import FSMField, FSMIntegerField, transition
from djmoney.models.fields import MoneyField
from djmoney.models.validators import MinMoneyValidator
from encrypted_fields.fields import (
    EncryptedBooleanField,
    EncryptedCharField,
    EncryptedDateField,
    EncryptedEmailField,
    EncryptedIntegerField,
    EncryptedJSONField,
    EncryptedTextField,
)
from model_utils import Choices, FieldTracker
from model_utils.fields import AutoLastModifiedField, MonitorField, SplitField, StatusField, UrlsafeTokenField
from multiselectfield import MultiSelectField
from phonenumber_field.modelfields import PhoneNumberField
from picklefield.fields import PickledObjectField
from recurrence.fields import RecurrenceField
from timezone_field import TimeZoneField


class Price(models.Model):
    """Amounts with their currencies: required, optional, limited, of a fixed currency, and one to find it by."""

    name = models.CharField(max_length=50)
    price = MoneyField(max_digits=14, decimal_places=2, default_currency="USD")
    discount = MoneyField(max_digits=14, decimal_places=2, null=True, blank=True, default_currency=None)
    deposit = MoneyField(
        max_digits=14, decimal_places=4, default=0, default_currency="EUR", validators=[MinMoneyValidator(0)]
    )
    rate = MoneyField(max_digits=10, decimal_places=2, default_currency="EUR", currency_field_name="currency_of_rate")

    class Meta:
        ordering = ["price"]

    def __str__(self) -> str:
        return f"{self.name}: {self.price}"


class Article(models.Model):
    """States that only transitions change, by name and by number."""

    title = models.CharField(max_length=50)
    state = FSMField(default="new", protected=True)
    open_state = FSMField(default="draft", choices=[("draft", "Draft"), ("done", "Done")])
    number = FSMIntegerField(default=1, protected=True)

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @transition(field=state, source="new", target="published")
    def publish(self) -> None:
        """Publish it."""


class Address(models.Model):
    """Countries, phones, time zones, colours."""

    country = CountryField()
    former_country = CountryField(null=True, blank=True, blank_label="none")
    visited = CountryField(multiple=True, blank=True)
    phone = PhoneNumberField()
    mobile = PhoneNumberField(null=True, blank=True, region="GB")
    zone = TimeZoneField(default="Europe/London")
    color = ColorField(default="#FF0000")
    samples = ColorField(blank=True, samples=[("#FFFFFF", "white"), ("#000000", "black")])

    def __str__(self) -> str:
        return f"{self.country.name} {self.phone}"


class Level(models.IntegerChoices):
    """Choices by number."""

    LOW = 1, "Low"
    HIGH = 2, "High"


class Kind(models.TextChoices):
    """Choices by text, one with a comma."""

    PLAIN = "plain", "Plain"
    COMMA = "b,c", "With a comma"


class Color(Enum):
    """An enum that is not Django's."""

    RED = "R"
    BLUE = "B"


class Rights(IntFlag):
    """Bits."""

    READ = 1
    WRITE = 2
    RUN = 4


class Flags(IntegerChoicesFlag):
    """Bits with labels."""

    ONE = 1, "One"
    TWO = 2, "Two"


class Choice(models.Model):
    """Choices of many kinds."""

    level = IntegerChoicesField(choices_enum=Level, default=Level.LOW)
    kind = TextChoicesField(choices_enum=Kind, null=True, blank=True)
    flags = IntegerChoicesField(choices_enum=Flags, default=Flags.ONE)
    enum_level = EnumField(Level, default=Level.LOW)
    enum_kind = EnumField(Kind, null=True, blank=True)
    color = EnumField(Color, default=Color.RED)
    rights = EnumField(Rights, null=True, blank=True)
    open_color = EnumField(Color, strict=False, max_length=10, default=Color.BLUE)
    several = MultiSelectField(choices=[("a", "A"), ("b", "B"), ("c", "C")], max_length=20)
    numbers = MultiSelectField(choices=[(1, "One"), (2, "Two")], max_choices=2, blank=True, null=True, max_length=20)

    def __str__(self) -> str:
        return f"{self.level} {self.kind}"


class Patient(models.Model):
    """Values that are encrypted in their columns."""

    name = EncryptedCharField(max_length=100)
    notes = EncryptedTextField(blank=True)
    born = EncryptedDateField(null=True, blank=True)
    email = EncryptedEmailField(null=True, blank=True)
    age = EncryptedIntegerField(null=True, blank=True)
    is_insured = EncryptedBooleanField(default=False)
    record = EncryptedJSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """Recurrences, pickles, stamps, split texts, and a tracker of changes."""

    STATUS = Choices("draft", "published")

    recurrences = RecurrenceField(null=True, blank=True)
    anything = PickledObjectField(null=True, blank=True)
    status = StatusField()
    published = MonitorField(monitor="status", when=["published"])
    changed = AutoLastModifiedField()
    text = SplitField(blank=True)
    code = UrlsafeTokenField(editable=False, max_length=128)
    starts = models.DateTimeField(default=timezone.now)

    tracker = FieldTracker(fields=["status"])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note when a status is changed, as the manual of the tracker does."""
        self.was_changed = self.tracker.has_changed("status")
        super().save(*args, **kwargs)
