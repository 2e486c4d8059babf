"""Rows of several classes behind one model: each has the label of its own class."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.borrowed.models import Animal, Cat, Dog, Keeper, Visit
from tests.conftest import Api, Gql, drop_caches_of_settings

pytestmark = pytest.mark.django_db
LABELS = ["Ada's tom", "rex 1", "some bat", "Bob's kit", "fido 2", "some fly", "Ada's mog"]


@pytest.fixture(autouse=True)
def _animals() -> None:
    drop_caches_of_settings()  # What labels read is learned anew.
    ada, bob = Keeper.objects.create(name="Ada"), Keeper.objects.create(name="Bob")
    Cat.objects.create(name="tom", keeper=ada)
    Dog.objects.create(name="rex", tag="1")
    Animal.objects.create(name="bat")
    Cat.objects.create(name="kit", keeper=bob)
    Dog.objects.create(name="fido", tag="2")
    Animal.objects.create(name="fly")
    Cat.objects.create(name="mog", keeper=ada)
    for animal in Animal.objects.order_by("pk"):
        Visit.objects.create(animal_id=animal.pk)


@pytest.mark.parametrize("direction", ["", "-"])
def test_each_row_of_a_list_has_the_label_of_its_class(api: Api, admin: User, direction: str) -> None:
    client = api(admin)
    for _ in range(3):  # The first list learns what labels read, the others fetch it beforehand.
        answer = client.get(f"/conjure/r/borrowed.Animal/?ordering={direction}id")
        assert answer.status_code == 200, answer.content
        found = [row["_label"] for row in answer.json()["results"]]
        assert found == (LABELS[::-1] if direction else LABELS)


def test_targets_of_a_foreign_key_have_the_labels_of_their_classes(api: Api, admin: User) -> None:
    for _ in range(3):
        rows = api(admin).get("/conjure/r/borrowed.Visit/?ordering=id").json()["results"]
        assert [row["animal_label"] for row in rows] == LABELS


def test_autocomplete_offers_the_labels_of_the_classes(api: Api, admin: User) -> None:
    for _ in range(2):
        offered = api(admin).get("/conjure/r/borrowed.Animal/autocomplete/").json()["results"]
        assert sorted(one["label"] for one in offered) == sorted(LABELS)


def test_graphql_gives_the_labels_of_the_classes(gql: Gql, admin: User) -> None:
    for _ in range(2):
        answer = gql(admin, "{ borrowedVisits { results { animal { _label } } } }")
        found = [row["animal"]["_label"] for row in answer["data"]["borrowedVisits"]["results"]]
        assert sorted(found) == sorted(LABELS)


@pytest.mark.parametrize("url", ["Visit/", "Animal/", "Animal/autocomplete/", "Cat/"])
def test_rows_of_several_classes_cost_no_more_queries_than_a_few(
    api: Api, admin: User, url: str, django_assert_max_num_queries: Any
) -> None:
    client = api(admin)
    keeper = Keeper.objects.create(name="Eve")
    for _ in range(2):
        client.get(f"/conjure/r/borrowed.{url}")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/conjure/r/borrowed.{url}")
    for number in range(20):
        Visit.objects.create(animal=Cat.objects.create(name=f"cat {number}", keeper=keeper))
        Visit.objects.create(animal=Dog.objects.create(name=f"dog {number}", tag="x"))
    with django_assert_max_num_queries(len(few)):
        answer = client.get(f"/conjure/r/borrowed.{url}?page_size=100")
    assert answer.status_code == 200
