"""Managers that hide rows, have other names, need a database to be named, add columns, or fail."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Length


class OtherwiseNamed(models.Model):
    """There is no ``objects``."""

    name = models.CharField(max_length=40)

    things: models.Manager[OtherwiseNamed] = models.Manager()


class NamedDatabaseManager(models.Manager["NeedsUsing"]):
    """Refuses to guess the database, as managers of sharded projects do."""

    def get_queryset(self) -> models.QuerySet[NeedsUsing]:
        if self._db is None:
            raise RuntimeError("Name the database: NeedsUsing.objects.db_manager(alias).")
        return super().get_queryset()


class NeedsUsing(models.Model):
    name = models.CharField(max_length=40)

    objects = NamedDatabaseManager()


class LiveManager(models.Manager["SoftDeleted"]):
    def get_queryset(self) -> models.QuerySet[SoftDeleted]:
        return super().get_queryset().filter(deleted_at=None)


class SoftDeleted(models.Model):
    """The default manager hides rows, ``delete`` keeps them."""

    name = models.CharField(max_length=40)
    deleted_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")

    objects = LiveManager()
    all_objects: models.Manager[SoftDeleted] = models.Manager()

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from django.utils import timezone

        self.deleted_at = timezone.now()
        self.save(update_fields=["deleted_at"])
        return 1, {self._meta.label: 1}


class SoftDeletedReference(models.Model):
    """Points at rows that the target's default manager hides."""

    target = models.ForeignKey(SoftDeleted, models.CASCADE, related_name="references")
    targets = models.ManyToManyField(SoftDeleted, blank=True, related_name="many_references")


class HidingBaseManager(models.Manager["HiddenEvenFromRelations"]):
    def get_queryset(self) -> models.QuerySet[HiddenEvenFromRelations]:
        return super().get_queryset().filter(is_hidden=False)


class HiddenEvenFromRelations(models.Model):
    """The base manager hides rows as well, so that following a foreign key to one raises DoesNotExist."""

    name = models.CharField(max_length=40)
    is_hidden = models.BooleanField(default=False)

    objects = HidingBaseManager()
    everything: models.Manager[HiddenEvenFromRelations] = models.Manager()

    class Meta:
        base_manager_name = "objects"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return self.name


class HiddenReference(models.Model):
    target = models.ForeignKey(HiddenEvenFromRelations, models.CASCADE, related_name="references")


class AnnotatingQuerySet(models.QuerySet["Annotated"]):
    """Has a method of its own and is lazy about one column."""

    def long(self) -> AnnotatingQuerySet:
        return self.filter(name_length__gt=5)


class AnnotatingManager(models.Manager["Annotated"]):
    def get_queryset(self) -> models.QuerySet[Annotated]:
        rows = AnnotatingQuerySet(self.model, using=self._db)
        return rows.annotate(name_length=Length("name"), item_count=models.Count("items")).defer("text")


class Annotated(models.Model):
    """The manager aggregates, defers, and the order is by an annotation."""

    name = models.CharField(max_length=40)
    text = models.TextField(blank=True)

    objects = AnnotatingManager()

    class Meta:
        ordering = ("name",)


class AnnotatedItem(models.Model):
    owner = models.ForeignKey(Annotated, models.CASCADE, related_name="items")


class JoiningManager(models.Manager["Joined"]):
    """Joins a many-valued relation, then removes the duplicates."""

    def get_queryset(self) -> models.QuerySet[Joined]:
        return super().get_queryset().filter(parts__is_shown=True).distinct()


class Joined(models.Model):
    name = models.CharField(max_length=40)

    objects = JoiningManager()


class JoinedPart(models.Model):
    owner = models.ForeignKey(Joined, models.CASCADE, related_name="parts")
    is_shown = models.BooleanField(default=True)


class FailingManager(models.Manager["ManagerRaises"]):
    def get_queryset(self) -> models.QuerySet[ManagerRaises]:
        raise RuntimeError("This manager always fails.")


class ManagerRaises(models.Model):
    name = models.CharField(max_length=40)

    objects = FailingManager()


class NaturalKeyManager(models.Manager["NaturalKeyed"]):
    """A manager without ``create``, with a natural key."""

    create: Any = None

    def get_by_natural_key(self, name: str) -> NaturalKeyed:
        return self.get(name=name)


class NaturalKeyed(models.Model):
    name = models.CharField(max_length=40, unique=True)

    objects = NaturalKeyManager()

    def natural_key(self) -> tuple[str]:
        return (self.name,)
