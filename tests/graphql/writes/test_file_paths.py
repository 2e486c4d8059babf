"""Paths of files: their folder may be missing, unreadable or empty, and come and go while the process runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Gql
from tests.edges.models import Misplaced, Placed

pytestmark = pytest.mark.django_db
URL, MISPLACED = "/conjure/r/edges.Placed/", "/conjure/r/edges.Misplaced/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder that is not there yet."""
    settings.EDGES_FOLDER = tmp_path / "files"
    return tmp_path / "files"


def missing(folder: Path) -> None:
    """Nothing is there."""


def a_file(folder: Path) -> None:
    """What cannot be read as a folder, whoever runs the tests."""
    folder.write_text("not a folder")


def empty(folder: Path) -> None:
    folder.mkdir()


@pytest.mark.parametrize("make", [missing, a_file, empty])
def test_a_path_of_no_file_is_refused_and_all_else_goes_on(
    api: Api, admin: User, gql: Gql, folder: Path, make: Any
) -> None:
    make(folder)
    client, path = api(admin), str(folder / "a.txt")
    row = Placed.objects.create(must=path, may=path)
    assert client.get("/conjure/schema/edges.Placed/").status_code == 200
    assert "edges.Placed.New" in client.get("/conjure/openapi.json").json()["components"]["schemas"]
    assert client.get(URL, {"must": path}).json()["results"][0]["may"] == path

    problem = [f'"{path}" is not a valid path choice.']
    refused = client.post(URL, {"must": path}, **JSON)
    assert (refused.status_code, refused.json()) == (400, {"must": problem})
    write = "mutation ($p: String) { createEdgesPlaced(data: {must: $p}) { errors { field messages } } }"
    assert gql(admin, write, p=path)["data"]["createEdgesPlaced"]["errors"] == [{"field": "must", "messages": problem}]

    same = client.patch(f"{URL}{row.pk}/", {"must": path, "may": path, "null": None, "name": "new"}, **JSON)
    assert (same.status_code, same.json()["must"], same.json()["name"]) == (200, path, "new")
    assert client.patch(f"{URL}{row.pk}/", {"may": ""}, **JSON).json()["may"] == ""
    assert client.delete(f"{URL}{row.pk}/").status_code == 204


def test_the_files_are_those_that_are_there_now(api: Api, admin: User, folder: Path) -> None:
    client, path = api(admin), folder / "a.txt"
    statuses = []
    for change in (missing, empty, lambda _: path.write_text("a"), lambda _: path.unlink()):
        change(folder)
        statuses.append(client.post(URL, {"must": str(path)}, **JSON).status_code)
    assert statuses == [400, 400, 201, 400]
    assert [row["must"] for row in client.get(URL).json()["results"]] == [str(path)]


@pytest.mark.parametrize("nothing", ["", None])
def test_a_path_that_may_be_blank_can_be_emptied(api: Api, admin: User, folder: Path, nothing: str | None) -> None:
    row = Placed.objects.create(must="x", may="x", null="x")
    answer = api(admin).patch(f"{URL}{row.pk}/", {"may": nothing, "null": None}, **JSON)
    assert (answer.status_code, answer.json()["may"], answer.json()["null"]) == (200, "", None)
    answer = api(admin).patch(f"{URL}{row.pk}/", {"must": nothing}, **JSON)
    assert (answer.status_code, list(answer.json())) == (400, ["must"])


@pytest.mark.parametrize("name", ["lost", "odd"])
def test_a_folder_that_the_project_fails_to_tell_costs_its_own_field_alone(
    api: Api, admin: User, gql: Gql, folder: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder.mkdir()
    client, row = api(admin), Misplaced.objects.create(**{name: "x"})
    assert client.get("/conjure/schema/edges.Misplaced/").status_code == 200
    for answer in (
        client.post(MISPLACED, {name: "y"}, **JSON),
        client.post(MISPLACED, {name: "y"}),
        client.patch(f"{MISPLACED}{row.pk}/", {name: "y"}, **JSON),
        client.post(f"{MISPLACED}bulk/", {"action": "update", "ids": [row.pk], "data": {name: "y"}}, **JSON),
    ):
        assert (answer.status_code, answer.json()) == (400, {name: ['"y" is not a valid path choice.']})
    assert f"The files for edges.Misplaced.{name} cannot be listed" in caplog.text
    write = 'mutation { createEdgesMisplaced(data: {%s: null, name: "new"}) { result { %s name } } }' % (name, name)
    assert gql(admin, write)["data"]["createEdgesMisplaced"]["result"] == {name: "", "name": "new"}
    assert client.patch(f"{MISPLACED}{row.pk}/", {name: "x", "name": "new"}, **JSON).json()["name"] == "new"
