"""The rules that hold the house together and that no other tool can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import conjure

PACKAGE = Path(conjure.__file__).parent
TESTS = Path(__file__).parent
MAX_LINES, MAX_MODULES = 400, 16
HEAVY = ("django.db.models", "rest_framework", "strawberry", "strawberry_django", "graphql")


def imported_names(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_part_of(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_rest_never_imports_the_orm() -> None:
    sources = sorted((PACKAGE / "rest").rglob("*.py"))
    offences = [
        f"{source.relative_to(PACKAGE)} imports {name}"
        for source in sources
        for name in imported_names(source)
        if is_part_of(name, "django.db", "django.contrib.auth.models", "django.contrib.contenttypes")
        or name.endswith("get_user_model")
    ]
    assert sources
    assert offences == []


def test_importing_conjure_loads_no_models_no_drf_and_no_strawberry() -> None:
    code = "import conjure, sys; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=True).stdout
    assert [name for name in loaded.split() if is_part_of(name, *HEAVY)] == []


def test_modules_are_short_and_folders_of_the_package_hold_few() -> None:
    modules = [source for root in (PACKAGE, TESTS) for source in root.rglob("*.py")]
    assert [str(source) for source in modules if len(source.read_text().splitlines()) > MAX_LINES] == []
    counts = Counter(source.parent for source in PACKAGE.rglob("*.py") if source.name != "__init__.py")
    assert [str(folder) for folder, count in counts.items() if count > MAX_MODULES] == []


def test_the_picture_of_the_rooms_shows_each_of_them() -> None:
    contracts = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [layer for contract in contracts if contract["id"] in {"layers", "wings"} for layer in contract["layers"]]
    rooms = {room for layer in layers for room in re.findall(r"\w+", layer)}
    drawn = re.findall(r"\w+", (PACKAGE.parent / "docs" / "images" / "rooms.svg").read_text())
    assert len(rooms) > 30
    assert sorted(rooms - set(drawn)) == []


def test_the_graphql_tests_do_not_hide_graphql_core() -> None:
    import graphql

    assert hasattr(graphql, "execute")
