"""Models as popular packages make them."""

from __future__ import annotations

from typing import Any

from django.db import models

from tests.borrowed.fields import (
    AddressField,
    ListField,
    MemberField,
    PhoneField,
    PickyField,
    TranslatedField,
    ZoneField,
)
from tests.borrowed.managers import RealQuerySet
from tests.borrowed.storages import ParameterStorage, SignedStorage


class Late(models.Model):
    """Fields that refuse a value late."""

    text = TranslatedField(blank=True, default="")
    audience = ListField(default=list, blank=True)
    picky = PickyField(max_length=20, blank=True, default="")
    address = AddressField(max_length=17, default="08:00:2b:01:02:03")


class LateChild(models.Model):
    """A row that points to one of those."""

    late = models.ForeignKey(Late, on_delete=models.CASCADE, related_name="children")


class Dish(models.Model):
    """Ordered by names that stand in a table of translations, as django-parler has it."""

    code = models.CharField(max_length=10)

    class Meta:
        ordering = ["translations__name"]


class DishTranslation(models.Model):
    """The name of a dish in a language."""

    dish = models.ForeignKey(Dish, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=5)
    name = models.CharField(max_length=50)


class Portion(models.Model):
    """Ordered as its dish is, by way of the relation's name."""

    dish = models.ForeignKey(Dish, on_delete=models.CASCADE)
    size = models.IntegerField()

    class Meta:
        ordering = ["-dish", "size"]


class Menu(models.Model):
    """Ordered by many-to-many rows, the last first, those of none at the end."""

    name = models.CharField(max_length=10)
    dishes = models.ManyToManyField(Dish)

    class Meta:
        ordering = [models.F("dishes__code").desc(nulls_last=True)]


class Traveller(models.Model):
    """Texts that are null where they are empty."""

    zone = ZoneField(max_length=40, null=True, blank=True)
    phone = PhoneField(max_length=20, null=True, blank=True)
    member = MemberField(max_length=20, null=True, blank=True)


class Scan(models.Model):
    """Files of storages with addresses of their own."""

    stored = models.FileField(storage=ParameterStorage(), upload_to="scans", blank=True)
    signed = models.FileField(storage=SignedStorage(), upload_to="scans", blank=True)


class Keeper(models.Model):
    """Who keeps cats."""

    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Animal(models.Model):
    """Rows of several classes."""

    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, editable=False)
    objects = RealQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"some {self.name}"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Note the class."""
        self.kind = type(self)._meta.model_name or ""
        super().save(*arguments, **options)


class Cat(Animal):
    """Its label follows a relation that no other animal has."""

    keeper = models.ForeignKey(Keeper, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"{self.keeper}'s {self.name}"


class Dog(Animal):
    """Its label reads a column that no other animal has."""

    tag = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.name} {self.tag}"


class Visit(models.Model):
    """Points to an animal of any class."""

    animal = models.ForeignKey(Animal, on_delete=models.CASCADE)


class AnyKeeper:
    """A class where Django wants what it gives when it is called twice, as Nautobot has it."""

    def __call__(self) -> models.Q:
        return models.Q()


def lose_choices() -> models.Q:
    """Fail whenever it is asked."""
    raise LookupError("The choices are gone.")


class Choosing(models.Model):
    """Relations whose ``limit_choices_to`` cannot be used."""

    note = models.CharField(max_length=20, blank=True)
    keeper = models.ForeignKey(Keeper, models.SET_NULL, null=True, blank=True, limit_choices_to=lose_choices)
    other = models.ForeignKey(
        Keeper, models.SET_NULL, null=True, blank=True, related_name="+", limit_choices_to={"no_such": 1}
    )
    keepers = models.ManyToManyField(Keeper, blank=True, related_name="+", limit_choices_to=AnyKeeper)
