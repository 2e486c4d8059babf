"""Text fields that hold lists: several choices, several countries, words. They are lists for every client."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from multiselectfield import MultiSelectField
from rest_framework.serializers import ModelSerializer

from conjure.graphql.fields import kinds
from conjure.graphql.fields.kinds import FieldType, get_field_type, parse_value
from conjure.models import AdminAuditLog
from conjure.values.sources import QUERY_STRING
from tests.conftest import Api, Gql
from tests.packaged.models import Choice

URL = "/conjure/r/packaged.Choice/"
LISTS = {"several": ["a", "c"], "numbers": ["2"], "visited": ["FR", "NZ"], "words": ["one", "two"]}

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


def as_sets(row: dict[str, Any]) -> dict[str, Any]:
    return {name: set(row[name]) for name in LISTS}


@pytest.mark.parametrize(
    "sent", [LISTS, {"several": "a,c", "numbers": "2", "visited": "FR,NZ", "words": "one two"}], ids=["lists", "texts"]
)
def test_lists_are_stored_served_and_sent_back(client: Any, sent: dict[str, Any]) -> None:
    answer = client.post(URL, sent, content_type="application/json")
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert all(isinstance(row[name], list) for name in LISTS)
    assert as_sets(row) == {name: set(values) for name, values in LISTS.items()}
    obj = Choice.objects.get()
    assert (obj.several, [country.code for country in obj.visited]) == (["a", "c"], ["FR", "NZ"])

    AdminAuditLog.objects.all().delete()
    again = client.patch(f"{URL}{row['id']}/", row, content_type="application/json")
    assert (again.status_code, again.json()) == (200, row)
    assert not AdminAuditLog.objects.exists()


def test_several_choices_are_what_the_model_serializer_gives(client: Any) -> None:
    class Serializer(ModelSerializer[Choice]):
        class Meta:
            model = Choice
            fields = ["several", "numbers"]

    client.post(URL, LISTS, content_type="application/json")
    row = client.get(URL).json()["results"][0]
    assert {name: row[name] for name in ("several", "numbers")} == Serializer(Choice.objects.get()).data


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"several": ["z"]}, "several"),
        ({"several": []}, "several"),
        ({"visited": ["ZZ"]}, "visited"),
        ({"several": 5}, "several"),
    ],
)
def test_what_is_not_a_choice_is_refused(client: Any, sent: dict[str, Any], field: str) -> None:
    answer = client.post(URL, {**LISTS, **sent}, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Choice.objects.exists()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        *[("several=a,c", 1), ("several=a", 0), ("visited=FR,NZ", 1), ("visited=FR", 0), ("several__icontains=c", 1)],
        *[("words=one two", 1), ('numbers=["2"]', 1), ('several=["a","c"]', 1), ("several__isnull=true", 0)],
    ],
)
def test_rows_are_found_by_their_lists(client: Any, query: str, count: int) -> None:
    client.post(URL, LISTS, content_type="application/json")
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == count


@pytest.mark.parametrize("query", ["several__in=a,c", "several__gte=a", "numbers__in=2,1"])
def test_lists_are_in_no_order_and_in_no_other_list(client: Any, query: str) -> None:
    answer = client.get(f"{URL}?{query}")
    assert (answer.status_code, list(answer.json())) == (400, [query.partition("=")[0]])


def test_what_a_project_registers_for_such_a_field_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    class OwnField(MultiSelectField):
        """Registered as text in capitals."""

    own = FieldType(scalar=str, make_reader=lambda field: str, parse=lambda field, raw, source: [raw.upper()])
    monkeypatch.setitem(kinds._FIELD_TYPES, OwnField, own)
    field = OwnField(choices=[("A", "A")], max_length=5)
    assert get_field_type(field) is own
    assert parse_value(field, "a", QUERY_STRING) == ["A"]


def test_graphql_takes_and_gives_lists(gql: Gql, admin: User) -> None:
    created = gql(
        admin,
        """mutation ($data: PackagedChoiceInput!) {
            createPackagedChoice(data: $data) { result { several visited words } }
        }""",
        data=LISTS,
    )
    row = created["data"]["createPackagedChoice"]["result"]
    assert (row["several"], row["visited"], sorted(row["words"])) == (["a", "c"], ["FR", "NZ"], ["one", "two"])
    found = gql(
        admin,
        "query ($several: JSON) { packagedChoices(filters: {several: {exact: $several}}) { totalCount } }",
        several=["a", "c"],
    )
    assert found["data"]["packagedChoices"]["totalCount"] == 1
    page = gql(admin, "{ packagedChoicesConnection(first: 1) { edges { node { several } } } }")
    assert page["data"]["packagedChoicesConnection"]["edges"][0]["node"]["several"] == ["a", "c"]
