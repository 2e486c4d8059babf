"""pyproject.toml declares all that the package imports, and the lowest versions are those that CI installs."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What is used where it is installed: extras, the driver of PostgreSQL, Pillow for images, pytest for conjure.testing.
OPTIONAL = [*EXTRAS["jwt"], *EXTRAS["xlsx"], *EXTRAS["otel"], "psycopg", "Pillow", "pytest"]


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared_names(requirements: list[str]) -> set[str]:
    return {normalized(re.split(r"[\[<>=!~ ;]", requirement)[0]) for requirement in requirements}


def imported_packages() -> Iterator[str]:
    for source in (ROOT / "conjure").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_every_package_that_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    foreign = set(imported_packages()) - set(sys.stdlib_module_names) - {"conjure"}
    declared = declared_names([*PROJECT["dependencies"], *OPTIONAL])
    undeclared = {
        package
        for package in foreign
        # A package that is not installed is one of those without which conjure works.
        if package in distributions and not declared & set(map(normalized, distributions[package]))
    }
    assert {"django", "graphql", "rest_framework", "strawberry", "strawberry_django"} <= foreign
    assert undeclared == set()


def test_the_lowest_versions_are_those_that_ci_installs() -> None:
    lines = (ROOT / "constraints-lowest.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    installed = {normalized(name): version for name, version in pins.items()}
    for requirement in [*PROJECT["dependencies"], *EXTRAS["jwt"], *EXTRAS["xlsx"], *EXTRAS["test"]]:
        name, lowest = re.match(r"([\w.-]+)(?:\[\w+\])?>=([\d.]+)", requirement).groups()  # type: ignore[union-attr]
        if name != "Django":  # The Makefile's DJANGO says which one.
            assert re.fullmatch(rf"{re.escape(lowest)}(\.0)*", installed[normalized(name)]), requirement
