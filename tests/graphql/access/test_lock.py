"""The lock file: what is written is read back, and differences are told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conjure.graphql.access.lock import InvalidLockError, compare, read_lock, write_lock
from conjure.graphql.access.overview import table_of_permissions
from conjure.graphql.access.table import AccessTable, Entry


def table(**entries: Entry) -> AccessTable:
    return AccessTable(of="each permission", sections={"shop.Order": entries, "widgets": {}})


def test_what_is_written_is_read_back() -> None:
    written = write_lock(table_of_permissions())
    assert write_lock(read_lock(written)) == written
    assert compare(table_of_permissions(), read_lock(written)).is_same


def test_each_entry_has_a_line_and_names_are_in_order() -> None:
    written = write_lock(table_of_permissions())
    models = list(json.loads(written)["models"])
    assert models == sorted(models)
    entries = [line for line in written.splitlines() if '"allowed"' in line]
    assert len(entries) == sum(1 for _ in table_of_permissions().entries())
    assert written.isascii()


def test_widening_and_narrowing_are_told_apart() -> None:
    before = table(view=Entry(allowed=("staff", "superuser")), add=Entry(allowed=("superuser",)))
    after = table(view=Entry(allowed=("superuser",)), add=Entry(allowed=("shop.add_order", "superuser")))
    found = compare(before, after)
    assert found.newly_allowed == ["shop.Order: add: shop.add_order"]
    assert found.no_longer_allowed == ["shop.Order: view: staff"]
    assert found.decided_otherwise == []


def test_another_rule_is_a_difference_of_its_own() -> None:
    before = table(view=Entry(allowed=("superuser",), rules=("shop.view_order",)))
    after = table(view=Entry(allowed=("superuser",), rules=("OrderConfig.has_view_permission",), fails=True))
    found = compare(before, after)
    assert not found.is_same
    assert found.newly_allowed == found.no_longer_allowed == []
    assert found.decided_otherwise == [
        "shop.Order: view: by OrderConfig.has_view_permission, a check that fails, before by shop.view_order"
    ]


def test_a_new_model_is_newly_allowed_and_one_that_is_gone_no_longer() -> None:
    empty = AccessTable(of="each permission")
    full = table(view=Entry(allowed=("superuser",)))
    assert compare(empty, full).newly_allowed == ["shop.Order: view: superuser"]
    assert compare(full, empty).no_longer_allowed == ["shop.Order: view: superuser"]


GOOD: dict[str, Any] = {"version": 1, "of": "x", "models": {}, "widgets": {}}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        {**GOOD, "version": 2},
        {**GOOD, "models": []},
        {**GOOD, "models": {"a.B": 5}},
        {**GOOD, "models": {"a.B": {"view": []}}},
        {**GOOD, "models": {"a.B": {"view": {"allowed": "x", "rules": []}}}},
        {**GOOD, "models": {"a.B": {"view": {"allowed": [1], "rules": []}}}},
        {**GOOD, "models": {"a.B": {"view": {"allowed": []}}}},
        {name: value for name, value in GOOD.items() if name != "widgets"},
    ],
)
def test_anything_else_is_not_a_lock_file(content: Any) -> None:
    with pytest.raises(InvalidLockError):
        read_lock(content if isinstance(content, str) else json.dumps(content))
