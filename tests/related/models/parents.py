"""Relations that a child inherits from its second parent, whose key is not the child's own."""

from __future__ import annotations

from django.db import models


class Patron(models.Model):
    """What the second parent is linked to."""

    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Left(models.Model):
    """The first parent."""

    left_id = models.BigAutoField(primary_key=True)
    one = models.CharField(max_length=10)


class Right(models.Model):
    """The second parent."""

    right_id = models.BigAutoField(primary_key=True)
    two = models.CharField(max_length=10)
    patrons = models.ManyToManyField(Patron, blank=True, related_name="rights")


class Hybrid(Left, Right):
    """The child of both: its key is that of the first."""
