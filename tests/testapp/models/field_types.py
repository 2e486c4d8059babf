"""Every field type that Django brings, required, nullable, with defaults, generated, and at its limits."""

from __future__ import annotations

import datetime
import decimal
import uuid
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models.functions import Length, Lower, Now, Upper

FILES = Path(__file__).parent.parent / "files"


def files_folder() -> str:
    return str(FILES)


def every_field(**options: Any) -> dict[str, models.Field[Any, Any]]:
    """One field of each built-in type that holds a plain value, all with the same options."""
    return {
        "a_big_integer": models.BigIntegerField(**options),
        "a_binary": models.BinaryField(editable=True, **options),
        "a_boolean": models.BooleanField(**options),
        "a_char": models.CharField(max_length=100, **options),
        "a_date": models.DateField(**options),
        "a_datetime": models.DateTimeField(**options),
        "a_decimal": models.DecimalField(max_digits=12, decimal_places=4, **options),
        "a_duration": models.DurationField(**options),
        "a_file": models.FileField(upload_to="files", **options),
        "a_file_path": models.FilePathField(path=files_folder, match=r".*\.txt$", **options),
        "a_float": models.FloatField(**options),
        "a_json": models.JSONField(**options),
        "a_positive_big": models.PositiveBigIntegerField(**options),
        "a_positive": models.PositiveIntegerField(**options),
        "a_positive_small": models.PositiveSmallIntegerField(**options),
        "a_slug": models.SlugField(**options),
        "a_small": models.SmallIntegerField(**options),
        "a_text": models.TextField(**options),
        "a_time": models.TimeField(**options),
        "a_url": models.URLField(**options),
        "a_uuid": models.UUIDField(**options),
        "an_email": models.EmailField(**options),
        "an_image": models.ImageField(upload_to="images", **options),
        "an_integer": models.IntegerField(**options),
        "an_ip": models.GenericIPAddressField(**options),
        "an_ipv4": models.GenericIPAddressField(protocol="IPv4", **options),
    }


def build_model(name: str, doc: str, fields: dict[str, Any], **meta: Any) -> type[models.Model]:
    """A model made at run time, for field names that Python's syntax or patience does not allow."""
    namespace = {"__module__": __name__, "__qualname__": name, "__doc__": doc, "Meta": type("Meta", (), meta), **fields}
    return type(name, (models.Model,), namespace)


EveryField: Any = build_model("EveryField", "Nothing may be left out.", every_field())
EveryNullableField: Any = build_model(
    "EveryNullableField", "Everything may be left out.", every_field(null=True, blank=True)
)


class EveryDefault(models.Model):
    """A default of each kind: plain, callable, mutable, of the database."""

    text = models.CharField(max_length=40, default="a default")
    number = models.IntegerField(default=7)
    amount = models.DecimalField(max_digits=8, decimal_places=2, default=decimal.Decimal("1.50"))
    flag = models.BooleanField(default=True)
    items = models.JSONField(default=list)
    options = models.JSONField(default=dict, null=True, blank=True)
    day = models.DateField(default=datetime.date(2024, 2, 29))
    length = models.DurationField(default=datetime.timedelta(days=1, seconds=1))
    token_like = models.UUIDField(default=uuid.uuid4)
    by_database = models.IntegerField(db_default=11)
    text_by_database = models.CharField(max_length=40, db_default="from the database")
    moment_by_database = models.DateTimeField(db_default=Now())
    both = models.IntegerField(default=1, db_default=2)


class GeneratedColumns(models.Model):
    """Columns that the database computes."""

    width = models.IntegerField()
    height = models.IntegerField(default=2)
    name = models.CharField(max_length=40)
    area = models.GeneratedField(
        expression=models.F("width") * models.F("height"), output_field=models.BigIntegerField(), db_persist=True
    )
    shouted = models.GeneratedField(
        expression=Upper("name"), output_field=models.CharField(max_length=40), db_persist=True
    )
    length = models.GeneratedField(
        expression=Length("name"), output_field=models.IntegerField(), db_persist=True, editable=False
    )


class Limits(models.Model):
    """Rows of it hold the largest, the smallest and the most precise values."""

    big = models.BigIntegerField()
    positive_big = models.PositiveBigIntegerField(default=0)
    precise = models.DecimalField(max_digits=30, decimal_places=10)
    whole = models.DecimalField(max_digits=15, decimal_places=0, default=0)
    fraction = models.DecimalField(max_digits=5, decimal_places=5, default=0)
    ratio = models.FloatField()
    moment = models.DateTimeField()
    day = models.DateField()
    time = models.TimeField()
    length = models.DurationField()
    text = models.TextField(blank=True)
    document = models.JSONField(null=True, blank=True)


class Pictures(models.Model):
    """An image that writes its own size into two other fields; files below folders of a date and of a callable."""

    picture = models.ImageField(upload_to="pictures/%Y", width_field="width", height_field="height")
    width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    document = models.FileField(upload_to="documents", max_length=200, unique=True, null=True, blank=True)
    required_document = models.FileField(upload_to="documents")


class RelationFields(models.Model):
    """The three relation fields to models of Django itself."""

    permission = models.ForeignKey(Permission, models.CASCADE, related_name="+")
    single = models.OneToOneField(Permission, models.SET_NULL, null=True, blank=True, related_name="+")
    several = models.ManyToManyField(Permission, blank=True, related_name="+")


class Uneditable(models.Model):
    """No field of it can be written by a form."""

    name = models.CharField(max_length=40, editable=False, default="fixed")
    count = models.IntegerField(editable=False, default=0)
    data = models.BinaryField(default=b"\x00\xff")


class OnlyKey(models.Model):
    """Nothing but a primary key."""


class Validated(models.Model):
    """Uniqueness of every kind, and constraints."""

    code = models.CharField(max_length=20, unique=True, null=True, blank=True)
    slug = models.SlugField(unique_for_date="day")
    day = models.DateField()
    first = models.IntegerField()
    second = models.IntegerField()
    is_main = models.BooleanField(default=False)

    class Meta:
        unique_together = (("first", "second"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="testapp_first_lt_second"),
            models.UniqueConstraint(
                fields=("day",), condition=models.Q(is_main=True), name="testapp_one_main_validated_a_day"
            ),
            models.UniqueConstraint(Lower("slug"), "first", name="testapp_validated_lower_slug"),
        )
        indexes = (models.Index(fields=("day", "first"), name="testapp_validated_day"),)
