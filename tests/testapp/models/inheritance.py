"""Model inheritance: abstract bases, multi-table three deep, several parents, proxies, a swapped model."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Stamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_on = models.DateField(auto_now=True)

    class Meta:
        abstract = True


class Named(models.Model):
    name = models.CharField(max_length=60)

    class Meta:
        abstract = True
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Owned(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(app_label)s_%(class)s_set",
        related_query_name="%(app_label)s_%(class)s",
    )

    class Meta:
        abstract = True


class Memo(Stamped, Named, Owned):
    text = models.TextField(blank=True)


class Letter(Stamped, Named, Owned):
    """Takes one inherited field away and redefines another."""

    changed_on = None
    name = models.CharField("recipient", max_length=120, blank=True)


class Place(models.Model):
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name


class Restaurant(Place):
    stars = models.PositiveSmallIntegerField(default=0)
    serves = models.ManyToManyField("testapp.Tag", blank=True, related_name="+")

    class Meta:
        ordering = ("name",)


class Pizzeria(Restaurant):
    """Three tables deep."""

    has_wood_oven = models.BooleanField(default=True)
    partner = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)


class Bar(Place):
    """A parent link with a name of its own."""

    location = models.OneToOneField(Place, models.CASCADE, parent_link=True, primary_key=True, related_name="as_bar")
    has_music = models.BooleanField(default=False)


class Branch(Place):
    """A child with a primary key of its own."""

    code = models.CharField(max_length=10, primary_key=True)
    place = models.OneToOneField(Place, models.CASCADE, parent_link=True, related_name="branch")


class Book(models.Model):
    book_id = models.AutoField(primary_key=True)
    title = models.CharField(max_length=60)


class Article(models.Model):
    article_id = models.AutoField(primary_key=True)
    headline = models.CharField(max_length=60)


class BookArticle(Book, Article):
    """Two concrete parents."""

    remark = models.CharField(max_length=60, blank=True)


class OpenPlaces(models.Manager[Place]):
    def get_queryset(self) -> models.QuerySet[Place]:
        return super().get_queryset().exclude(address="")


class PlaceProxy(Place):
    """A proxy with a manager and an order of its own."""

    open = OpenPlaces()

    class Meta:
        proxy = True
        ordering = ("-name",)
        verbose_name = "open place"


class PizzeriaProxy(Pizzeria):
    class Meta:
        proxy = True


class PizzeriaProxyProxy(PizzeriaProxy):
    class Meta:
        proxy = True

    def __str__(self) -> str:
        return f"proxy of {self.name}"


class Critique(models.Model):
    """Foreign keys to a child, a proxy, a branch and an abstract base's child."""

    pizzeria = models.ForeignKey(Pizzeria, models.CASCADE, related_name="critiques")
    place = models.ForeignKey(PlaceProxy, models.CASCADE, related_name="proxy_critiques")
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True)
    memo = models.ForeignKey(Memo, models.SET_NULL, null=True, blank=True)
    bars = models.ManyToManyField(Bar, blank=True)
    text = models.CharField(max_length=100, blank=True)


class SwappedOut(models.Model):
    """Replaced by ``settings.TESTAPP_SWAPPED_MODEL`` where that is set."""

    name = models.CharField(max_length=60)

    class Meta:
        swappable = "TESTAPP_SWAPPED_MODEL"


class Replacement(models.Model):
    """What the swappable model is swapped for."""

    name = models.CharField(max_length=60)
    extra = models.IntegerField(default=0)


class SwappedReference(models.Model):
    target = models.ForeignKey(
        getattr(settings, "TESTAPP_SWAPPED_MODEL", "testapp.SwappedOut"),
        models.CASCADE,
        related_name="swapped_references",
    )
