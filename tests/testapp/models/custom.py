"""Models with fields of third parties."""

from __future__ import annotations

from django.db import models

from tests.testapp import custom_fields as fields


class CustomFields(models.Model):
    price = fields.MoneyField()
    deposit = fields.MoneyField(null=True, blank=True)
    note = fields.EncryptedField(blank=True)
    words = fields.CommaListField(max_length=100, blank=True, default=list)
    colour = fields.ColourField(null=True, blank=True)
    document = fields.JSONTextField(null=True, blank=True)
    country = fields.CountryField()
    second_country = fields.CountryField(blank=True, null=True)
    cost = fields.PriceField(max_digits=8, decimal_places=2, default=0)
    email = fields.LowercaseField(blank=True)
    nickname = fields.EmptyAsNullField(max_length=20)
    file = fields.OwnFileField(upload_to="own", blank=True)
    computed = fields.VirtualField()
    parent = fields.OwnForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    tags = fields.OwnManyToManyField("testapp.Tag", blank=True, related_name="custom_fields")


class Levels(models.Model):
    """Numbers that are members of an enumeration in Python."""

    level = fields.LevelField()
    former = fields.LevelField(null=True, blank=True)
    mood = fields.MoodField(null=True, blank=True)


class CustomKey(models.Model):
    """A custom field as the primary key."""

    price = fields.MoneyField(primary_key=True)
    name = models.CharField(max_length=40)


class CustomKeyReference(models.Model):
    target = models.ForeignKey(CustomKey, models.CASCADE, related_name="references")


class Unwritable(models.Model):
    """A field that cannot be turned into a text."""

    code = fields.UnwritableField(max_length=40)
    name = models.CharField(max_length=40)


class Corrupt(models.Model):
    """One row of it cannot be read from the database."""

    name = models.CharField(max_length=40)
    code = fields.UnwritableField(max_length=40)
