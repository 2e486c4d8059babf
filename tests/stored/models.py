"""Models whose tables hold what their fields cannot show."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models

from tests.stored.fields import SealedField

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


class Reading(models.Model):
    """A column of every kind, none of which may be null."""

    name = models.CharField(max_length=20)
    ratio = models.FloatField(default=0)
    number = models.IntegerField(default=0)
    big = models.BigIntegerField(default=0)
    price = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    day = models.DateField(default=datetime.date(2020, 1, 1))
    moment = models.DateTimeField(default=LONG_AGO)
    clock = models.TimeField(default=datetime.time(12))
    lasts = models.DurationField(default=datetime.timedelta(hours=1))
    flag = models.BooleanField(default=False)
    token_id = models.UUIDField(default="11111111-1111-1111-1111-111111111111")
    document = models.JSONField(default=dict)
    level = models.IntegerField(choices=[(0, "none"), (1, "some")], default=0)
    half = models.IntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Computed(models.Model):
    """A column that the database computes, which may be NULL although its field says nothing of it."""

    name = models.CharField(max_length=20)
    number = models.IntegerField(null=True, blank=True)
    doubled = models.GeneratedField(
        expression=models.F("number") * 2, output_field=models.IntegerField(), db_persist=True
    )

    def __str__(self) -> str:
        return self.name


class Part(models.Model):
    """Points to a reading, and shows its label."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="parts")


class Sealed(models.Model):
    """A text that some rows cannot give back, and a label that fails for some."""

    code = SealedField(max_length=20)
    day = models.DateField(default=datetime.date(2020, 1, 1))
    number = models.IntegerField(default=0)
    note = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        if self.note == "no label":
            raise LookupError("There is no label.")
        return self.note

    def save(self, *arguments: Any, **options: Any) -> None:
        """Take part in saving, so that rows are saved as a whole."""
        super().save(*arguments, **options)
