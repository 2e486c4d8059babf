"""Chinook's music: artist, album, track, genre, media type, playlist."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import FileExtensionValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class Artist(models.Model):
    name = models.CharField(max_length=120, unique=True)
    biography = models.TextField(blank=True)
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Genre(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True, help_text="The genre's name in addresses.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MediaType(models.Model):
    name = models.CharField(max_length=60, unique=True)
    is_protected = models.BooleanField(
        "protected", default=False, help_text="Whether files of this type carry copy protection."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Album(models.Model):
    title = models.CharField(max_length=160)
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="albums")
    cover = models.ImageField(
        upload_to="covers", blank=True, validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"])]
    )

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["artist", "title"], name="album_title_unique_for_artist")]

    def __str__(self) -> str:
        return self.title


class Track(models.Model):
    name = models.CharField(max_length=200)
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="tracks", null=True, blank=True)
    media_type = models.ForeignKey(MediaType, on_delete=models.PROTECT, related_name="tracks")
    genre = models.ForeignKey(Genre, on_delete=models.SET_NULL, related_name="tracks", null=True, blank=True)
    composer = models.CharField(max_length=220, blank=True)
    duration = models.DurationField()
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    unit_price = models.DecimalField(
        "price", max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal("0.00"))]
    )
    is_available = models.BooleanField("available", default=True, help_text="Whether the track is on sale now.")

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(unit_price__gte=0), name="track_unit_price_not_negative")]

    def __str__(self) -> str:
        return self.name


class Playlist(models.Model):
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_public = models.BooleanField("public", default=True)
    tracks = models.ManyToManyField(Track, related_name="playlists", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
