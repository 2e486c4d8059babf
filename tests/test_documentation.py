"""The documentation names everything that a project may set, and the places where things are."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

import conjure
from conjure.conf import DEFAULTS
from conjure.options import AdminConfig
from conjure.testing.promises import CROWD_PROMISES, MODEL_PROMISES, PROJECT_PROMISES
from tests.conftest import Gql

DOCS = Path(__file__).parent.parent / "docs"
PACKAGE = Path(conjure.__file__).parent

# What a project may set or override on a config: everything public that the class itself defines.
CONFIG_NAMES = sorted(name for name in vars(AdminConfig) if not name.startswith("_"))


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "configuration.md").read_text()


@pytest.mark.parametrize("name", CONFIG_NAMES)
def test_every_part_of_an_admin_config_is_documented(name: str) -> None:
    assert f"`{name}" in (DOCS / "admin-config.md").read_text()


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_no_page_holds_both_sides_of_a_merge(page: Path) -> None:
    assert not re.search(r"^(<<<<<<<|>>>>>>>) ", page.read_text("utf-8"), flags=re.MULTILINE)


def test_the_table_of_the_walk_has_every_promise() -> None:
    promises = [each.__name__.removeprefix("verify_") for each in (*MODEL_PROMISES, *CROWD_PROMISES, *PROJECT_PROMISES)]
    page = (DOCS / "testing.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|([^|]*)\|$", page, flags=re.MULTILINE)
    assert sorted(name for name, *_ in rows) == sorted(promises)
    assert all(promised.strip() and done.strip() for _, promised, done, _ in rows)


def test_every_path_that_the_architecture_page_names_exists() -> None:
    _, _, after = (DOCS / "architecture.md").read_text().partition("## Where is what?")
    table, _, _ = after.partition("\n## ")
    paths = re.findall(r"`([a-z_/]+(?:/|\.py))`", table)
    missing = [path for path in paths if not (Path(conjure.__file__).parent / path).exists()]
    assert paths
    assert missing == []


def examples() -> list[str]:
    """The documents of the documentation, about the models of these tests."""
    pages = [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]
    found = [text for page in pages for text in re.findall(r"```graphql\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
    renamed = (re.sub(r"\bshop", "testapp", text).replace("Shop", "Testapp") for text in found)
    return [text.replace("country", "tier").replace(', tags: {set: ["1", "2"]}', "") for text in renamed]


EXAMPLES = examples()


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_document_that_is_shown_is_valid_and_costs_little(
    gql: Gql, admin: User, settings: Any, number: int
) -> None:
    settings.CONJURE = {"GRAPHQL_MAX_COST": DEFAULTS["GRAPHQL_MAX_COST"] // 10}
    answer = gql(admin, EXAMPLES[number])
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert {"LIMITED", "GRAPHQL_VALIDATION_FAILED"}.isdisjoint(codes), answer


def test_the_threat_model_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| (?!tries|---)(.*) \|$", (DOCS / "threat-model.md").read_text(), re.MULTILINE)
    named = [re.findall(r"`(tests/[\w/.]+)`", row) for row in rows]
    assert len(rows) > 20
    assert [row for row, tests in zip(rows, named, strict=True) if not tests] == []
    assert [test for tests in named for test in tests if not (DOCS.parent / test).is_file()] == []


# What is documented in spite of its underscore, or is no private name: ``NamedTuple._replace``.
PUBLIC_NAMES = {"_meta", "_base_manager", "_default_manager", "_replace"}
UNDOCUMENTED_MODULES = (
    "django.core.handlers",
    "django.db.backends",
    "django.db.models.base",
    "django.db.models.fields.related_descriptors",
    "django.db.models.fields.reverse_related",
    "django.db.models.query_utils",
    "django.db.models.sql",
    "django.http.multipartparser",
    "graphql.execution",
    "strawberry.annotation",
    "strawberry.schema",
    "strawberry.types",
    "strawberry_django.ordering",
)
OTHER_NAMES = {"Collector", "CsrfViewMiddleware", "EmptyResultSet", "FullResultSet", "Promise"} | {
    "FileDescriptor",
    "ImageFileDescriptor",
    "get_candidate_relations_to_delete",
    "_strawberry_django_config",
    "aware_utcnow",
}


def private_names() -> set[str]:
    """The names of other packages that conjure uses though they are private or undocumented."""
    trees = [ast.parse(source.read_text()) for source in PACKAGE.rglob("*.py") if "migrations" not in source.parts]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.attr for node in attributes if isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self"}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    overridden = {node.attr for node in attributes if ast.unparse(node.value) == "super()"}
    asked_for = {
        node.args[1].value
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "hasattr", "setattr"}
        if isinstance(node.args[1], ast.Constant)
    }
    used = ({node.attr for node in attributes} | asked_for) - own | overridden
    found = {name for name in used - PUBLIC_NAMES if name.startswith("_") and not name.startswith("__")}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {alias.name for alias in node.names}
            found |= names if node.module.startswith(UNDOCUMENTED_MODULES) else names & OTHER_NAMES
    return found


def test_the_page_on_private_interfaces_lists_those_that_are_used() -> None:
    page = (DOCS / "private-interfaces.md").read_text()
    listed = set(re.findall(r"`(\w+)`", page))
    used = private_names()
    assert sorted(used - listed) == []
    private = {name for name in listed if name.startswith("_")} | (listed & OTHER_NAMES)
    assert sorted(private - used - {"_strawberry_django_config", "_save_table", "__init__"}) == []
