"""Keys that point to a unique column which is not the primary key."""

from __future__ import annotations

from django.db import models


class Seat(models.Model):
    """What another row's unique relation points to."""

    number = models.IntegerField(unique=True)

    def __str__(self) -> str:
        return f"seat {self.number}"


class Person(models.Model):
    """Has unique columns of several kinds, one of them a relation."""

    code = models.CharField(max_length=10, unique=True)
    token_id = models.UUIDField(unique=True)
    height = models.DecimalField(max_digits=6, decimal_places=2, unique=True)
    born = models.DateField(unique=True)
    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, to_field="number", related_name="sitter")
    phone = models.CharField(max_length=10, unique=True, null=True, blank=True)
    name = models.CharField(max_length=30)

    def __str__(self) -> str:
        return self.name


class Badge(models.Model):
    """Points to a person by each of those columns."""

    by_code = models.ForeignKey(Person, models.CASCADE, to_field="code", related_name="badges")
    by_token = models.ForeignKey(Person, models.SET_NULL, to_field="token_id", null=True, blank=True, related_name="+")
    by_height = models.ForeignKey(
        Person, models.SET_NULL, to_field="height", null=True, blank=True, related_name="measured"
    )
    by_birth = models.ForeignKey(Person, models.SET_NULL, to_field="born", null=True, blank=True, related_name="feasts")
    by_seat = models.ForeignKey(Person, models.SET_NULL, to_field="seat", null=True, blank=True, related_name="seated")
    by_phone = models.OneToOneField(
        Person, models.SET_NULL, to_field="phone", null=True, blank=True, related_name="call_sign"
    )


class Node(models.Model):
    """Points to itself by a slug."""

    slug = models.SlugField(unique=True)
    parent = models.ForeignKey("self", models.SET_NULL, to_field="slug", null=True, blank=True, related_name="children")
    linked = models.ManyToManyField("self", through="Linked", symmetrical=False, blank=True, related_name="linked_from")

    def __str__(self) -> str:
        return self.slug


class Linked(models.Model):
    """Links nodes: by the slug on one side, by the key on the other."""

    source = models.ForeignKey(Node, models.CASCADE, to_field="slug", related_name="+")
    target = models.ForeignKey(Node, models.CASCADE, related_name="+")


class Club(models.Model):
    """Its members and its trophies are linked by names."""

    name = models.CharField(max_length=20, unique=True)
    members = models.ManyToManyField(Person, through="Membership", blank=True, related_name="clubs")
    trophies = models.ManyToManyField("Trophy", through="Win", blank=True, related_name="clubs")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A through table whose keys both point to other columns; the role has a default."""

    club = models.ForeignKey(Club, models.CASCADE, to_field="name")
    person = models.ForeignKey(Person, models.CASCADE, to_field="code")
    role = models.CharField(max_length=10, default="member")


class Trophy(models.Model):
    """Its key is a text, and its name another."""

    key = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ["-name"]

    def __str__(self) -> str:
        return self.name


class Win(models.Model):
    """A through table of which one key points to the name."""

    club = models.ForeignKey(Club, models.CASCADE)
    trophy = models.ForeignKey(Trophy, models.CASCADE, to_field="name")


class Line(models.Model):
    """Links may hold a column that is empty, on either side."""

    number = models.CharField(max_length=10, unique=True, null=True, blank=True)
    callers = models.ManyToManyField(Person, through="Call", blank=True, related_name="lines")


class Call(models.Model):
    """A through table whose keys point to columns that may be null."""

    line = models.ForeignKey(Line, models.CASCADE, to_field="number")
    caller = models.ForeignKey(Person, models.CASCADE, to_field="phone")
