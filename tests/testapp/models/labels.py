"""Models whose ``__str__`` fails, gives no text, queries, or gives an awkward text."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy


class StrRaises(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        raise RuntimeError("This label always fails.")


class StrRaisesForSome(models.Model):
    name = models.CharField(max_length=40)
    amount = models.IntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.amount + 1}"


class StrDoesNotExist(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        raise ObjectDoesNotExist("No such thing.")


class StrReturnsNone(models.Model):
    name = models.CharField(max_length=40, null=True, blank=True)

    def __str__(self) -> Any:
        return self.name


class StrReturnsNumber(models.Model):
    number = models.IntegerField(default=1)

    def __str__(self) -> Any:
        return self.number


class StrReturnsLazy(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> Any:
        return gettext_lazy("Yes")


class StrQueries(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.name} of {StrQueries.objects.count()}"


class StrWalksFar(models.Model):
    """Walks three relations, one of them backwards."""

    target = models.ForeignKey("Order", models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.target.customer.name}: {self.target.items.count()} of {self.target.product.category}"


class StrEmpty(models.Model):
    name = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class StrLong(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name * 200


class StrAwkward(models.Model):
    """Markup, NUL and a lone surrogate."""

    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"<script>alert('{self.name}')</script>\x00\ud800"


class StrReferences(models.Model):
    """Foreign keys to those whose label is a problem."""

    raises = models.ForeignKey(StrRaises, models.CASCADE, null=True, blank=True)
    some = models.ForeignKey(StrRaisesForSome, models.CASCADE, null=True, blank=True)
    none = models.ForeignKey(StrReturnsNone, models.CASCADE, null=True, blank=True)
    number = models.ForeignKey(StrReturnsNumber, models.CASCADE, null=True, blank=True)
    lazy = models.ForeignKey(StrReturnsLazy, models.CASCADE, null=True, blank=True)
    queries = models.ForeignKey(StrQueries, models.CASCADE, null=True, blank=True)
    awkward = models.ForeignKey(StrAwkward, models.CASCADE, null=True, blank=True)

    def __str__(self) -> str:
        return f"refers to {self.raises}"
