"""Caches: all of them are declared in one place, and dropped together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

import conjure
from conjure.caches import BoundedCache, cache_names, cached, drop_caches
from conjure.graphql.rows.labels import label_needs
from conjure.graphql.schema import get_schema
from tests.conftest import Gql
from tests.testapp.factories import make_shop
from tests.testapp.models import Order

PACKAGE = Path(conjure.__file__).parent
CHANGES = {"add", "append", "clear", "extend", "insert", "move_to_end", "pop", "popitem", "setdefault", "update"}
# What the project or the package itself has registered: no caches.
REGISTERED = {
    ("caches", "_caches"),
    ("widgets", "_widgets"),
    ("graphql.fields.kinds", "_FIELD_TYPES"),
    # The classes of storages that tell of what they save: each is changed once.
    ("graphql.writes.stored_files", "_wrapped"),
}


def module_name(source: Path) -> str:
    return ".".join(source.relative_to(PACKAGE).with_suffix("").parts)


def module_level_names(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def changed_in_functions(tree: ast.Module) -> set[str]:
    """The names that functions rebind or change the contents of."""
    changed: set[str] = set()
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Global):
            changed |= set(node.names)
        is_written = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
        is_called = isinstance(node, ast.Attribute) and node.attr in CHANGES
        if (is_written or is_called) and isinstance(node.value, ast.Name):  # type: ignore[attr-defined]
            changed.add(node.value.id)  # type: ignore[attr-defined]
    return changed


def borrowed_caches(tree: ast.Module) -> set[str]:
    """Ready-made caches of the standard library that are used."""
    nodes = list(ast.walk(tree))
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & {"lru_cache", "WeakKeyDictionary"}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module in ("functools", "weakref"):
            used |= {alias.name for alias in node.names} & {"cache", "lru_cache", "WeakKeyDictionary"}
    return used


def undeclared_caches(name: str, source: str) -> Iterator[str]:
    tree = ast.parse(source)
    found = module_level_names(tree) & changed_in_functions(tree)
    if name != "caches":
        found |= borrowed_caches(tree)
    yield from (f"{name}.{cache}" for cache in sorted(found) if (name, cache) not in REGISTERED)


def test_every_cache_of_the_process_is_declared_as_one() -> None:
    sources = [path for path in PACKAGE.rglob("*.py") if "testing" not in path.parts]
    found = [problem for path in sources for problem in undeclared_caches(module_name(path), path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from functools import lru_cache",
        "from functools import cache",
        "import functools\n@functools.lru_cache(maxsize=3)\ndef find(): ...",
        "_seen = {}\ndef see(key):\n    _seen[key] = 1",
        "_seen: set[str] = set()\ndef see(key):\n    _seen.add(key)",
        "_current = None\ndef get():\n    global _current\n    _current = 1",
    ],
)
def test_a_cache_of_its_own_would_be_found(source: str) -> None:
    assert list(undeclared_caches("module", source))


def test_caches_are_bounded_and_dropped_together() -> None:
    calls = []

    @cached(maxsize=2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    assert any(name.endswith("double") for name in cache_names())
    assert [double(n) for n in (1, 1, 2, 3, 1)] == [2, 2, 4, 6, 2]
    assert calls == [1, 2, 3, 1]
    drop_caches()
    assert (double(1), calls) == (2, [1, 2, 3, 1, 1])


def test_a_cache_inside_of_an_object_keeps_what_was_used_last() -> None:
    size = 2
    kept: BoundedCache[int, int] = BoundedCache(lambda: size)
    assert [kept.get_or_make(n, lambda n=n: 2 * n) for n in (1, 2, 1, 3)] == [2, 4, 2, 6]  # type: ignore[misc]
    assert (kept.get(1), kept.get(2), kept.get(3), len(kept)) == (2, None, 6, 2)
    size = 1
    kept.put(4, 8)
    assert (kept.get(3), kept.get(4), len(kept)) == (None, 8, 1)


@pytest.mark.django_db
def test_paths_that_clients_make_up_do_not_fill_the_memory(gql: Gql, admin: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("conjure.specs.models._MAX_DERIVED", 20)
    derived = get_schema().specs.derived
    derived.put("whatever other tests left is over the new limit", True)
    for depth in range(1, 12):
        order: dict[str, Any] = {"name": "ASC"}
        for _ in range(depth):
            order = {"parent": order}
        query = "query ($order: [TestappCategoryOrder!]) { testappCategories(ordering: $order) { results { id } } }"
        assert "errors" not in gql(admin, query, order=[order])
        assert len(derived) <= 20


def test_a_changed_setting_drops_what_was_cached_and_keeps_the_schema() -> None:
    schema = get_schema()
    label_needs(Order).learn(["status"], [])
    with override_settings(CONJURE={"PAGE_SIZE": 3}):
        assert label_needs(Order).columns == frozenset()
        assert get_schema() is schema


@pytest.mark.django_db
def test_answers_are_the_same_once_all_is_dropped(admin: User) -> None:
    make_shop()
    client = Client()
    client.force_login(admin)
    paths = ["schema/", "r/testapp.Order/", f"r/testapp.Order/{Order.objects.all()[0].pk}/related/"]
    before = [client.get(f"/conjure/{path}").content for path in paths]
    schema = get_schema()
    drop_caches()
    assert [client.get(f"/conjure/{path}").content for path in paths] == before
    assert get_schema() is not schema
