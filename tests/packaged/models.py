"""Models that use popular packages as their manuals show it."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django_choices_field import IntegerChoicesField, TextChoicesField
from django_countries.fields import CountryField
from django_fsm import FSMField, FSMIntegerField, transition
from djmoney.models.fields import MoneyField
from multiselectfield import MultiSelectField
from polymorphic.models import PolymorphicModel
from simple_history.models import HistoricalRecords
from sortedm2m.fields import SortedManyToManyField
from taggit.managers import TaggableManager
from taggit.models import CommonGenericTaggedItemBase, ItemBase, TagBase
from treebeard.mp_tree import MP_Node


class Price(models.Model):
    """Amounts with a currency each."""

    name = models.CharField(max_length=50)
    price = MoneyField(max_digits=14, decimal_places=2, default_currency="USD")
    discount = MoneyField(max_digits=14, decimal_places=2, null=True, blank=True, default_currency=None)

    def __str__(self) -> str:
        return f"{self.name}: {self.price}"


class Charged(models.Model):
    """An amount for every child, of a currency whose column has a name of its own."""

    fee = MoneyField(max_digits=10, decimal_places=4, default=0, default_currency="EUR", currency_field_name="coin")

    class Meta:
        abstract = True


class Ticket(Charged):
    """Has an amount from an abstract model."""

    seat = models.CharField(max_length=10)


class OneWay:
    """A descriptor that lets a value be set once, and never one that is too long."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else instance.__dict__.get(self.field.attname)

    def __set__(self, instance: Any, value: Any) -> None:
        before = instance.__dict__.get(self.field.attname)
        if before:
            raise TypeError("It is set.")
        if len(value or "") > 3:
            raise ValidationError("Too long for me.")
        instance.__dict__[self.field.attname] = value


class OneWayField(models.CharField):
    """A text that is set once."""

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, OneWay(self))


class Article(models.Model):
    """States that only transitions change, and tags."""

    title = models.CharField(max_length=50)
    state = FSMField(default="new", protected=True)
    step = FSMIntegerField(default=1, protected=True)
    code = OneWayField(max_length=10, blank=True)
    tags = TaggableManager(blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.title

    @transition(field=state, source="new", target="published")
    def publish(self) -> None:
        """Publish it."""


class Column(Article):
    """A child, which has the tags of its parent."""

    paper = models.CharField(max_length=50, blank=True)


class Topic(TagBase):
    """Tags of a project's own."""


class TopicOfNote(ItemBase):
    """A link of a note's own table."""

    content_object = models.ForeignKey("Note", models.CASCADE)
    tag = models.ForeignKey(Topic, models.CASCADE, related_name="%(app_label)s_%(class)s_items")


class Described(models.Model):
    """Has rows of its own that refer to it, declared before anything that it may be mixed with."""

    descriptions = GenericRelation("taggit.TaggedItem")

    class Meta:
        abstract = True


class LabelledByText(Described, CommonGenericTaggedItemBase):
    """A link whose generic key is text, so that rows of any kind of key may have it.

    It is not the first private field of the model, for which django-taggit takes it.
    """

    object_id = models.CharField(max_length=50, db_index=True)
    tag = models.ForeignKey(Topic, models.CASCADE, related_name="%(app_label)s_%(class)s_items")


class Story(models.Model):
    """Texts in several languages, each in a column of its own."""

    title = models.CharField(max_length=50, unique=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


class Note(models.Model):
    """Has tags through a table of its own, and others through one that holds any key as text."""

    text = models.CharField(max_length=50)
    topics = TaggableManager(through=TopicOfNote, blank=True)
    labels = TaggableManager(through=LabelledByText, blank=True, related_name="labelled")

    def __str__(self) -> str:
        return self.text


class Level(models.IntegerChoices):
    """Choices by number."""

    LOW = 1, "Low"
    HIGH = 2, "High"


class Kind(models.TextChoices):
    """Choices by text, one with a comma."""

    PLAIN = "plain", "Plain"
    COMMA = "b,c", "With a comma"


class WordsField(models.TextField):
    """Words in any order, as a set."""

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, frozenset) else frozenset(self.split(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.to_python(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else " ".join(sorted(self.to_python(value)))

    @staticmethod
    def split(value: Any) -> list[str]:
        """The words of a text, or those of a list."""
        return value.split() if isinstance(value, str) else [str(word) for word in value]


class Choice(models.Model):
    """Choices of many kinds, one or several at a time."""

    level = IntegerChoicesField(choices_enum=Level, default=Level.LOW)
    kind = TextChoicesField(choices_enum=Kind, null=True, blank=True)
    several = MultiSelectField(choices=[("a", "A"), ("b", "B"), ("c", "C")], max_length=20)
    numbers = MultiSelectField(
        choices=[("1", "One"), ("2", "Two")], max_choices=2, blank=True, null=True, max_length=20
    )
    country = CountryField(blank=True)
    visited = CountryField(multiple=True, blank=True)
    words = WordsField(blank=True, default="")


class Song(models.Model):
    """Something to sort."""

    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return self.name


class Playlist(models.Model):
    """Songs in an order."""

    name = models.CharField(max_length=50)
    songs = SortedManyToManyField(Song, blank=True)


class Album(models.Model):
    """Links whose tables have more columns: one that has to be given, and one that need not be."""

    name = models.CharField(max_length=50)
    songs = models.ManyToManyField(Song, through="Track")
    bonus = models.ManyToManyField(Song, through="Bonus", blank=True, related_name="bonus_of")


class Track(models.Model):
    """A song of an album, with the side that it is on."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE)
    song = models.ForeignKey(Song, on_delete=models.CASCADE)
    side = models.CharField(max_length=1)


class Bonus(models.Model):
    """A song that comes with an album."""

    album = models.ForeignKey(Album, on_delete=models.CASCADE)
    song = models.ForeignKey(Song, on_delete=models.CASCADE)
    note = models.CharField(max_length=10, default="free")


class Project(PolymorphicModel):
    """Rows of several classes."""

    topic = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"project {self.topic}"


class ArtProject(Project):
    """One of the classes, with a rule of its own."""

    artist = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"{self.artist}'s {self.topic}"

    def save(self, *arguments: Any, **options: Any) -> None:
        """Keep the artist in capitals."""
        self.artist = self.artist.upper()
        super().save(*arguments, **options)


class Place(MP_Node):
    """A tree by materialised paths."""

    name = models.CharField(max_length=30)

    def __str__(self) -> str:
        return self.name
