"""Default orders of every kind, and none."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce, Lower


class OrderedByExpression(models.Model):
    name = models.CharField(max_length=40)
    rank = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = (models.F("rank").desc(nulls_last=True), Lower("name"))


class OrderedByFunction(models.Model):
    name = models.CharField(max_length=40, blank=True)
    nickname = models.CharField(max_length=40, null=True, blank=True)

    class Meta:
        ordering = (Coalesce("nickname", "name").asc(),)


class OrderedByRelation(models.Model):
    """By a field of a relation, by the relation's own order, and by a nullable one."""

    category = models.ForeignKey("Category", models.CASCADE, related_name="+")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("category__parent__name", "category", "-parent__name")


class OrderedByTie(models.Model):
    """All rows are equal in the order."""

    group = models.IntegerField(default=1)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("group",)


class OrderedByPk(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("-pk",)


class OrderedAtRandom(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("?",)


class OrderedByCase(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        ordering = (
            models.Case(models.When(name="first", then=0), default=1, output_field=models.IntegerField()),
            "-name",
        )


class OrderedByOwner(models.Model):
    """``order_with_respect_to`` adds a field called ``_order``."""

    owner = models.ForeignKey(OrderedByTie, models.CASCADE, related_name="ordered_children")
    name = models.CharField(max_length=40)

    class Meta:
        order_with_respect_to = "owner"


class Unordered(models.Model):
    name = models.CharField(max_length=40)
    moment = models.DateTimeField(null=True, blank=True)

    class Meta:
        get_latest_by = "moment"
