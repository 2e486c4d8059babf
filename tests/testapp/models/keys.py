"""Primary keys of every kind: numbers, texts, dates, UUIDs, foreign keys and composites."""

from __future__ import annotations

import uuid

from django.db import models


class IntegerKey(models.Model):
    number = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=40)


class BigKey(models.Model):
    number = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=40)


class SmallAutoKey(models.Model):
    key = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=40)


class UUIDKey(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=40)


class StringKey(models.Model):
    """Rows of it are called ``a/b``, ``bulk``, ``42`` and the like."""

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=40)


class SlugKey(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=40)


class ChoiceKey(models.Model):
    size = models.CharField(
        max_length=2, primary_key=True, choices=[("S", "Small"), ("M", "Medium"), ("L", "Large"), ("XL", "Huge")]
    )
    name = models.CharField(max_length=40)


class DateKey(models.Model):
    day = models.DateField(primary_key=True)
    name = models.CharField(max_length=40)


class DateTimeKey(models.Model):
    moment = models.DateTimeField(primary_key=True)
    name = models.CharField(max_length=40)


class TimeKey(models.Model):
    time = models.TimeField(primary_key=True)
    name = models.CharField(max_length=40)


class DurationKey(models.Model):
    length = models.DurationField(primary_key=True)
    name = models.CharField(max_length=40)


class DecimalKey(models.Model):
    amount = models.DecimalField(max_digits=8, decimal_places=2, primary_key=True)
    name = models.CharField(max_length=40)


class IPKey(models.Model):
    address = models.GenericIPAddressField(primary_key=True)
    name = models.CharField(max_length=40)


class OneToOneKey(models.Model):
    target = models.OneToOneField(UUIDKey, models.CASCADE, primary_key=True, related_name="extension")
    name = models.CharField(max_length=40)


class OneToOneKeyOfKey(models.Model):
    """A key that is a key that is a key."""

    extension = models.OneToOneField(OneToOneKey, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=40)


class ForeignKeyKey(models.Model):
    """A plain foreign key as the key; Django warns of it (fields.W342), projects have it."""

    target = models.ForeignKey(IntegerKey, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=40)


class KeyReferences(models.Model):
    """A foreign key to each kind of key."""

    integer = models.ForeignKey(IntegerKey, models.CASCADE)
    big = models.ForeignKey(BigKey, models.CASCADE)
    small_auto = models.ForeignKey(SmallAutoKey, models.CASCADE)
    uuid = models.ForeignKey(UUIDKey, models.CASCADE)
    string = models.ForeignKey(StringKey, models.CASCADE)
    slug = models.ForeignKey(SlugKey, models.CASCADE)
    choice = models.ForeignKey(ChoiceKey, models.CASCADE, null=True, blank=True)
    date = models.ForeignKey(DateKey, models.CASCADE)
    moment = models.ForeignKey(DateTimeKey, models.CASCADE)
    time = models.ForeignKey(TimeKey, models.CASCADE)
    duration = models.ForeignKey(DurationKey, models.CASCADE)
    decimal = models.ForeignKey(DecimalKey, models.CASCADE)
    ip = models.ForeignKey(IPKey, models.CASCADE)
    one_to_one = models.ForeignKey(OneToOneKey, models.CASCADE)
    chained = models.ForeignKey(OneToOneKeyOfKey, models.CASCADE)
    foreign = models.ForeignKey(ForeignKeyKey, models.CASCADE)
    strings = models.ManyToManyField(StringKey, related_name="+")
    uuids = models.ManyToManyField(UUIDKey, related_name="+")
    dates = models.ManyToManyField(DateKey, related_name="+")


class CompositeKey(models.Model):
    pk = models.CompositePrimaryKey("tenant", "number")
    tenant = models.IntegerField()
    number = models.IntegerField()
    name = models.CharField(max_length=40)


class CompositeForeignKey(models.Model):
    """A composite key of a foreign key, a text and a date."""

    pk = models.CompositePrimaryKey("owner_id", "code", "day")
    owner = models.ForeignKey(UUIDKey, models.CASCADE, related_name="composites")
    code = models.CharField(max_length=20)
    day = models.DateField()
    amount = models.DecimalField(max_digits=8, decimal_places=2, default=0)

    class Meta:
        ordering = ("day",)


class CompositeReference(models.Model):
    """Refers to a composite key by a ForeignObject, as Django's documentation advises."""

    tenant = models.IntegerField()
    number = models.IntegerField()
    target = models.ForeignObject(
        CompositeKey,
        on_delete=models.CASCADE,
        from_fields=("tenant", "number"),
        to_fields=("tenant", "number"),
        related_name="references",
    )
    name = models.CharField(max_length=40)
