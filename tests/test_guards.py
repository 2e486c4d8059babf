"""The list of guards is true: each text stands in its module once, each test is there. ``make mutants`` runs them."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.guards.every import GUARDS

ROOT = Path(__file__).resolve().parents[1]


def test_every_guard_stands_in_its_module_once() -> None:
    moved = []
    for guard in GUARDS:
        source = ROOT / guard.path
        count = source.read_text("utf-8").count(guard.text) if source.exists() else 0
        if count != 1:
            moved.append(f"{guard.name}: {guard.path} has its text {count} times, update tests/guards")
    assert moved == []


def test_every_guard_can_be_taken_out() -> None:
    for guard in GUARDS:
        before = (ROOT / guard.path).read_text("utf-8")
        after = before.replace(guard.text, guard.without)
        assert ast.dump(ast.parse(after)) != ast.dump(ast.parse(before)), guard.name


def test_every_guard_has_a_name_and_tests_of_its_own() -> None:
    assert [name for name, count in Counter(guard.name for guard in GUARDS).items() if count > 1] == []
    missing = []
    for guard in GUARDS:
        assert guard.tests, guard.name
        for test in guard.tests:
            path, _, function = test.partition("::")
            source = ROOT / path
            if not source.is_file() or f"def {function.partition('[')[0]}(" not in source.read_text("utf-8"):
                missing.append(f"{guard.name}: {test}")
    assert missing == []
