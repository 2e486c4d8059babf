"""Labels that walk generic foreign keys, and from what those lead to over other relations."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Region(models.Model):
    """The end of every chain."""

    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Town(models.Model):
    """Its label walks a foreign key."""

    name = models.CharField(max_length=20)
    region = models.ForeignKey(Region, models.CASCADE)

    def __str__(self) -> str:
        return f"{self.name} in {self.region}"


class Street(models.Model):
    """Its label walks two foreign keys."""

    name = models.CharField(max_length=20)
    town = models.ForeignKey(Town, models.CASCADE)

    def __str__(self) -> str:
        return f"{self.name}, {self.town}"


class Mayor(models.Model):
    """Its label walks a one-to-one field from the other side."""

    name = models.CharField(max_length=20)
    town = models.OneToOneField(Town, models.CASCADE)

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """Its label asks who is the mayor of its town."""

    town = models.ForeignKey(Town, models.CASCADE)

    def __str__(self) -> str:
        return f"hall of {self.town.mayor}"


class Sign(models.Model):
    """Its label walks a generic foreign key to what walks foreign keys."""

    kind = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    key = models.PositiveIntegerField()
    place = GenericForeignKey("kind", "key")

    def __str__(self) -> str:
        return f"sign of {self.place}"


class Photo(models.Model):
    """Its label walks two generic foreign keys, one of which may lead to a model with another."""

    kind = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    key = models.PositiveIntegerField()
    subject = GenericForeignKey("kind", "key")
    other_kind = models.ForeignKey(ContentType, models.CASCADE, related_name="+", null=True, blank=True)
    other_key = models.PositiveIntegerField(null=True, blank=True)
    other = GenericForeignKey("other_kind", "other_key")

    def __str__(self) -> str:
        return f"{self.subject} and {self.other}"


class Frame(models.Model):
    """Points to a photo, and walks on from there."""

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="frames")

    def __str__(self) -> str:
        return f"frame of {self.photo}"
