"""Models with and without a fault, and some of which the walk can make no rows."""

from __future__ import annotations

from django.db import models

from tests.borrowed.fields import AddressField
from tests.planted.fields import CountingField, LevelField, OneWayLevelField


class Course(models.Model):
    """A healthy model."""

    name = models.CharField(max_length=40)
    note = models.CharField(max_length=40, blank=True)
    level = LevelField(default="1")

    def __str__(self) -> str:
        return self.name


class Lesson(models.Model):
    """Points to one of those."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons")
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class OneWay(models.Model):
    """Has a field that does not read what it writes."""

    level = OneWayLevelField(default="1")
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Counting(models.Model):
    """Has a field that is never read twice alike."""

    code = CountingField(max_length=60)
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """A network card, whose key is of a type with a syntax of its own on PostgreSQL."""

    address = AddressField(max_length=17, primary_key=True)
    name = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class Port(models.Model):
    """A row that points to a card."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="ports")
