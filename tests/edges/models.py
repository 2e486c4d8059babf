"""Models whose fields are at the edges of what columns hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.lookups import IContains
from django.utils.functional import lazy
from django.utils.translation import get_language


def _choose(english: str, german: str) -> str:
    return german if (get_language() or "").startswith("de") else english


in_language = lazy(_choose, str)
"""A text in the language of whoever reads it."""


def lowest() -> int:
    return -(2**70)


class Tick(models.Model):
    """A key of two bytes, and a number by which others point to it."""

    id = models.SmallAutoField(primary_key=True)
    number = models.PositiveIntegerField(unique=True)


class Bounded(models.Model):
    """Validators that let more through than the columns hold."""

    small = models.SmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(-100_000), MaxValueValidator(100_000)]
    )
    whole = models.IntegerField(null=True, blank=True, validators=[MaxValueValidator(10**12)])
    big = models.BigIntegerField(
        null=True, blank=True, validators=[MinValueValidator(lowest), MaxValueValidator(2**70)]
    )
    count = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(-5)])
    percent = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    price = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=2, validators=[MaxValueValidator(Decimal(10**9))]
    )
    ratio = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10**400)])
    tick = models.ForeignKey(Tick, models.CASCADE, null=True, blank=True)
    by_number = models.ForeignKey(Tick, models.CASCADE, null=True, blank=True, to_field="number", related_name="+")
    ticks = models.ManyToManyField(Tick, blank=True, related_name="+")


class UnsureField(models.CharField):
    """A text that its own form field does not ask for, although it may not be blank."""

    def formfield(self, *arguments: Any, **options: Any) -> Any:
        """Give a form field that may be left empty."""
        return super().formfield(*arguments, **{**options, "required": False})


class Switch(models.Model):
    """Three truths: of a Boolean that may be null, null is one."""

    plain = models.BooleanField(null=True)
    chosen = models.BooleanField(null=True, choices=[(True, "Yes"), (False, "No")])
    named = models.BooleanField(null=True, choices=[(None, "Unknown"), (True, "Yes"), (False, "No")])
    on = models.BooleanField(null=True, default=True)
    unsure = UnsureField(max_length=20, null=True)
    empty = UnsureField(max_length=20, default="x")
    number = models.IntegerField(null=True)


class PickySwitch(models.Model):
    """As that, with validation of its own."""

    plain = models.BooleanField(null=True)

    def full_clean(self, *arguments: Any, **options: Any) -> None:
        """Take part in validation."""
        super().full_clean(*arguments, **options)


def folder() -> str:
    """Where the files are: a setting of the tests, so that each may have its own."""
    return str(settings.EDGES_FOLDER)


def lose_folder() -> str:
    """Fail whenever it is asked."""
    raise LookupError("The folder is lost.")


class Placed(models.Model):
    """Paths of files in folders that come and go."""

    must = models.FilePathField(path=folder)
    may = models.FilePathField(path=folder, recursive=True, blank=True)
    null = models.FilePathField(path=folder, null=True, blank=True)
    name = models.CharField(max_length=20, blank=True)


class Misplaced(models.Model):
    """Paths of files in folders that cannot be told."""

    lost = models.FilePathField(path=lose_folder, blank=True)
    odd = models.FilePathField(path=folder, match="(", blank=True)
    name = models.CharField(max_length=20, blank=True)


class Listed(models.Model):
    """Values that hold commas, a key among them."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=5, choices=[("a", "A"), ("b,c", "B and C"), ("d", "D")])
    data = models.JSONField(null=True, blank=True)
    same = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, to_field="code")


class Mood(models.TextChoices):
    """Choices whose labels are translated."""

    GLAD = "glad", in_language("glad", "froh")
    SAD = "sad", in_language("sad", "traurig")


def moods() -> list[tuple[str, Any]]:
    return [("calm", in_language("calm", "ruhig"))]


class Spoken(models.Model):
    """Everything that people read of it is translated."""

    word = models.CharField(
        in_language("word", "Wort"), max_length=20, blank=True, help_text=in_language("one word", "ein Wort")
    )
    mood = models.CharField(in_language("mood", "Stimmung"), max_length=5, choices=Mood, default=Mood.GLAD)
    called = models.CharField(max_length=5, choices=moods, default="calm")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, verbose_name=in_language("of", "von"))

    class Meta:
        verbose_name = in_language("saying", "Spruch")
        verbose_name_plural = in_language("sayings", "Sprüche")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(word="bad"),
                name="edges_no_bad_word",
                violation_error_message=in_language("a bad word", "ein böses Wort"),
            )
        ]

    def __str__(self) -> str:
        return str(in_language("a saying", "ein Spruch"))


class DeafField(models.CharField):
    """A text that is compared as a whole alone, as an encrypted one is."""

    def get_lookup(self, lookup_name: str) -> Any:
        """Give no lookup but two, and say so by an exception."""
        if lookup_name in ("exact", "isnull"):
            return super().get_lookup(lookup_name)
        raise FieldError(f"There is no lookup {lookup_name}.")

    def get_transform(self, lookup_name: str) -> Any:
        """Give none, and say so by an exception."""
        raise FieldError(f"There is no transform {lookup_name}.")


class MuteField(models.CharField):
    """Looks as if it could be searched, and fails when it is."""


@MuteField.register_lookup
class FailingContains(IContains):
    """Fails as soon as SQL is written."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Fail."""
        raise LookupError("This cannot be searched.")


class Quiet(models.Model):
    """Texts that cannot be searched, and one that can."""

    deaf = DeafField(max_length=20, blank=True)
    mute = MuteField(max_length=20, blank=True)
    name = models.CharField(max_length=20, blank=True)


class Hush(models.Model):
    """Points to one of those."""

    quiet = models.ForeignKey(Quiet, models.CASCADE)


class Alone(models.Model):
    """Unique values that may be left out, each in its own way."""

    file = models.FileField(upload_to="alone", unique=True, null=True, blank=True)
    text = models.CharField(max_length=20, unique=True, null=True, blank=True)
    number = models.IntegerField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=20, blank=True)


class AloneAndWhole(models.Model):
    """A unique file in rows that are saved as a whole."""

    file = models.FileField(upload_to="alone", unique=True, null=True, blank=True)
    name = models.CharField(max_length=20, blank=True)

    def save(self, *arguments: Any, **options: Any) -> None:
        """Take part in saving."""
        super().save(*arguments, **options)


class Blank(models.Model):
    """Unique values of which the empty text is one."""

    file = models.FileField(upload_to="blank", unique=True, blank=True)
    slug = models.SlugField(unique=True, blank=True)


class Marked(models.Model):
    """Unique where it is not empty, and unique together with what may be null."""

    code = models.CharField(max_length=20, blank=True)
    group = models.CharField(max_length=20, null=True, blank=True)
    place = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="edges_marked_code"),
            models.UniqueConstraint(fields=["group", "place"], name="edges_marked_place"),
        ]
