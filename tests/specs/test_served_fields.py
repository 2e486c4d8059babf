"""Fields that cannot be served, such as tags, never break a request."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Configure
from tests.packaged.models import Article

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [["tags"], ["tags__name"], ["tags__id", "state"]])
def test_whatever_a_config_says_of_tags_is_never_a_500(
    names: list[str], api: Api, admin: User, configure: Configure
) -> None:
    Article.objects.create(title="x").tags.add("x")
    configure(Article, list_filter=names, search_fields=names, ordering=names[:1], exclude=())
    client = api(admin)
    assert client.get("/conjure/schema/packaged.Article/").status_code == 200
    for query in (
        *("tags=1", "tags__isnull=true", "tags__in=1,2", "tags__name=x", "tags__name__icontains=x"),
        *("search=x", "ordering=tags"),
    ):
        assert client.get(f"/conjure/r/packaged.Article/?{query}").status_code in {200, 400}, query


def test_rows_are_found_by_the_names_of_their_tags(api: Api, admin: User, configure: Configure) -> None:
    configure(Article, list_filter=["tags__name"], exclude=())
    Article.objects.create(title="one").tags.add("red", "blue")
    Article.objects.create(title="two")
    rows = api(admin).get("/conjure/r/packaged.Article/?tags__name=red").json()["results"]
    assert [row["title"] for row in rows] == ["one"]
