"""Texts of django-modeltranslation: one name for the text in the language of the request, and one for each language."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.packaged.models import Story

pytestmark = pytest.mark.django_db
URL = "/conjure/r/packaged.Story/"


@pytest.fixture
def story() -> Story:
    return Story.objects.create(title_en="Snow", title_de="Schnee", body_en="White.")


def test_rows_hold_every_language_and_that_of_the_request(api: Api, admin: User, story: Story) -> None:
    client = api(admin)
    for language, title in (("en", "Snow"), ("de", "Schnee")):
        with translation.override(language):
            row = client.get(f"{URL}{story.pk}/").json()
            [listed] = client.get(URL).json()["results"]
        assert (row["title"], row["title_en"], row["title_de"], row["_label"]) == (title, "Snow", "Schnee", title)
        assert (listed["title"], listed["_label"]) == (title, title)


def test_what_is_written_goes_into_the_column_of_the_language(api: Api, admin: User, gql: Gql, story: Story) -> None:
    client, url = api(admin), f"{URL}{story.pk}/"
    with translation.override("de"):
        answer = client.patch(url, {"title": "Eis"}, content_type="application/json")
        assert (answer.status_code, answer.json()["title"], answer.json()["title_en"]) == (200, "Eis", "Snow")
    answer = client.patch(url, {"title_de": "Firn"}, content_type="application/json")
    assert (answer.json()["title"], answer.json()["title_de"]) == ("Snow", "Firn")
    created = client.post(URL, {"title": "Rain", "title_de": "Regen"}, content_type="application/json")
    assert created.status_code == 201, created.json()
    assert (created.json()["title"], created.json()["title_en"], created.json()["title_de"]) == (
        "Rain",
        "Rain",
        "Regen",
    )
    assert Story.objects.get(pk=created.json()["id"]).title_de == "Regen"

    document = (
        'mutation($pk: ID!) { updatePackagedStory(pk: $pk, data: {titleDe: "Hagel"}) { result { title titleDe } } }'
    )
    assert gql(admin, document, pk=str(story.pk))["data"]["updatePackagedStory"]["result"] == {
        "title": "Snow",
        "titleDe": "Hagel",
    }
    diff = AdminAuditLog.objects.filter(object_pk=str(story.pk)).latest("pk").diff
    assert diff == {"title_de": ["Firn", "Hagel"]}


def test_a_whole_row_is_accepted_back_and_changes_nothing(api: Api, admin: User, story: Story) -> None:
    client, url = api(admin), f"{URL}{story.pk}/"
    row = client.get(url).json()
    answer = client.patch(url, row, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize(
    ("query", "found"), [("title=Snow", 1), ("title_de=Schnee", 1), ("search=Schnee", 1), ("title=Schnee", 0)]
)
def test_rows_are_found_by_every_language(query: str, found: int, api: Api, admin: User, story: Story) -> None:
    assert api(admin).get(f"{URL}?{query}").json()["count"] == found


def test_two_stories_with_one_title_are_refused_under_the_name_of_the_field(
    api: Api, admin: User, story: Story
) -> None:
    answer = api(admin).post(URL, {"title": "Snow"}, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) & {"title", "title_en"}, answer.json()


def test_many_rows_at_once_are_written_in_the_language_of_the_request(api: Api, admin: User, story: Story) -> None:
    other, client = Story.objects.create(title_en="Ice", title_de="Eis"), api(admin)
    body = {"action": "update", "ids": [story.pk, other.pk], "data": {"body": "Kalt."}}
    with translation.override("de"):
        answer = client.post(f"{URL}bulk/", body, content_type="application/json")
    assert answer.status_code == 200, answer.json()
    assert [row.body_de for row in Story.objects.all()] == ["Kalt.", "Kalt."]
    assert Story.objects.get(pk=story.pk).body_en == "White."
