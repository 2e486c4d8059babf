"""Models of which every hook can raise: owners by their methods, items by their fields, visits by their config."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.hooks.fields import CodeField, StampField, ToldField
from tests.hooks.raising import meet
from tests.hooks.storages import STORAGE


class Owner(models.Model):
    """A model that overrides all that a model may override."""

    name = models.CharField(max_length=40, unique=True)
    stamp = StampField(max_length=40, blank=True)
    mood = models.CharField(max_length=10, choices=[("good", "Good"), ("bad", "Bad")], default="good")

    def __init__(self, *arguments: Any, **values: Any) -> None:
        meet("__init__", arguments, list(values.values()))
        super().__init__(*arguments, **values)

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **options: Any) -> Any:
        """Make a row."""
        meet("from_db", list(values))
        return super().from_db(db, field_names, values, **options)

    def __str__(self) -> str:
        meet("__str__", self)
        return self.name

    def get_mood_display(self) -> str:
        """The label of the choice."""
        meet("get_mood_display", self)
        return "Fine" if self.mood == "good" else "Low"

    def clean(self) -> None:
        """Validate the row."""
        meet("clean", self)

    def clean_fields(self, exclude: Any = None) -> None:
        """Validate the fields."""
        meet("clean_fields", self)
        super().clean_fields(exclude=exclude)

    def validate_unique(self, exclude: Any = None) -> None:
        """Validate what is unique."""
        meet("validate_unique", self)
        super().validate_unique(exclude=exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        """Validate the constraints."""
        meet("validate_constraints", self)
        super().validate_constraints(exclude=exclude)

    def save(self, *arguments: Any, **options: Any) -> None:
        """Save the row."""
        meet("save", self)
        super().save(*arguments, **options)
        meet("save that has saved", self)

    def delete(self, *arguments: Any, **options: Any) -> Any:
        """Delete the row."""
        meet("delete", self)
        deleted = super().delete(*arguments, **options)
        meet("delete that has deleted", self)
        return deleted


def kinds() -> list[tuple[str, str]]:
    """The choices of an item's kind."""
    meet("choices")
    return [("new", "New"), ("old", "Old")]


def default_kind() -> str:
    """The default of an item's kind."""
    meet("default")
    return "new"


def file_path(item: Any, name: str) -> str:
    """Where an item's file goes."""
    meet("upload_to", name)
    return f"items/{name}"


def check_amount(value: int) -> None:
    """A validator."""
    meet("validator")


class Item(models.Model):
    """A model with fields that can raise, which takes no part in saving itself."""

    name = models.CharField(max_length=40)
    code = CodeField(max_length=40, blank=True)
    told = ToldField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=kinds, default=default_kind)
    amount = models.IntegerField(default=0, validators=[check_amount])
    file = models.FileField(storage=STORAGE, upload_to=file_path, blank=True)
    owner = models.ForeignKey(Owner, models.CASCADE, null=True, blank=True, related_name="items")
    friends = models.ManyToManyField(Owner, blank=True, related_name="friendly_items")

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A plain model, whose config and signals can raise."""

    name = models.CharField(max_length=40)
    amount = models.IntegerField(default=0)
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="visits")
    owners = models.ManyToManyField(Owner, blank=True, related_name="visits")

    def __str__(self) -> str:
        return self.name

    def full_clean(self, *arguments: Any, **options: Any) -> None:
        """Validate the row."""
        meet("full_clean", self)
        super().full_clean(*arguments, **options)
