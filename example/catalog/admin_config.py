"""How the catalog is administered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from catalog.models import Album, Artist, Genre, MediaType, Playlist, Track
from conjure import AdminConfig, action, register


@register(Artist)
class ArtistConfig(AdminConfig):
    # What is not said here (list_filter, ordering, ...) is inferred from the model.
    list_display = ["id", "name", "website"]
    search_fields = ["name", "albums__title"]
    autocomplete_search_fields = ["name"]
    inlines = [(Album, "artist")]


@register(Album)
class AlbumConfig(AdminConfig):
    list_display = ["id", "title", "artist", "cover"]
    # Search and filters may follow relations, in both directions.
    search_fields = ["title", "artist__name", "tracks__name"]
    list_filter = ["artist", "tracks__genre"]
    autocomplete_search_fields = ["title", "artist__name"]
    inlines = [(Track, "album")]


@dataclass
class Repricing:
    """The form of the action ``reprice``."""

    percent: int
    note: str = ""


@register(Track)
class TrackConfig(AdminConfig):
    list_display = ["id", "name", "album", "genre", "media_type", "duration", "unit_price"]
    search_fields = ["name", "composer", "album__title", "album__artist__name"]
    list_filter = ["genre", "media_type", "is_available", "album", "album__artist"]
    autocomplete_search_fields = ["name", "album__title"]
    ordering = ["album__title", "id"]
    actions = ["reprice", "withdraw", "total_duration"]

    @action(label="Change the price", confirm="Change the price of these tracks?", input=Repricing)
    def reprice(self, request: HttpRequest, queryset: QuerySet[Track], input: Repricing) -> dict[str, Any]:  # noqa: A002 - conjure's name
        """Raise or lower each price by a percentage; no permission is named, so that ``change_track`` is asked."""
        if not -90 <= input.percent <= 900:
            raise ValidationError({"percent": "Enter a percentage between -90 and 900."})
        factor = (Decimal(100) + input.percent) / 100
        tracks = list(queryset)
        for track in tracks:
            track.unit_price = (track.unit_price * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
            track.full_clean()
        Track.objects.bulk_update(tracks, ["unit_price"], batch_size=500)
        return {"message": f"The price of {len(tracks)} tracks was changed.", "changed": len(tracks)}

    def withdraw(self, request: HttpRequest, queryset: QuerySet[Track]) -> dict[str, Any]:
        """An action without the decorator: it asks the model's change permission."""
        count = queryset.update(is_available=False)
        return {"message": f"{count} tracks are no longer on sale."}

    withdraw.label = "Withdraw from sale"  # type: ignore[attr-defined]
    withdraw.destructive = True  # type: ignore[attr-defined]

    @action(label="Total duration", permission=None)
    def total_duration(self, request: HttpRequest, queryset: QuerySet[Track]) -> dict[str, Any]:
        """An action that changes nothing: every staff user may run it on the tracks that they may see."""
        duration = queryset.aggregate(total=Sum("duration"))["total"] or timedelta()
        return {"message": f"{queryset.count()} tracks play for {duration}.", "seconds": duration.total_seconds()}


@register(Genre)
class GenreConfig(AdminConfig):
    search_fields = ["name"]


@register(MediaType)
class MediaTypeConfig(AdminConfig):
    # Reference data: everybody with the permission reads it, nobody writes it here.
    is_readonly = True
    search_fields = ["name"]
    list_filter = ["is_protected"]


@register(Playlist)
class PlaylistConfig(AdminConfig):
    list_display = ["id", "name", "is_public"]
    search_fields = ["name", "description"]
    list_filter = ["is_public", "tracks__genre"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playlist]:
        """Who may not change playlists sees the public ones only; the others are as if they were absent."""
        playlists = super().get_queryset(request)
        if self.has_change_permission(request):
            return playlists
        return playlists.filter(is_public=True)
