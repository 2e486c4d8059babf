"""Rows that are deleted by a mark, and hidden by the default manager from then on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower


class AliveManager(models.Manager[Any]):
    """Hides the rows that are marked as deleted."""

    def get_queryset(self) -> Any:
        """The others."""
        return super().get_queryset().filter(deleted=False)


class Owner(models.Model):
    """Who has one account."""

    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Marked(models.Model):
    """A parent whose unique column its children share."""

    badge = models.CharField(max_length=20, unique=True)
    deleted = models.BooleanField(default=False)
    objects = AliveManager()


class Account(Marked):
    """Unique in every way that Django knows."""

    email = models.EmailField(unique=True)
    owner = models.OneToOneField(Owner, models.CASCADE, null=True, blank=True)
    tenant = models.IntegerField(default=1)
    number = models.IntegerField(default=0, db_column="Odd number")
    slug = models.SlugField(blank=True, default="")
    nick = models.CharField(max_length=20, null=True, blank=True)
    phone = models.CharField(max_length=20, null=True, blank=True)
    region = models.CharField(max_length=2, default="eu")
    word = models.CharField(max_length=20, null=True, blank=True)
    objects = AliveManager()

    class Meta:
        unique_together = [("tenant", "number")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "slug"], name="one_slug_for_each_tenant"),
            models.UniqueConstraint(fields=["nick"], name="one_nick"),
            models.UniqueConstraint(
                fields=["phone"],
                condition=models.Q(region="eu"),
                name="one_phone_in_europe",
                violation_error_message="This phone is taken.",
            ),
            models.UniqueConstraint(Lower("word"), name="one_word", violation_error_message="This word is taken."),
            models.CheckConstraint(
                condition=models.Q(tenant__gte=0), name="no_minus", violation_error_message="No minus."
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Other(models.Model):
    """Has a unique column of the same name as an account's."""

    email = models.EmailField(unique=True)
