"""What the project exports for frontends, and ``--check``, which tells what a change does to clients."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from graphql import build_schema, print_schema
from openapi_spec_validator import validate

from conjure.models import AdminAuditLog
from tests.conftest import Api, connected_models, restored_registry, unregister_all_but
from tests.testapp.models import Order

OPENAPI, SDL, MODELS = "conjure_export_openapi", "conjure_export_graphql", "conjure_dump_schema"


@pytest.fixture(autouse=True)
def _a_few_models() -> Iterator[None]:
    with restored_registry():
        unregister_all_but(*connected_models(Order), AdminAuditLog)
        yield


def run(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def check(command: str, text: str, tmp_path: Path) -> tuple[list[str], list[str]]:
    """What ``--check`` tells of a file with this text: what breaks clients, and what breaks nobody."""
    file, out = tmp_path / "before", io.StringIO()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="is out of date"):
        call_command(command, "--check", str(file), stdout=out)
    breaking, _, compatible = out.getvalue().partition("Breaks nobody:\n")
    lines = [part.removeprefix("Breaks clients:\n").splitlines() for part in (breaking, compatible)]
    return [line.strip() for line in lines[0]], [line.strip() for line in lines[1]]


# The document


@pytest.mark.django_db
def test_it_is_what_the_url_gives_to_a_superuser(api: Api, admin: User) -> None:
    document = json.loads(run(OPENAPI))
    assert document == api(admin).get("/conjure/openapi.json").json()


def test_it_needs_no_database_and_is_valid() -> None:
    document = json.loads(run(OPENAPI))
    validate(document)
    assert "/r/testapp.Order/" in document["paths"]


@pytest.mark.django_db
def test_it_is_made_for_a_user_as_the_url_is(api: Api, viewer: User, clerk: User, outsider: User) -> None:
    for user in (viewer, clerk):
        document = json.loads(run(OPENAPI, "--user", user.username))
        assert document == api(user).get("/conjure/openapi.json").json()
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        run(OPENAPI, "--user", "nobody")
    with pytest.raises(CommandError, match="gets no document"):
        run(OPENAPI, "--user", outsider.username)


def test_the_mount_can_be_said(settings: Any) -> None:
    assert json.loads(run(OPENAPI, "--mount", "/api/admin/"))["servers"] == [{"url": "/api/admin"}]
    settings.ROOT_URLCONF = "tests.graphql.endpoint.graphiql_urls"
    with pytest.raises(CommandError, match="--mount"):
        run(OPENAPI)


# --check


@pytest.mark.parametrize("command", [OPENAPI, SDL, MODELS])
def test_what_was_written_is_up_to_date(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    run(command, "-o", str(file))
    assert "is up to date" in run(command, "--check", str(file))


@pytest.mark.parametrize("command", [OPENAPI, SDL, MODELS])
@pytest.mark.parametrize("text", ["", "{", "[1]", "{}", '{"paths": 1}', "type Query {", "\ufeff"])
def test_a_file_of_another_kind_is_told_as_such(command: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        run(command, "--check", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        run(command, "--check", str(tmp_path / "absent"))


def test_what_differs_in_the_graphql_schema_is_told_by_graphql_cores_rules(tmp_path: Path) -> None:
    schema = build_schema(run(SDL))
    assert schema.query_type is not None
    fields = schema.query_type.fields
    old = fields.pop("conjureWidget")
    assert check(SDL, print_schema(schema), tmp_path) == ([], ["Field Query.conjureWidget was added."])
    fields |= {"conjureWidget": old, "oldWidget": old}
    assert check(SDL, print_schema(schema), tmp_path) == (["Field Query.oldWidget was removed."], [])


def edit_models(dumped: dict[str, Any], edit: Callable[[dict[str, Any], dict[str, Any]], object]) -> str:
    """A dump in which a model and one of its fields were edited."""
    edited = copy.deepcopy(dumped)
    order = edited["testapp.Order"]
    edit(order, {field["name"]: field for field in order["fields"]})
    return json.dumps(edited)


OF_MODELS: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], object], str, bool]] = {
    "a field goes": (lambda m, f: m["fields"].append({**f["number"], "name": "old"}), "Order.old is no longer", True),
    "a field comes": (lambda m, f: m["fields"].remove(f["total"]), "Order.total is new", False),
    "a required field comes": (lambda m, f: m["fields"].remove(f["number"]), "number is new, and required", True),
    "it must be given": (lambda m, f: f["number"].update(required=False), "Order.number is required", True),
    "it need not be given": (lambda m, f: f["total"].update(required=True), "Order.total is not required", False),
    "another type": (lambda m, f: f["number"].update(type="IntegerField"), "type is CharField", True),
    "a shorter text": (lambda m, f: f["number"].update(max_length=9_999), "max_length is", True),
    "a longer text": (lambda m, f: f["number"].update(max_length=1), "max_length is", False),
    "a choice goes": (lambda m, f: f["status"]["choices"].append(["old", "Old"]), "the choice 'old' is no", True),
    "a choice comes": (lambda m, f: f["status"]["choices"].pop(), "is new", False),
    "choices come": (lambda m, f: f["status"].pop("choices"), "has choices now", True),
    "an action goes": (lambda m, f: m["actions"].append({"name": "old"}), "the action old is no longer", True),
    "an action comes": (lambda m, f: m["actions"].pop(), "is new", False),
    "it is shown otherwise": (lambda m, f: m.update(list_display=["id"]), "list_display is", False),
}


@pytest.mark.parametrize("case", OF_MODELS)
def test_what_differs_in_the_models_is_told(case: str, tmp_path: Path) -> None:
    edit, line, breaks = OF_MODELS[case]
    breaking, compatible = check(MODELS, edit_models(json.loads(run(MODELS)), edit), tmp_path)
    assert [line in told for told in (breaking if breaks else compatible)] == [True]
    assert (compatible if breaks else breaking) == []


def change_of(document: dict[str, Any]) -> Any:
    return document["components"]["schemas"]["testapp.Order.Change"]["properties"]


def row_of(document: dict[str, Any]) -> Any:
    return document["components"]["schemas"]["testapp.Order"]


def parameters_of(document: dict[str, Any]) -> Any:
    return document["paths"]["/r/testapp.Order/"]["get"]["parameters"]


OF_OPENAPI: dict[str, tuple[Callable[[dict[str, Any]], object], str, bool]] = {
    "a path goes": (lambda d: d["paths"].update({"/old/": {"get": {"responses": {}}}}), "GET /old/ is no longer", True),
    "a path comes": (lambda d: d["paths"].pop("/r/testapp.Order/bulk/"), "POST /r/testapp.Order/bulk/ is new", False),
    "a parameter goes": (
        lambda d: parameters_of(d).append({"name": "old", "in": "query", "schema": {}}),
        "the parameter old is no longer there",
        True,
    ),
    "a value of a row goes": (lambda d: row_of(d)["properties"].update(old={}), "testapp.Order.old is no longer", True),
    "a value of a row comes": (
        lambda d: (row_of(d)["properties"].pop("total"), row_of(d)["required"].remove("total")),
        "testapp.Order.total is new",
        False,
    ),
    "less may be sent": (lambda d: change_of(d)["number"].update(maxLength=9_999), "maxLength is", True),
    "more may be sent": (lambda d: change_of(d)["number"].update(maxLength=1), "maxLength is", False),
    "a choice may no longer be sent": (lambda d: change_of(d)["status"]["enum"].append("old"), "its value is", True),
    "a choice may be sent": (lambda d: change_of(d)["status"]["enum"].pop(), "its value is", False),
    "texts": (lambda d: d["info"].update(title="Old"), "Only texts, names or the order", False),
}


@pytest.mark.parametrize("case", OF_OPENAPI)
def test_what_differs_in_the_openapi_document_is_told(case: str, tmp_path: Path) -> None:
    edit, line, breaks = OF_OPENAPI[case]
    document = json.loads(run(OPENAPI))
    edit(document)
    breaking, compatible = check(OPENAPI, json.dumps(document), tmp_path)
    told = breaking if breaks else compatible
    assert any(line in each for each in told), (breaking, compatible)
    assert (compatible if breaks else breaking) == []


def test_what_is_answered_may_be_promised_more_exactly_and_not_less(tmp_path: Path) -> None:
    document = json.loads(run(OPENAPI))
    total = row_of(document)["properties"]["number"]
    now = total["type"]
    total["type"] = [now, "null"]
    assert check(OPENAPI, json.dumps(document), tmp_path)[0] == []
    total["type"] = "boolean"
    assert check(OPENAPI, json.dumps(document), tmp_path) == ([f"testapp.Order.number: its type is {now} now."], [])
