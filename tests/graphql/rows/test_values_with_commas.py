"""Values that hold commas are found by lists of values, on both faces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.edges.models import Listed

pytestmark = pytest.mark.django_db
URL = "/conjure/r/edges.Listed/"
COMMA, QUOTE, PLAIN = "Paris, Texas", 'the "A", a play', "Rome"


@pytest.fixture
def rows() -> dict[str, int]:
    """The keys of rows by their names, of which each points to itself."""
    made = {}
    for name, kind, data in (
        (COMMA, "b,c", {"a": 1, "b": 2}),
        (QUOTE, "a", "x, y"),
        (PLAIN, "d", [1, 2]),
        ("", "a", 5),
    ):
        row = Listed.objects.create(code=name or "-", name=name, kind=kind, data=data)
        row.same = row
        row.save()
        made[name] = row.pk
    return made


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"name__in": '"Paris, Texas",Rome'}, [COMMA, PLAIN]),
        ({"name__in": '"the ""A"", a play"'}, [QUOTE]),
        ({"name__in": '"",Rome'}, [PLAIN, ""]),
        ({"name__in": "Rome,,Oslo"}, [PLAIN]),
        ({"name__in": "Paris, Texas"}, []),
        ({"kind__in": '"b,c",d'}, [COMMA, PLAIN]),
        ({"code__in": '"Paris, Texas"'}, [COMMA]),
        ({"same__in": '"Paris, Texas",-'}, [COMMA, ""]),
        ({"same__name__in": 'Rome,"Paris, Texas"'}, [COMMA, PLAIN]),
    ],
)
def test_a_quoted_value_is_found(
    api: Api, admin: User, rows: dict[str, int], parameters: dict[str, str], names: list[str]
) -> None:
    answer = api(admin).get(URL, {**parameters, "ordering": "id"})
    assert answer.status_code == 200, answer.content
    assert [row["name"] for row in answer.json()["results"]] == names


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ('{"a": 1, "b": 2},"x, y"', [COMMA, QUOTE]),
        ("[1, 2],5", [PLAIN, ""]),
        ("5,,7", [""]),
        ('"x, y"', [QUOTE]),
    ],
)
def test_json_values_hold_commas_as_json_does(
    api: Api, admin: User, rows: dict[str, int], values: str, names: list[str]
) -> None:
    answer = api(admin).get(URL, {"data__in": values, "ordering": "id"})
    assert [row["name"] for row in answer.json()["results"]] == names


def test_pages_and_actions_take_the_same_lists(api: Api, admin: User, gql: Gql, rows: dict[str, int]) -> None:
    client, wanted = api(admin), '"Paris, Texas",Rome'
    page = client.get(URL, {"name__in": wanted, "page_size": 1, "ordering": "id"}).json()
    assert client.get(page["next"]).json()["results"][0]["name"] == PLAIN
    body = {"all_filtered": True, "params": {"name__in": wanted}, "input": {"format": "jsonl", "columns": "name"}}
    file: Any = client.post(f"{URL}action/export/", body, content_type="application/json")
    assert [json.loads(line)["name"] for line in b"".join(file).splitlines()] == [COMMA, PLAIN]
    typed = "query ($v: [String!]) { edgesListeds(filters: {name: {inList: $v}}) { totalCount } }"
    assert gql(admin, typed, v=[COMMA, PLAIN])["data"]["edgesListeds"]["totalCount"] == 2


def test_a_quoted_value_that_the_field_cannot_take_is_a_400(api: Api, admin: User, rows: dict[str, int]) -> None:
    for name, value in (("id__in", '"1,2"'), ("id__in", '""'), ("data__in", "a,b")):
        answer = api(admin).get(URL, {name: value})
        assert (answer.status_code, list(answer.json())) == (400, [name])
