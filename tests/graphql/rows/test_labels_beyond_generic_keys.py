"""Labels that walk generic foreign keys, and on from there, cost the same number of queries for any number of rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conjure.graphql.rows.labels import label_needs
from tests.conftest import Api, Gql
from tests.related.models import Frame, Hall, Mayor, Photo, Region, Sign, Street, Town

pytestmark = pytest.mark.django_db

LISTS = {
    "rows": "/conjure/r/related.{model}/?page_size=200",
    "choices": "/conjure/r/related.{model}/autocomplete/",
}


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


def make(number: int) -> None:
    """A frame around a photo of a sign of a town, street or hall, and of another of these."""
    region = Region.objects.create(name=f"r{number}")
    town = Town.objects.create(name=f"t{number}", region=region)
    Mayor.objects.create(name=f"m{number}", town=town)
    street, hall = Street.objects.create(name=f"s{number}", town=town), Hall.objects.create(town=town)
    kind = number % 3
    sign = Sign.objects.create(place=[town, street, hall][kind])
    other = None if number == 4 else [street, sign, hall][kind]
    photo = Photo.objects.create(subject=[sign, hall, sign][kind], other=other)
    Frame.objects.create(photo=photo)


def count_queries(send: Any) -> tuple[list[int], list[Any]]:
    """How many queries a request takes, as soon as labels are learned, at 5, 20 and 60 rows of each model."""
    counts, answers, number = [], [], 0
    ContentType.objects.get_for_models(Town, Street, Hall, Sign, Photo)
    for total in (5, 20, 60):
        while number < total:
            make(number)
            number += 1
        send()
        with CaptureQueriesContext(connection) as queries:
            answers.append(send())
        counts.append(len(queries))
    return counts, answers


@pytest.mark.parametrize("model", [Sign, Photo, Frame, Hall])
@pytest.mark.parametrize("kind", LISTS)
def test_labels_of_lists_and_choices(client: Any, kind: str, model: Any) -> None:
    url = LISTS[kind].format(model=model.__name__)
    counts, answers = count_queries(lambda: client.get(url).json())
    assert len(set(counts)) == 1, counts
    name = "label" if kind == "choices" else "_label"
    newest = [str(obj) for obj in model.objects.order_by("-pk")[: 20 if kind == "choices" else 60]]
    assert [row[name] for row in answers[-1]["results"]] == newest


@pytest.mark.parametrize(
    "query",
    [
        "{ relatedFrames(pagination: {limit: 100}) { results { photoLabel } } }",
        "{ relatedFrames(pagination: {limit: 100}) { results { photo { _label frames { _label } } } } }",
        "{ relatedPhotosConnection(first: 100) { edges { node { _label frames { _label photoLabel } } } } }",
    ],
)
def test_labels_of_targets_nested_lists_and_connections(gql: Gql, admin: User, query: str) -> None:
    counts, answers = count_queries(lambda: gql(admin, query))
    assert len(set(counts)) == 1, counts
    assert "errors" not in answers[-1]
    assert str(Frame.objects.latest("pk").photo) in str(answers[-1])


def test_the_first_request_learns_in_a_number_of_queries_that_the_models_decide(client: Any) -> None:
    counts = []
    number = 0
    for total in (20, 60):
        while number < total:
            make(number)
            number += 1
        label_needs.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(LISTS["rows"].format(model="Frame"))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 3, counts
