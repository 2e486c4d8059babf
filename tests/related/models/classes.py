"""Rows of several classes: child models, as with django-polymorphic, and proxies, as with django-typed-models."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from tests.borrowed.managers import RealQuerySet


class Journal(models.Model):
    """What the classes below have done."""

    text = models.CharField(max_length=60)


class Vehicle(models.Model):
    """The manager gives each row as one of its child class."""

    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, editable=False)
    objects = RealQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Note the class."""
        self.kind = type(self)._meta.model_name or ""
        super().save(*arguments, **options)


class Truck(Vehicle):
    """Has a save(), a clean() and a delete() of its own."""

    load = models.IntegerField(default=0)

    def save(self, *arguments: Any, **options: Any) -> None:
        """Count the saves."""
        self.load += 1
        super().save(*arguments, **options)

    def clean(self) -> None:
        """Refuse a name, and tidy others."""
        if self.name == "bad":
            raise ValidationError({"name": "Not for trucks."})
        self.name = self.name.strip("!")

    def delete(self, *arguments: Any, **options: Any) -> Any:
        """Leave a note."""
        Journal.objects.create(text=f"scrapped {self.name}")
        return super().delete(*arguments, **options)


class Message(models.Model):
    """Each row is made as one of a proxy class, whichever query reads it."""

    kind = models.CharField(max_length=10, choices=[("letter", "Letter"), ("mail", "E-mail")], default="mail")
    text = models.CharField(max_length=40)
    words = models.IntegerField(default=0, editable=False)

    @classmethod
    def from_db(cls, *arguments: Any, **options: Any) -> Any:
        """The row as one of its class."""
        row = super().from_db(*arguments, **options)
        if "kind" in row.__dict__ and row.kind == "letter" and cls is Message:
            row.__class__ = Letter
        return row

    def __str__(self) -> str:
        return self.text


class Letter(Message):
    """Has a save(), a clean() and a delete() of its own."""

    class Meta:
        proxy = True

    def __str__(self) -> str:
        return f"letter {self.text}"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Count the words."""
        self.words = len(self.text.split())
        super().save(*arguments, **options)

    def clean(self) -> None:
        """Refuse a text, and tidy others."""
        if self.text == "bad":
            raise ValidationError({"text": "Not for letters."})
        self.text = self.text.strip("!")

    def delete(self, *arguments: Any, **options: Any) -> Any:
        """Leave a note."""
        Journal.objects.create(text=f"burned {self.text}")
        return super().delete(*arguments, **options)
