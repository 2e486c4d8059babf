"""Relations of every kind, both ways, and of every deletion rule."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Employee(models.Model):
    """Self relations: with and without a reverse name, symmetrical and not."""

    name = models.CharField(max_length=60)
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    mentor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    deputy = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="deputy_of")
    friends = models.ManyToManyField("self", blank=True)
    follows = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="followers")

    def __str__(self) -> str:
        return self.name


class TreeItem(models.Model):
    """A tree whose ``__str__`` walks to the root."""

    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=60)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("depth", "name")

    def __str__(self) -> str:
        return f"{self.parent} > {self.name}" if self.parent else self.name


class Address(models.Model):
    street = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.street


class Parcel(models.Model):
    """Two foreign keys to one model, and a third without a reverse name."""

    sender = models.ForeignKey(Address, models.CASCADE, related_name="sent_parcels")
    receiver = models.ForeignKey(Address, models.CASCADE, related_name="received_parcels")
    depot = models.ForeignKey(Address, models.SET_NULL, null=True, blank=True, related_name="+")
    stops = models.ManyToManyField(Address, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.sender} to {self.receiver}"


class Musician(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Band(models.Model):
    """A many-to-many through a model, and one whose through model has two keys to the target."""

    name = models.CharField(max_length=60)
    members = models.ManyToManyField(Musician, through="Membership", related_name="bands")
    invited = models.ManyToManyField(
        Musician, through="Invitation", through_fields=("band", "invitee"), related_name="invitations_to"
    )
    fans = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, db_table="testapp_band_fan_table")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    band = models.ForeignKey(Band, models.CASCADE)
    musician = models.ForeignKey(Musician, models.CASCADE)
    joined_on = models.DateField()
    instrument = models.CharField(max_length=40, blank=True)

    class Meta:
        unique_together = (("band", "musician"),)


class Invitation(models.Model):
    band = models.ForeignKey(Band, models.CASCADE)
    invitee = models.ForeignKey(Musician, models.CASCADE, related_name="invitations")
    inviter = models.ForeignKey(Musician, models.CASCADE, related_name="sent_invitations")


class ThroughDefaults(models.Model):
    """A many-to-many through a model whose own columns all have defaults."""

    name = models.CharField(max_length=60)
    musicians = models.ManyToManyField(Musician, through="ThroughDefaultsLink", blank=True)


class ThroughDefaultsLink(models.Model):
    owner = models.ForeignKey(ThroughDefaults, models.CASCADE)
    musician = models.ForeignKey(Musician, models.CASCADE)
    weight = models.IntegerField(default=1)


class Citizen(models.Model):
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Passport(models.Model):
    """One to one, with and without a reverse name; some citizens have none."""

    citizen = models.OneToOneField(Citizen, models.CASCADE, related_name="passport")
    previous_holder = models.OneToOneField(Citizen, models.SET_NULL, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=20, unique=True)

    def __str__(self) -> str:
        return self.number


class GenericItem(models.Model):
    """A generic foreign key with a number for the object's key."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    content_object = GenericForeignKey("content_type", "object_id")
    word = models.CharField(max_length=40)


class TextGenericItem(models.Model):
    """A generic foreign key with odd names, a text for the object's key, and nothing required."""

    kind = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True, related_name="+")
    object_key = models.CharField(max_length=64, blank=True)
    subject = GenericForeignKey("kind", "object_key")


class Bookmark(models.Model):
    url = models.URLField()
    items = GenericRelation(GenericItem, related_query_name="bookmark")

    def __str__(self) -> str:
        return self.url


class Country(models.Model):
    code = models.CharField(max_length=2, unique=True)
    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """Foreign keys that point at a unique field other than the key."""

    name = models.CharField(max_length=60)
    country = models.ForeignKey(Country, models.CASCADE, to_field="code", related_name="cities")
    founded_by = models.ForeignKey(
        Country, models.SET_NULL, to_field="key", null=True, blank=True, related_name="founded_cities"
    )
    twin = models.OneToOneField(Country, models.SET_NULL, to_field="code", null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class OddColumns(models.Model):
    """Columns and a table that are SQL words or have spaces in them."""

    id = models.BigAutoField(primary_key=True, db_column="select")
    name = models.CharField(max_length=60, db_column="Group")
    amount = models.IntegerField(default=0, db_column="odd column")
    target = models.ForeignKey(Address, models.CASCADE, db_column="order", null=True, blank=True, related_name="+")

    class Meta:
        db_table = "testapp_odd table"


def only_big_cities() -> models.Q:
    return models.Q(name__startswith="B")


class LimitedChoices(models.Model):
    """``limit_choices_to`` as a dict, a Q, a callable, and across a relation."""

    country = models.ForeignKey(Country, models.CASCADE, limit_choices_to={"code__in": ["DE", "TR"]})
    city = models.ForeignKey(City, models.CASCADE, null=True, blank=True, limit_choices_to=only_big_cities)
    abroad = models.ForeignKey(
        City, models.SET_NULL, null=True, blank=True, related_name="+", limit_choices_to=~models.Q(country__code="DE")
    )
    cities = models.ManyToManyField(City, blank=True, related_name="+", limit_choices_to={"country__code": "DE"})


def get_fallback_address() -> int:
    return Address.objects.get_or_create(street="Fallback Street 1")[0].pk


class DeletionRules(models.Model):
    """Each deletion rule once."""

    cascading = models.ForeignKey(Address, models.CASCADE, related_name="cascading")
    protecting = models.ForeignKey(Address, models.PROTECT, null=True, blank=True, related_name="protecting")
    restricting = models.ForeignKey(Address, models.RESTRICT, null=True, blank=True, related_name="restricting")
    nulling = models.ForeignKey(Address, models.SET_NULL, null=True, blank=True, related_name="nulling")
    defaulting = models.ForeignKey(
        Address, models.SET_DEFAULT, null=True, blank=True, default=None, related_name="defaulting"
    )
    setting = models.ForeignKey(
        Address, models.SET(get_fallback_address), null=True, blank=True, related_name="setting"
    )
    nothing = models.ForeignKey(
        Address, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="nothing"
    )


class Dangling(models.Model):
    """Foreign keys without a constraint; rows of it point at nothing."""

    address = models.ForeignKey(Address, models.DO_NOTHING, db_constraint=False, related_name="dangling")
    uuid_target = models.ForeignKey("UUIDKey", models.DO_NOTHING, db_constraint=False, null=True, blank=True)


class Chicken(models.Model):
    """Half of a cycle of two models."""

    name = models.CharField(max_length=20)
    hatched_from = models.ForeignKey("Egg", models.SET_NULL, null=True, blank=True, related_name="chickens")


class Egg(models.Model):
    """The other half."""

    name = models.CharField(max_length=20)
    laid_by = models.ForeignKey(Chicken, models.CASCADE, null=True, blank=True, related_name="eggs")


class Namesake(models.Model):
    """Foreign keys to the two models of one name, and to a model that nobody registered."""

    product = models.ForeignKey("testapp.Product", models.CASCADE, related_name="namesakes")
    other_product = models.ForeignKey("otherapp.Product", models.CASCADE, related_name="namesakes")
    permission = models.ForeignKey("auth.Permission", models.SET_NULL, null=True, blank=True, related_name="+")
