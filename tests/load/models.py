"""Rows that many clients read and write."""

from __future__ import annotations

from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """``text`` is the mark of the write that wrote it last; ``number`` is a part of that mark."""

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="items")
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=60, blank=True)
    number = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} on {self.shelf}"
