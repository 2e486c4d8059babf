"""Foreign keys and links that point to a unique column which is not the primary key."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from tests.conftest import Api, Configure, Gql
from tests.related.models import (
    Badge,
    Club,
    Hybrid,
    Line,
    Linked,
    Membership,
    Node,
    Patron,
    Person,
    Right,
    Trophy,
    Win,
)
from tests.related.rows import make_person

pytestmark = pytest.mark.django_db

URL = "/conjure/r/related."
COLUMNS = {
    "by_code": "code",
    "by_token": "token_id",
    "by_height": "height",
    "by_birth": "born",
    "by_seat": "seat",
    "by_phone": "phone",
}


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


@pytest.fixture
def people(db: None) -> list[Person]:
    return [make_person(number) for number in (7, 8, 9)]


def make_badge(person: Person) -> Badge:
    return Badge.objects.create(**dict.fromkeys(COLUMNS, person))


def test_the_schema_names_the_column(client: Any) -> None:
    fields = {field["name"]: field for field in client.get("/conjure/schema/related.Badge/").json()["fields"]}
    assert {name: field.get("to_field") for name, field in fields.items()} == {"id": None, **COLUMNS}
    nodes = {field["name"]: field for field in client.get("/conjure/schema/related.Node/").json()["fields"]}
    assert (nodes["parent"]["to_field"], "to_field" in nodes["linked"]) == ("slug", False)


def test_the_openapi_document_names_the_columns_that_choices_may_have(client: Any) -> None:
    paths = client.get("/conjure/openapi.json").json()["paths"]
    [to_field] = paths["/r/related.Person/autocomplete/"]["get"]["parameters"][2:]
    assert (to_field["name"], to_field["schema"]) == ("to_field", {"enum": sorted(COLUMNS.values())})
    assert len(paths["/r/related.Badge/autocomplete/"]["get"]["parameters"]) == 2


def test_rows_hold_what_the_model_serializer_gives(client: Any, people: list[Person]) -> None:
    badge = make_badge(people[0])
    names = [name for name in COLUMNS if name != "by_seat"]  # Of that DRF gives the seat itself.
    meta = type("Meta", (), {"model": Badge, "fields": names})
    serializer = type("BadgeSerializer", (serializers.ModelSerializer,), {"Meta": meta})
    expected = {name: str(value) for name, value in serializer(badge).data.items()}
    row = client.get(f"{URL}Badge/{badge.pk}/").json()
    assert {name: row[name] for name in names} == expected
    assert row["by_seat"] == people[0].seat_id == 907
    assert {row[f"{name}_label"] for name in COLUMNS} == {"Person 7"}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_choice_of_the_combobox_can_be_written_and_finds_its_rows(
    client: Any, gql: Gql, admin: User, people: list[Person], name: str
) -> None:
    badge = make_badge(people[0])
    column = COLUMNS[name]
    choices = client.get(f"{URL}Person/autocomplete/?q=Person&to_field={column}").json()["results"]
    values = {choice["label"]: choice["value"] for choice in choices}
    # A row without a value cannot be pointed at.
    assert list(values) == [f"Person {number}" for number in (9, 8, 7) if column != "phone" or number != 8]
    asked = gql(admin, "query ($f: String) { relatedPersonAutocomplete(toField: $f) { results { value } } }", f=column)
    assert asked["data"]["relatedPersonAutocomplete"]["results"] == [{"value": value} for value in values.values()]

    answer = client.patch(f"{URL}Badge/{badge.pk}/", {name: values["Person 9"]}, content_type="application/json")
    row = answer.json()
    assert (answer.status_code, row[name], row[f"{name}_label"]) == (200, values["Person 9"], "Person 9")
    assert getattr(Badge.objects.get(), name) == people[2]
    again = client.post(f"{URL}Badge/", {**row, "by_phone": None}, content_type="application/json")
    assert (again.status_code, again.json()[name]) == (201, None if name == "by_phone" else row[name])

    for number, count in ((9, 1 if name == "by_phone" else 2), (7, 0)):
        assert client.get(f"{URL}Badge/", {name: values[f"Person {number}"]}).json()["count"] == count
    one = Badge._meta.get_field(name)
    camel = "".join(part.capitalize() for part in name.split("_"))
    path = camel[0].lower() + camel[1:]
    query = f"query ($f: RelatedBadgeFilter) {{ relatedBadges(filters: $f) {{ results {{ {path} {{ name }} }} }} }}"
    found = gql(admin, query, f={f"{path}Id": {"exact": values["Person 9"]}})
    assert found["data"]["relatedBadges"]["results"] == [{path: {"name": "Person 9"}}] * (1 if one.unique else 2)
    bad = client.patch(f"{URL}Badge/{badge.pk}/", {name: "1999-09-09"}, content_type="application/json")
    assert (bad.status_code, list(bad.json())) == (400, [name])


@pytest.mark.parametrize("name", ["name", "nothing", "pk", "seat_id", "code__icontains", "badges"])
def test_choices_have_values_only_of_columns_that_keys_point_to(client: Any, gql: Gql, admin: User, name: str) -> None:
    answer = client.get(f"{URL}Person/autocomplete/?to_field={name}")
    assert (answer.status_code, answer.json()) == (400, {"to_field": ["No foreign key points to this field."]})
    asked = gql(admin, "query ($f: String) { relatedPersonAutocomplete(toField: $f) { results { value } } }", f=name)
    assert asked["errors"][0]["extensions"]["code"] == "INVALID"


def test_the_primary_key_may_be_asked_for_by_its_name(client: Any, people: list[Person]) -> None:
    for query in ("", "?to_field=", "?to_field=id"):
        results = client.get(f"{URL}Person/autocomplete/{query}").json()["results"]
        assert [choice["value"] for choice in results] == [person.pk for person in reversed(people)]


def test_an_excluded_column_is_in_no_choice(client: Any, people: list[Person], configure: Configure) -> None:
    configure(Person, get_exclude=lambda self, request, obj=None: ["code"])
    answer = client.get(f"{URL}Person/autocomplete/?to_field=code")
    assert (answer.status_code, list(answer.json())) == (400, ["to_field"])


def test_a_row_may_point_to_its_own_kind(client: Any) -> None:
    root = client.post(f"{URL}Node/", {"slug": "root"}, content_type="application/json").json()
    leaf = client.post(f"{URL}Node/", {"slug": "leaf", "parent": "root"}, content_type="application/json").json()
    assert (leaf["parent"], leaf["parent_label"]) == ("root", "root")
    assert [row["id"] for row in client.get(f"{URL}Node/?parent=root").json()["results"]] == [leaf["id"]]
    assert client.get(f"{URL}Node/{root['id']}/related/").json() == {"related": []}
    assert client.delete(f"{URL}Node/{root['id']}/").status_code == 204
    assert client.get(f"{URL}Node/{leaf['id']}/").json()["parent"] is None


NESTED = """query ($f: RelatedClubFilter) { relatedClubs(filters: $f, pagination: {limit: 100}) { results {
    name membersIds trophiesIds members { name clubs { name } badges { id } } trophies { name clubs { name } } _version
} } }"""


@pytest.fixture
def clubs(people: list[Person]) -> list[Club]:
    clubs = [Club.objects.create(name=name) for name in ("Chess", "Go")]
    trophies = [Trophy.objects.create(key=f"k{number}", name=f"t{number}") for number in (1, 2)]
    Membership.objects.create(club=clubs[0], person=people[2])
    Membership.objects.create(club=clubs[0], person=people[0])
    Membership.objects.create(club=clubs[1], person=people[0])
    Win.objects.create(club=clubs[0], trophy=trophies[0])
    Win.objects.create(club=clubs[0], trophy=trophies[1])
    return clubs


def test_links_are_served_as_primary_keys(
    client: Any, gql: Gql, admin: User, people: list[Person], clubs: list[Club]
) -> None:
    row = client.get(f"{URL}Club/{clubs[0].pk}/").json()
    assert (row["members"], row["trophies"]) == ([people[0].pk, people[2].pk], ["k2", "k1"])
    answer = gql(admin, NESTED, f={"name": {"exact": "Chess"}})
    [nested] = answer["data"]["relatedClubs"]["results"]
    del nested["_version"]
    assert nested == {
        "name": "Chess",
        "membersIds": [people[0].pk, people[2].pk],
        "trophiesIds": ["k2", "k1"],
        "members": [
            {"name": "Person 9", "clubs": [{"name": "Chess"}], "badges": []},
            {"name": "Person 7", "clubs": [{"name": "Go"}, {"name": "Chess"}], "badges": []},
        ],
        "trophies": [{"name": "t2", "clubs": [{"name": "Chess"}]}, {"name": "t1", "clubs": [{"name": "Chess"}]}],
    }


def test_filters_by_links_take_primary_keys(
    client: Any, gql: Gql, admin: User, people: list[Person], clubs: list[Club]
) -> None:
    def names(query: str) -> list[str]:
        return [row["name"] for row in client.get(f"{URL}Club/?ordering=name&{query}").json()["results"]]

    assert names(f"members={people[0].pk}") == ["Chess", "Go"]
    assert names(f"members__in={people[2].pk},{people[1].pk}") == ["Chess"]
    assert names("trophies=k1") == ["Chess"]
    assert names("trophies=t1") == []
    assert names("trophies__isnull=true") == ["Go"]
    answer = gql(
        admin,
        "query ($f: RelatedClubFilter, $g: RelatedPersonFilter) {"
        " relatedClubs(filters: $f) { results { name } } relatedPersons(filters: $g) { results { name } } }",
        f={"membersIds": {"exact": people[2].pk}, "members": {"code": {"exact": "c9"}}},
        g={"clubs": {"name": {"exact": "Go"}}},
    )
    assert answer["data"]["relatedClubs"]["results"] == [{"name": "Chess"}]
    assert answer["data"]["relatedPersons"]["results"] == [{"name": "Person 7"}]


def test_links_are_written_by_primary_keys(
    client: Any, gql: Gql, admin: User, people: list[Person], clubs: list[Club]
) -> None:
    first, second, third = (person.pk for person in people)
    sent = {"members": [second, third], "trophies": ["k1"]}
    answer = client.patch(f"{URL}Club/{clubs[0].pk}/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["members"], answer.json()["trophies"]) == (200, [second, third], ["k1"])
    assert [link.person_id for link in Membership.objects.filter(club_id="Chess").order_by("pk")] == ["c9", "c8"]
    made = client.post(f"{URL}Club/", {"name": "Darts", **sent}, content_type="application/json")
    assert (made.status_code, made.json()["members"], made.json()["trophies"]) == (201, [second, third], ["k1"])
    typed = gql(
        admin,
        "mutation ($pk: ID!, $d: RelatedClubPartialInput!) { updateRelatedClub(pk: $pk, data: $d)"
        " { result { membersIds trophiesIds } errors { field messages } } }",
        pk=str(clubs[0].pk),
        d={"members": {"add": [first], "remove": [second]}, "trophies": {"set": ["k2"]}},
    )
    result = typed["data"]["updateRelatedClub"]["result"]
    assert result == {"membersIds": [first, third], "trophiesIds": ["k2"]}
    bad = client.patch(f"{URL}Club/{clubs[0].pk}/", {"trophies": ["t1"]}, content_type="application/json")
    assert (bad.status_code, list(bad.json())) == (400, ["trophies"])


def test_a_row_without_a_value_to_link_by_cannot_be_linked(client: Any, people: list[Person]) -> None:
    with_phone, without = people[0].pk, people[1].pk
    for body in ({"number": None, "callers": [with_phone]}, {"number": "1", "callers": [with_phone, without]}):
        answer = client.post(f"{URL}Line/", body, content_type="application/json")
        assert (answer.status_code, list(answer.json())) == (400, ["callers"])
    assert not Line.objects.exists()
    row = client.post(f"{URL}Line/", {"number": "1", "callers": [with_phone]}, content_type="application/json").json()
    assert row["callers"] == [with_phone]


@pytest.mark.django_db(transaction=True)
def test_a_value_that_links_hold_cannot_be_changed_under_them(client: Any) -> None:
    club = Club.objects.create(name="Chess")
    Membership.objects.create(club=club, person=make_person(7))
    answer = client.patch(f"{URL}Club/{club.pk}/", {"name": "Go"}, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert client.get(f"{URL}Club/{club.pk}/").json()["name"] == "Chess"


def test_links_to_rows_of_the_same_kind_by_a_slug(client: Any, gql: Gql, admin: User) -> None:
    a, b, c = (Node.objects.create(slug=slug) for slug in "abc")
    row = client.patch(f"{URL}Node/{a.pk}/", {"linked": [c.pk, b.pk]}, content_type="application/json").json()
    assert row["linked"] == [b.pk, c.pk]
    assert set(Linked.objects.values_list("source_id", "target_id")) == {("a", b.pk), ("a", c.pk)}
    assert [found["slug"] for found in client.get(f"{URL}Node/?linked={c.pk}").json()["results"]] == ["a"]
    answer = gql(admin, "{ relatedNodes(ordering: [{slug: ASC}]) { results { slug linkedIds linkedFrom { slug } } } }")
    assert answer["data"]["relatedNodes"]["results"] == [
        {"slug": "a", "linkedIds": [b.pk, c.pk], "linkedFrom": []},
        {"slug": "b", "linkedIds": [], "linkedFrom": [{"slug": "a"}]},
        {"slug": "c", "linkedIds": [], "linkedFrom": [{"slug": "a"}]},
    ]


def test_lists_of_both_sides_take_as_many_queries_for_many_rows_as_for_few(gql: Gql, admin: User) -> None:
    counts = []
    number = 0
    gql(admin, NESTED)
    for total in (5, 20, 60):
        while number < total:
            person = make_person(number)
            club = Club.objects.create(name=f"club {number}")
            Membership.objects.create(club=club, person=person)
            Win.objects.create(club=club, trophy=Trophy.objects.create(key=f"k{number}", name=f"t{number}"))
            make_badge(person)
            number += 1
        with CaptureQueriesContext(connection) as queries:
            answer = gql(admin, NESTED)
        assert len(answer["data"]["relatedClubs"]["results"]) == total
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def test_a_relation_inherited_from_the_second_parent_belongs_to_that_parents_row(
    client: Any, gql: Gql, admin: User
) -> None:
    Right.objects.create(two="other").patrons.add(Patron.objects.create(name="nobody's"))
    patron = Patron.objects.create(name="Ann")
    hybrid = Hybrid.objects.create(one="1", two="2")
    assert hybrid.pk != hybrid.right_id
    row = client.patch(f"{URL}Hybrid/{hybrid.pk}/", {"patrons": [patron.pk]}, content_type="application/json").json()
    assert row["patrons"] == [patron.pk]
    assert client.get(f"{URL}Hybrid/{hybrid.pk}/").json() == row
    assert list(hybrid.patrons.all()) == [patron]
    answer = gql(
        admin,
        "query ($f: RelatedHybridFilter) { relatedHybrids(filters: $f) { results { patronsIds patrons { name } } } }",
        f={"patrons": {"name": {"exact": "Ann"}}},
    )
    assert answer["data"]["relatedHybrids"]["results"] == [{"patronsIds": [patron.pk], "patrons": [{"name": "Ann"}]}]


# A path in ``list_filter`` may end in a relation that another model holds: its values are the keys of its rows.


@pytest.fixture
def declared(configure: Configure) -> None:
    configure(Person, list_filter=["badges", "clubs", "call_sign"])
    configure(Trophy, list_filter=["clubs"])


def find(client: Any, query: str) -> list[str]:
    answer = client.get(f"{URL}Person/?ordering=name&{query}")
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.usefixtures("declared")
def test_keys_of_the_other_rows_find_them(client: Any, people: list[Person], clubs: list[Club]) -> None:
    badge = make_badge(people[0])
    assert find(client, f"badges={badge.pk}") == ["Person 7"]
    assert find(client, f"badges__in={badge.pk},0") == ["Person 7"]
    assert find(client, f"call_sign={badge.pk}") == ["Person 7"]
    assert find(client, "call_sign__isnull=true") == ["Person 8", "Person 9"]
    assert find(client, "badges__isnull=false") == ["Person 7"]
    assert find(client, f"clubs={clubs[1].pk}") == ["Person 7"]
    assert find(client, "clubs__isnull=true") == ["Person 8"]
    assert client.get(f"{URL}Trophy/?clubs={clubs[0].pk}").json()["count"] == 2


@pytest.mark.usefixtures("declared")
def test_a_text_that_is_no_key_of_theirs_is_refused(client: Any) -> None:
    for name in ("badges", "clubs", "call_sign"):
        answer = client.get(f"{URL}Person/?{name}=c7")
        assert (answer.status_code, list(answer.json())) == (400, [name])


@pytest.mark.usefixtures("declared")
def test_hidden_rows_are_found_by_no_key(
    client: Any, people: list[Person], clubs: list[Club], configure: Configure
) -> None:
    badge = make_badge(people[0])
    configure(Badge, get_queryset=lambda self, request: Badge.objects.none())
    configure(Club, get_queryset=lambda self, request: Club.objects.exclude(name="Go"))
    assert find(client, f"badges={badge.pk}") == find(client, f"call_sign={badge.pk}") == []
    assert find(client, "badges__isnull=false") == find(client, "call_sign__isnull=false") == []
    assert find(client, "call_sign__isnull=true") == ["Person 7", "Person 8", "Person 9"]
    assert find(client, f"clubs={clubs[1].pk}") == []
    assert find(client, f"clubs={clubs[0].pk}") == ["Person 7", "Person 9"]
