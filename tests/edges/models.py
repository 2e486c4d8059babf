"""Models whose fields are at the edges of what columns hold."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


def lowest() -> int:
    return -(2**70)


class Tick(models.Model):
    """A key of two bytes, and a number by which others point to it."""

    id = models.SmallAutoField(primary_key=True)
    number = models.PositiveIntegerField(unique=True)


class Bounded(models.Model):
    """Validators that let more through than the columns hold."""

    small = models.SmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(-100_000), MaxValueValidator(100_000)]
    )
    whole = models.IntegerField(null=True, blank=True, validators=[MaxValueValidator(10**12)])
    big = models.BigIntegerField(
        null=True, blank=True, validators=[MinValueValidator(lowest), MaxValueValidator(2**70)]
    )
    count = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(-5)])
    percent = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    price = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=2, validators=[MaxValueValidator(Decimal(10**9))]
    )
    ratio = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10**400)])
    tick = models.ForeignKey(Tick, models.CASCADE, null=True, blank=True)
    by_number = models.ForeignKey(Tick, models.CASCADE, null=True, blank=True, to_field="number", related_name="+")
    ticks = models.ManyToManyField(Tick, blank=True, related_name="+")
