"""Arrays, ranges, hstore and search vectors."""

from __future__ import annotations

from django.contrib.postgres import fields
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Arrays(models.Model):
    numbers = fields.ArrayField(models.IntegerField(), default=list, blank=True)
    words = fields.ArrayField(models.CharField(max_length=20, blank=True), size=5, null=True, blank=True)
    board = fields.ArrayField(fields.ArrayField(models.IntegerField(), size=2), default=list, blank=True)
    days = fields.ArrayField(models.DateField(), default=list, blank=True)
    amounts = fields.ArrayField(models.DecimalField(max_digits=8, decimal_places=2), default=list, blank=True)
    sizes = fields.ArrayField(
        models.CharField(max_length=1, choices=[("S", "Small"), ("L", "Large")]), default=list, blank=True
    )
    gaps = fields.ArrayField(models.IntegerField(null=True, blank=True), default=list, blank=True)
    moments = fields.ArrayField(models.DateTimeField(), default=list, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)


class Ranges(models.Model):
    integers = fields.IntegerRangeField(null=True, blank=True)
    bigs = fields.BigIntegerRangeField(null=True, blank=True)
    decimals = fields.DecimalRangeField(null=True, blank=True)
    days = fields.DateRangeField(null=True, blank=True)
    moments = fields.DateTimeRangeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)


class HStores(models.Model):
    pairs = fields.HStoreField(default=dict, blank=True)
    optional_pairs = fields.HStoreField(null=True, blank=True)


class SearchVectors(models.Model):
    text = models.TextField()
    vector = SearchVectorField(null=True, blank=True, editable=False)


class ArrayKeyReference(models.Model):
    """A foreign key to one of them."""

    target = models.ForeignKey(Arrays, models.CASCADE, related_name="references")
