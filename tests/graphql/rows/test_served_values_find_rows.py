"""A value as it is served finds its row: null where the column holds an empty text, a file by its address."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from tests.borrowed.models import Scan, Traveller
from tests.conftest import Api, Gql

pytestmark = pytest.mark.django_db
TRAVELLERS = "/conjure/r/borrowed.Traveller/"
SCANS = "/conjure/r/borrowed.Scan/"


@pytest.fixture
def scans() -> list[Scan]:
    made = []
    for name in ("one.txt", "två & 3.txt"):
        scan = Scan()
        scan.stored.save(name, ContentFile(b"x"), save=False)
        scan.signed.save(name, ContentFile(b"x"), save=False)
        scan.save()
        made.append(scan)
    return made


@pytest.mark.parametrize("name", ["zone", "phone", "member"])
def test_isnull_finds_what_is_served_as_null(api: Api, admin: User, name: str) -> None:
    nowhere = Traveller.objects.create(zone=None, phone="")
    somewhere = Traveller.objects.create(zone="UTC", phone="+44", member="red")
    client = api(admin)
    rows = {row["id"]: row for row in client.get(TRAVELLERS).json()["results"]}
    assert rows[nowhere.pk][name] is None
    for value, expected in (("true", nowhere), ("false", somewhere)):
        found = client.get(TRAVELLERS, {f"{name}__isnull": value}).json()["results"]
        assert [row["id"] for row in found] == [expected.pk]


def test_a_typed_isnull_finds_what_is_served_as_null(gql: Gql, admin: User) -> None:
    nowhere = Traveller.objects.create(zone=None)
    Traveller.objects.create(zone="UTC")
    answer = gql(admin, "{ borrowedTravellers(filters: {zone: {isNull: true}}) { results { id zone } } }")
    assert answer["data"]["borrowedTravellers"]["results"] == [{"id": nowhere.pk, "zone": None}]


@pytest.mark.parametrize("name", ["stored", "signed"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_file_is_found_by_the_address_that_it_is_served_at(
    api: Api, admin: User, scans: list[Scan], name: str, number: int
) -> None:
    client, scan = api(admin), scans[number]
    address = client.get(f"{SCANS}{scan.pk}/").json()[name]
    assert address.startswith("http")
    found = client.get(SCANS, {name: address}).json()["results"]
    assert [row["id"] for row in found] == [scan.pk]


@pytest.mark.parametrize("address", ["/download/?name=none", "https://uploads.example/bucket/", "https://[x/a?b=c"])
def test_an_address_of_no_file_finds_nothing(api: Api, admin: User, scans: list[Scan], address: str) -> None:
    assert api(admin).get(SCANS, {"stored": address}).json()["count"] == 0
