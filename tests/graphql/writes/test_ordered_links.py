"""Many-to-many fields that keep their links in order."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.packaged.models import Playlist, Song

URL = "/conjure/r/packaged.Playlist/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def songs() -> list[int]:
    return [Song.objects.create(name=name).pk for name in "cab"]


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


def in_database() -> list[int]:
    return [song.pk for song in Playlist.objects.get().songs.all()]


def test_the_order_is_stored_served_and_audited(client: Any, songs: list[int], gql: Gql, admin: User) -> None:
    one, two, three = songs
    answer = client.post(URL, {"name": "p", "songs": [three, one, two]}, content_type="application/json")
    key = answer.json()["id"]
    assert answer.json()["songs"] == in_database() == [three, one, two]

    answer = client.patch(f"{URL}{key}/", {"songs": [two, three, one]}, content_type="application/json")
    assert answer.json()["songs"] == in_database() == [two, three, one]
    assert client.get(f"{URL}{key}/").json() == client.get(URL).json()["results"][0] == answer.json()
    assert AdminAuditLog.objects.first().diff == {"songs": [[three, one, two], [two, three, one]]}  # type: ignore[union-attr]

    nested = gql(admin, "{ packagedPlaylists { results { songsIds songs { id } } } }")["data"]["packagedPlaylists"]
    assert nested["results"] == [{"songsIds": [two, three, one], "songs": [{"id": n} for n in (two, three, one)]}]
    asked = gql(admin, "{ packagedPlaylists { results { songs(ordering: [{name: ASC}]) { name } } } }")
    assert [song["name"] for song in asked["data"]["packagedPlaylists"]["results"][0]["songs"]] == ["a", "b", "c"]


def test_the_same_order_is_no_change(client: Any, songs: list[int]) -> None:
    row = client.post(URL, {"name": "p", "songs": songs[::-1]}, content_type="application/json").json()
    AdminAuditLog.objects.all().delete()
    answer = client.patch(f"{URL}{row['id']}/", row, content_type="application/json")
    assert answer.json() == row
    assert not AdminAuditLog.objects.exists()


def test_a_new_order_is_a_new_version(client: Any, songs: list[int]) -> None:
    row = client.post(URL, {"name": "p", "songs": songs}, content_type="application/json")
    address, tag = f"{URL}{row.json()['id']}/", row["ETag"]
    client.patch(address, {"songs": songs[::-1]}, content_type="application/json")
    assert client.get(address)["ETag"] != tag
    stale = client.patch(address, {"name": "q"}, content_type="application/json", headers={"If-Match": tag})
    assert stale.status_code == 412


def test_links_are_added_at_the_end(gql: Gql, admin: User, songs: list[int]) -> None:
    one, two, three = songs
    playlist = Playlist.objects.create(name="p")
    playlist.songs.set([two, one])
    answer = gql(
        admin,
        """mutation ($pk: ID!, $add: [ID!], $remove: [ID!]) {
            updatePackagedPlaylist(pk: $pk, data: {songs: {add: $add, remove: $remove}}) { result { songsIds } }
        }""",
        pk=str(playlist.pk),
        add=[str(three)],
        remove=[str(two)],
    )
    assert answer["data"]["updatePackagedPlaylist"]["result"]["songsIds"] == in_database() == [one, three]
