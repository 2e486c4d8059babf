"""Tags of django-taggit: many-to-many values that no ManyToManyField holds, served read-only."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from tests.conftest import Api, Gql
from tests.packaged.models import Article, Column, Note

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles() -> list[Article]:
    rows = [Article.objects.create(title=str(number)) for number in range(3)]
    for row in rows[:2]:
        row.tags.add("red", "blue")
    # A row of another model with the same key, and the same tags.
    Note.objects.create(pk=rows[2].pk, text="x").labels.add("red")
    return rows


def expected(manager: Any) -> list[Any]:
    """What taggit's own manager gives; its default order is that of the tags' keys."""
    return sorted(manager.values_list("pk", flat=True))


def test_rows_hold_the_keys_of_their_tags(api: Api, admin: User, articles: list[Article]) -> None:
    client = api(admin)
    for row in articles:
        assert client.get(f"/conjure/r/packaged.Article/{row.pk}/").json()["tags"] == expected(row.tags)
    listed = client.get("/conjure/r/packaged.Article/?ordering=id").json()["results"]
    assert [len(row["tags"]) for row in listed] == [2, 2, 0]


def test_links_of_a_table_of_their_own_and_of_a_key_held_as_text(api: Api, admin: User) -> None:
    note = Note.objects.create(text="x")
    note.topics.add("one", "two")
    note.labels.add("three")
    row = api(admin).get(f"/conjure/r/packaged.Note/{note.pk}/").json()
    assert (row["topics"], row["labels"]) == (expected(note.topics), expected(note.labels))
    assert row["topics"] != row["labels"] != []


def test_a_child_has_the_tags_of_its_own(api: Api, admin: User) -> None:
    child = Column.objects.create(title="x")
    child.tags.add("red")
    assert api(admin).get(f"/conjure/r/packaged.Column/{child.pk}/").json()["tags"] == [Tag.objects.get().pk]


def test_they_are_read_only(api: Api, admin: User, articles: list[Article]) -> None:
    client, url = api(admin), f"/conjure/r/packaged.Article/{articles[0].pk}/"
    fields = {field["name"]: field for field in client.get("/conjure/schema/packaged.Article/").json()["fields"]}
    assert fields["tags"]["editable"] is False
    answer = client.patch(url, {"tags": [], "title": "new"}, content_type="application/json")
    assert (answer.status_code, answer.json()["title"], len(answer.json()["tags"])) == (200, "new", 2)
    assert client.delete(url).status_code == 204


@pytest.mark.parametrize(("path", "found"), [("tags={}", 2), ("tags__in={},99", 2), ("tags__isnull=true", 1)])
def test_rows_are_found_by_them(path: str, found: int, api: Api, admin: User, articles: list[Article]) -> None:
    red = Tag.objects.get(name="red").pk
    assert api(admin).get(f"/conjure/r/packaged.Article/?{path.format(red)}").json()["count"] == found


def test_queries_do_not_grow_with_the_rows(api: Api, admin: User, articles: list[Article]) -> None:
    client, counts = api(admin), []
    for size in (1, 3, 3):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(f"/conjure/r/packaged.Article/?page_size={size}")
        counts.append(len(captured))
    assert counts[1] == counts[2]


def test_the_rows_of_tags_are_nested_in_graphql_where_their_model_is_registered(gql: Gql, admin: User) -> None:
    for text, topics in (("a", ["one", "two"]), ("b", [])):
        note = Note.objects.create(text=text)
        note.topics.add(*topics)
        note.labels.add("three")
    data = gql(
        admin,
        """{
            packagedNotes(ordering: [{text: ASC}], filters: {topics: {name: {exact: "one"}}}) {
                results { topicsIds topics { name } labels { name } }
            }
            byText: packagedNotes(filters: {labels: {name: {exact: "three"}}}) { totalCount }
        }""",
    )["data"]
    [row] = data["packagedNotes"]["results"]
    assert sorted(topic["name"] for topic in row["topics"]) == ["one", "two"]
    assert [label["name"] for label in row["labels"]] == ["three"]
    assert len(row["topicsIds"]) == 2
    assert data["byText"]["totalCount"] == 2
