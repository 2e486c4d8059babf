"""Choices of every kind: enums, groups, callables, lazy translations, None, and the empty text."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Suit(models.TextChoices):
    HEARTS = "H", _("Hearts")
    SPADES = "S", _("Spades")
    __empty__ = _("(no suit)")


class Rank(models.IntegerChoices):
    ACE = 1
    KING = 13
    JOKER = -1, "The joker"


class Holiday(datetime.date, models.Choices):
    NEW_YEAR = 2024, 1, 1, "New Year"
    LABOUR_DAY = 2024, 5, 1, "Labour Day"


def callable_choices() -> list[tuple[str, Any]]:
    return [("one", "One"), ("two", _("Two"))]


GROUPED = [
    ("Audio", [("vinyl", "Vinyl"), ("cd", "CD")]),
    (_("Video"), (("vhs", "VHS tape"), ("dvd", "DVD"))),
    ("unknown", "Unknown"),
]

AWKWARD = [
    ("1st", "First"),
    ("a-b", "A minus B"),
    ("true", "A word"),
    ("__typename", "Dunder"),
    ("größe", "Größe"),
    ("日本", "日本"),
    ("with space", "With space"),
    ("A", "Upper"),
    ("ä,b", "Comma"),
]


class EveryChoice(models.Model):
    suit = models.CharField(max_length=1, choices=Suit.choices, blank=True)
    suit_class = models.CharField(max_length=1, choices=Suit, default=Suit.HEARTS)
    rank = models.IntegerField(choices=Rank.choices, default=Rank.ACE)
    holiday = models.DateField(choices=Holiday.choices, null=True, blank=True)
    medium = models.CharField(max_length=10, choices=GROUPED, default="unknown")
    called = models.CharField(max_length=10, choices=callable_choices, default="one")
    mapped = models.CharField(max_length=10, choices={"x": "Ex", "y": "Why"}, default="x")
    lazy = models.CharField(
        _("lazy name"),
        max_length=10,
        choices=[("a", _("Yes")), ("b", pgettext_lazy("month", "May"))],
        help_text=_("Help"),
    )
    none_among = models.IntegerField(choices=[(None, "Undecided"), (0, "No"), (1, "Yes")], null=True, blank=True)
    empty_among = models.CharField(max_length=10, choices=[("", "Nothing"), ("z", "Zed")], blank=True, default="")
    yes_no = models.BooleanField(choices=[(True, "Sure"), (False, "Never")], default=False)
    tristate = models.BooleanField(choices=[(None, "Unknown"), (True, "Yes"), (False, "No")], null=True, blank=True)
    price = models.DecimalField(
        max_digits=5, decimal_places=2, choices=[("1.50", "Cheap"), ("99.00", "Dear")], default="1.50"
    )
    awkward = models.CharField(max_length=12, choices=AWKWARD, default="1st")
    stale = models.CharField(max_length=10, choices=[("now", "Now")], default="now")
    single = models.CharField(max_length=10, choices=[("only", "Only")], default="only", editable=False)
    label = models.CharField(max_length=10, choices=[("p", "Plain")], default="p")
