"""Which fields clients are offered for writing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conjure import registry
from tests.conftest import Api, Gql
from tests.packaged.models import Album, Song, Track

pytestmark = pytest.mark.django_db

# A currency belongs to its amount; links that need more than two keys, and tags, cannot be written.
OTHERWISE = {"price_currency", "discount_currency", "coin", "members", "invited", "songs", "tags", "topics", "labels"}


def test_columns_are_editable_as_the_model_says(admin: User, api: Api) -> None:
    client = api(admin)
    for key, config in registry.items():
        options = config.model._meta
        described = {f["name"]: f["editable"] for f in client.get(f"/conjure/schema/{key}/").json()["fields"]}
        expected = {
            field.name: field.editable and field not in options.pk_fields and field.name not in config.readonly_fields
            for field in (*options.concrete_fields, *options.many_to_many)
            if field.name in described
        }
        differing = {name for name, editable in described.items() if editable != expected[name]}
        assert differing <= OTHERWISE, key


def test_a_link_that_needs_more_than_two_keys_is_not_written(api: Api, gql: Gql, admin: User) -> None:
    client, songs = api(admin), [Song.objects.create(name=name).pk for name in "cab"]
    fields = {field["name"]: field for field in client.get("/conjure/schema/packaged.Album/").json()["fields"]}
    assert [fields[name]["editable"] for name in ("songs", "bonus")] == [False, True]
    assert not fields["songs"]["required"]

    answer = client.post(
        "/conjure/r/packaged.Album/", {"name": "a", "songs": songs, "bonus": songs[:1]}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["songs"], answer.json()["bonus"]) == (201, [], songs[:1])
    Track.objects.create(album=Album.objects.get(), song_id=songs[1], side="A")
    assert client.get(f"/conjure/r/packaged.Album/{answer.json()['id']}/").json()["songs"] == [songs[1]]

    inputs = gql(admin, '{ __type(name: "PackagedAlbumInput") { inputFields { name } } }')["data"]["__type"][
        "inputFields"
    ]
    assert [field["name"] for field in inputs] == ["name", "bonus"]
