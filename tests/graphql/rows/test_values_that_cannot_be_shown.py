"""What a column holds and its field cannot show is null; everything else of the table is served, and can be written."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from conjure.models import AdminAuditLog
from tests.conftest import Api, Gql
from tests.packaged.models import ArtProject, Project
from tests.stored.models import Computed, Part, Reading, Sealed

pytestmark = pytest.mark.django_db
URL = "/conjure/r/stored.Reading/"
COLUMNS = "name ratio number big price day moment clock lasts flag tokenId document level half"

# As SQL literals.
HELD: dict[str, dict[str, list[str]]] = {
    "sqlite": {
        "ratio": ["9e999", "'text'", "x'ff'", "''"],
        "number": ["'text'", "1.5", "x'00'"],
        "big": ["'text'"],
        "price": ["'text'", "9e999"],
        "day": ["'text'", "''", "17"],
        "moment": ["'text'", "''"],
        "clock": ["'text'"],
        "lasts": ["'text'"],
        "token_id": ["'text'"],
        "document": ["'null'", "'1e999'"],
        "level": ["'text'", "x'00'"],
        "half": ["'text'"],
    },
    "postgresql": {
        "ratio": ["'inf'", "'nan'"],
        "price": ["'nan'"],
        "day": ["'infinity'", "'0044-03-15 BC'"],
        "moment": ["'infinity'", "'20000-01-01'"],
        "clock": ["'24:00'"],
        "document": ["'null'"],
    },
    "mysql": {"day": ["'0000-00-00'"], "moment": ["'0000-00-00'"], "document": ["'null'"]},
}
CASES = [(column, value) for column, values in HELD[connection.vendor].items() for value in values]
FINE: dict[str, Any] = {
    "ratio": 1.5,
    "number": 1,
    "big": 1,
    "price": "1.0000",
    "day": "2020-01-01",
    "moment": "2020-01-01T00:00:00Z",
    "clock": "10:00:00",
    "lasts": "01:00:00",
    "token_id": "22222222-1111-1111-1111-111111111111",
    "document": {"a": 1},
    "level": 1,
    "half": 3,
}


def hold(obj: Any, column: str, value: str) -> None:
    """Have the column of a row hold something, whatever its field says."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET SESSION sql_mode=''")
        table = connection.ops.quote_name(type(obj)._meta.db_table)
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE id = {obj.pk}")


@pytest.fixture
def client(api: Api, admin: User) -> Any:
    return api(admin)


@pytest.fixture
def good(db: None) -> Reading:
    return Reading.objects.create(name="good")


@pytest.fixture
def bad(good: Reading, request: pytest.FixtureRequest) -> Reading:
    """A row that cannot show the value of a column."""
    column, value = request.param
    obj = Reading.objects.create(name="bad")
    Part.objects.create(reading=obj)
    hold(obj, column, value)
    obj.__dict__["column"] = column
    return obj


held = pytest.mark.parametrize("bad", CASES, ids=[f"{column} {value}" for column, value in CASES], indirect=True)


@held
def test_lists_and_rows_are_served_with_null(client: Any, good: Reading, bad: Any) -> None:
    for parameters in ({}, {"ordering": bad.column}, {"search": "bad"}):
        answer = client.get(URL, parameters)
        assert answer.status_code == 200, answer.content
        [row] = [row for row in answer.json()["results"] if row["id"] == bad.pk]
        assert (row[bad.column], row["name"]) == (None, "bad")
    assert client.get(f"{URL}{bad.pk}/").json()[bad.column] is None
    for path in ("autocomplete/", f"{bad.pk}/related/"):
        assert client.get(f"{URL}{path}").status_code == 200
    assert client.get("/conjure/r/stored.Part/").json()["results"][0]["reading_label"] == "bad"


@held
def test_graphql_serves_them_without_errors(gql: Gql, admin: User, good: Reading, bad: Any) -> None:
    query = """{
        storedReadings { results { id %(all)s _label _version levelDisplay } }
        storedReadingsConnection(first: 5) { edges { cursor node { id %(all)s } } }
        storedParts { results { reading { id %(all)s } } }
    }"""
    name = {"token_id": "tokenId"}.get(bad.column, bad.column)
    answer = gql(admin, query % {"all": COLUMNS})
    assert "errors" not in answer, answer["errors"]
    data = answer["data"]
    rows = data["storedReadings"]["results"] + [edge["node"] for edge in data["storedReadingsConnection"]["edges"]]
    rows += [part["reading"] for part in data["storedParts"]["results"]]
    assert [row[name] for row in rows if row["id"] == bad.pk] == [None, None, None]


@held
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_a_connection_in_their_order_has_each_row_once(
    gql: Gql, admin: User, good: Reading, bad: Any, direction: str
) -> None:
    query = """query ($after: String) { storedReadingsConnection(first: 1, after: $after, ordering: [%s]) {
        edges { cursor node { id } } pageInfo { hasNextPage } } }"""
    name = {"token_id": "tokenId"}.get(bad.column, bad.column)
    if name == "document":
        pytest.skip("JSON has no order.")
    Reading.objects.create(name="last")
    found, cursor, has_more = [], None, True
    while has_more and len(found) < 5:
        answer = gql(admin, query % f"{{{name}: {direction}}}", after=cursor)
        assert "errors" not in answer, answer["errors"]
        [edge] = answer["data"]["storedReadingsConnection"]["edges"]
        has_more = answer["data"]["storedReadingsConnection"]["pageInfo"]["hasNextPage"]
        cursor = edge["cursor"]
        found.append(edge["node"]["id"])
    assert sorted(found) == sorted(Reading.objects.values_list("pk", flat=True))


@held
def test_each_is_told_in_the_log_without_the_value(client: Any, bad: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "conjure"):
        client.get(URL)
    lines = [record.getMessage() for record in caplog.records if record.name == "conjure"]
    assert all("text" not in line for line in lines)
    if bad.column in ("document", "day", "moment", "clock") and not lines:
        return  # JSON's own null and infinities are null in JSON; what Django cannot read of a date is None already.
    [line] = lines
    assert f"{bad.column}" in line
    assert f"{bad.pk}" in line


@held
def test_the_row_is_changed_and_the_value_left_alone(client: Any, bad: Any) -> None:
    before = raw(bad)
    answer = client.patch(f"{URL}{bad.pk}/", {"name": "changed"}, content_type="application/json")
    assert (answer.status_code, answer.json()["name"]) == (200, "changed"), answer.content
    whole = client.get(f"{URL}{bad.pk}/").json()
    answer = client.patch(f"{URL}{bad.pk}/", whole, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, whole), answer.content
    body = {"action": "update", "ids": [bad.pk], "data": {"name": "again"}}
    assert client.post(f"{URL}bulk/", body, content_type="application/json").json() == {"updated": 1}
    assert raw(bad) == before
    assert [entry.diff for entry in AdminAuditLog.objects.order_by("pk")] == [
        {"name": ["bad", "changed"]},
        {"name": ["changed", "again"]},
    ]


def raw(obj: Any) -> Any:
    with connection.cursor() as cursor:
        text = {"sqlite": f"quote({obj.column})", "mysql": obj.column}.get(connection.vendor, f"{obj.column}::text")
        if connection.vendor == "mysql":
            text = f"CAST({obj.column} AS CHAR)"
        cursor.execute(f"SELECT {text} FROM stored_reading WHERE id = {obj.pk}")
        return cursor.fetchone()


@held
def test_the_value_is_replaced(client: Any, bad: Any) -> None:
    value = FINE[bad.column]
    answer = client.patch(f"{URL}{bad.pk}/", {bad.column: value}, content_type="application/json")
    assert (answer.status_code, answer.json()[bad.column]) == (200, value), answer.content


@held
@pytest.mark.parametrize("how", ["one", "bulk", "all"])
def test_the_row_is_deleted(client: Any, good: Reading, bad: Any, how: str) -> None:
    if how == "one":
        assert client.delete(f"{URL}{bad.pk}/").status_code == 204
    else:
        ids = [bad.pk, good.pk][: 1 if how == "bulk" else 2]
        answer = client.post(f"{URL}bulk/", {"action": "delete", "ids": ids}, content_type="application/json")
        assert answer.json() == {"deleted": len(ids)}
    assert not Reading.objects.filter(pk=bad.pk).exists()
    assert not Part.objects.exists()


@held
def test_an_export_has_the_other_rows(client: Any, good: Reading, bad: Any) -> None:
    body = {"ids": [bad.pk, good.pk], "input": {"format": "csv", "columns": "*"}}
    answer = client.post(f"{URL}action/export/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode()
    assert "good" in text
    assert "bad" in text


def test_text_that_is_not_utf8_is_served(client: Any, good: Reading) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("Servers take no such text.")
    other = Reading.objects.create(name="x")
    hold(other, "name", "CAST(x'ff61' AS TEXT)")
    answer = client.get(URL)
    assert answer.status_code == 200, answer.content
    assert {row["name"] for row in answer.json()["results"]} == {"good", ""}
    hold(other, "name", "x'ff61'")
    assert {row["name"] for row in client.get(URL).json()["results"]} == {"good", "\ufffda"}


def test_null_that_the_database_computes(client: Any, gql: Gql, admin: User) -> None:
    Computed.objects.create(name="a", number=2)
    nothing = Computed.objects.create(name="b")
    url = "/conjure/r/stored.Computed/"
    assert {row["name"]: row["doubled"] for row in client.get(url).json()["results"]} == {"a": 4, "b": None}
    answer = gql(admin, "{ storedComputeds { results { name doubled } } }")
    assert "errors" not in answer
    answer = client.patch(f"{url}{nothing.pk}/", {"number": 4}, content_type="application/json")
    assert (answer.status_code, answer.json()["doubled"]) == (200, 8)
    assert client.post(url, {"name": "c"}, content_type="application/json").status_code == 201


def test_a_value_that_its_field_cannot_read(client: Any) -> None:
    url = "/conjure/r/stored.Sealed/"
    broken, fine = Sealed.objects.create(code="x", note="b"), Sealed.objects.create(code="y", note="f")
    hold(broken, "code", "'open'")
    assert {row["note"]: row["code"] for row in client.get(url).json()["results"]} == {"b": None, "f": "y"}
    answer = client.patch(f"{url}{broken.pk}/", {"note": "c"}, content_type="application/json")
    assert (answer.status_code, answer.json()["note"], answer.json()["code"]) == (200, "c", None), answer.content
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code FROM stored_sealed WHERE id = {broken.pk}")
        assert cursor.fetchone() == ("open",)
    answer = client.patch(f"{url}{broken.pk}/", {"code": "z"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (200, "z")
    if connection.vendor == "sqlite":
        hold(broken, "day", "'text'")
        hold(broken, "number", "'text'")
        answer = client.patch(f"{url}{broken.pk}/", {"note": "d"}, content_type="application/json")
        assert (answer.status_code, answer.json()["day"], answer.json()["number"]) == (200, None, None), answer.content
    hold(broken, "code", "'open'")
    body = {"action": "delete", "ids": [broken.pk, fine.pk]}
    assert client.post(f"{url}bulk/", body, content_type="application/json").json() == {"deleted": 2}


def test_a_label_that_fails(client: Any) -> None:
    row = Sealed.objects.create(code="x", note="no label")
    answer = client.get("/conjure/r/stored.Sealed/")
    assert answer.json()["results"][0]["_label"] == f"Sealed ({row.pk})"


@pytest.mark.parametrize("kind", ["gone", "none", "other"])
def test_a_row_whose_class_is_gone(client: Any, kind: str) -> None:
    """A model that was taken out of the project leaves rows behind whose content type has no class."""
    url = "/conjure/r/packaged.Project/"
    ArtProject.objects.create(topic="kept", artist="Ann")
    lost = Project.objects.create(topic="lost")
    types = {"gone": ContentType.objects.create(app_label="gone", model="gone"), "none": None}
    types["other"] = ContentType.objects.get_for_model(User)
    Project.objects.non_polymorphic().filter(pk=lost.pk).update(polymorphic_ctype=types[kind])
    ContentType.objects.clear_cache()
    rows = client.get(url).json()["results"]
    assert {row["topic"] for row in rows} == {"kept", "lost"}
    assert client.get(f"{url}{lost.pk}/").json()["_label"] == "project lost"
    answer = client.patch(f"{url}{lost.pk}/", {"topic": "found"}, content_type="application/json")
    assert (answer.status_code, answer.json()["topic"]) == (200, "found"), answer.content
    assert client.delete(f"{url}{lost.pk}/").status_code == 204
    assert Project.objects.count() == 1
