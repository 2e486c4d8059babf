"""Integer fields whose Python values are members of an enumeration, which are numbers of a subclass of ``int``."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.values.numbers import check_bounds
from tests.conftest import Api, Gql
from tests.testapp.custom_fields import Level, Mood
from tests.testapp.models import Levels

pytestmark = pytest.mark.django_db
URL = "/conjure/r/testapp.Levels/"


@pytest.fixture(autouse=True)
def _end_a_search_without_end() -> Iterator[None]:
    """Looking such a number up in a long ``range`` never ends and lets no Python code run: have the system end it.

    It does after a minute of computing, however slow the machine is.
    """
    before = signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, 60)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.fixture(autouse=True)
def _rows() -> None:
    Levels.objects.create(level=1)
    Levels.objects.create(level=2, former=1)
    Levels.objects.create(level=2)


@pytest.mark.parametrize(
    ("parameters", "levels"),
    [
        ({"level": "2"}, [2, 2]),
        ({"level__in": "1,2"}, [1, 2, 2]),
        ({"level__gte": "2"}, [2, 2]),
        ({"former": "1"}, [2]),
        ({"former__isnull": "true"}, [1, 2]),
    ],
)
def test_query_strings_find_the_rows(admin: User, api: Api, parameters: Any, levels: list[int]) -> None:
    answer = api(admin).get(URL, {**parameters, "ordering": "level"})
    assert [row["level"] for row in answer.json()["results"]] == levels


@pytest.mark.parametrize(
    "filters", ["level: {exact: 2}", "level: {inList: [2]}", "level: {range: [2, 2]}", "level: {gt: 1}"]
)
def test_typed_filters_find_the_rows(admin: User, gql: Gql, filters: str) -> None:
    answer = gql(admin, "{ testappLevelses(filters: {%s}) { results { level levelDisplay } } }" % filters)
    assert answer["data"]["testappLevelses"]["results"] == [{"level": 2, "levelDisplay": "High"}] * 2


def test_bodies_are_read_and_answered_as_numbers(admin: User, api: Api) -> None:
    client = api(admin)
    for sent in (2, "2"):
        answer = client.post(URL, {"level": sent, "former": None}, content_type="application/json")
        assert (answer.status_code, answer.json()["level"], answer.json()["former"]) == (201, 2, None)
    for wrong in (3, "x", True, 10**30, [2]):
        answer = client.post(URL, {"level": wrong}, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, ["level"]), wrong
    row = Levels.objects.latest("pk")
    answer = client.patch(f"{URL}{row.pk}/", {"level": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["level"]) == (200, 1)
    assert Levels.objects.get(pk=row.pk).level is Level.LOW


def test_pages_by_cursor_and_groups(admin: User, gql: Gql) -> None:
    text = "{ testappLevelsesConnection(first: 1, ordering: [{level: DESC}]%s) { edges { cursor node { level } } } }"
    [edge] = gql(admin, text % "")["data"]["testappLevelsesConnection"]["edges"]
    [following] = gql(admin, text % f', after: "{edge["cursor"]}"')["data"]["testappLevelsesConnection"]["edges"]
    assert (edge["node"]["level"], following["node"]["level"]) == (2, 2)


def test_a_member_of_an_enumeration_is_checked_without_counting_to_it() -> None:
    checked = check_bounds(Level.HIGH)
    assert (checked, type(checked)) == (2, int)


def test_members_that_are_no_texts_are_served_as_what_they_stand_for(admin: User, api: Api, gql: Gql) -> None:
    Levels.objects.create(level=1, mood=Mood.SAD)
    client = api(admin)
    [row] = client.get(URL, {"mood": "sad"}).json()["results"]
    assert row["mood"] == "sad"
    answer = client.patch(f"{URL}{row['id']}/", {"mood": row["mood"], "level": 2}, content_type="application/json")
    assert (answer.status_code, answer.json()["mood"]) == (200, "sad")
    typed = gql(admin, '{ testappLevelses(filters: {mood: {exact: "sad"}}) { results { mood } } }')
    assert typed["data"]["testappLevelses"]["results"] == [{"mood": "sad"}]
    audited = gql(admin, "{ conjureAdminAuditLogs { results { diff } } }")["data"]["conjureAdminAuditLogs"]["results"]
    assert audited[0]["diff"] == {"level": [1, 2]}, audited
