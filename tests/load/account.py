"""Whether no write is lost, doubled or torn: what clients were told, beside the rows and the audit log."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tests.load.clients import Notes, Rows, number_of
from tests.load.servers import Cluster

_LOG = "SELECT action, object_pk, diff FROM conjure_audit_log ORDER BY id"
_ITEMS = "SELECT id, text, number FROM load_item"


def find_faults(cluster: Cluster, rows: Rows, notes: Notes) -> list[str]:
    """What does not add up, a sentence each."""
    with cluster.connect() as connection:
        entries: list[tuple[Any, ...]] = connection.execute(_LOG).fetchall()
        items = {key: (text, number) for key, text, number in connection.execute(_ITEMS).fetchall()}
    faults = [*_untold(entries, notes), *_unchained(entries, items)]
    bulks = [[items[key] for key in keys] for keys in rows.bulks]
    faults += [f"A bulk write is torn: {written}." for written in bulks if len(set(written)) != 1]
    faults += [
        f"Item {key} is torn: {text}, {number}." for key, (text, number) in items.items() if _is_torn(text, number)
    ]
    return faults


def _untold(entries: list[tuple[Any, ...]], notes: Notes) -> list[str]:
    """Writes that have other entries in the log than their clients were told."""
    counts: Counter[str] = Counter()
    for action, key, diff in entries:
        if action.startswith("action:count"):
            counts["action"] += 1
        elif action == "delete":
            counts[f"#{key}"] += 1
        elif "text" in diff:
            counts[diff["text"][1]] += 1
    faults = []
    expected: dict[str, set[int]] = {}
    actions = [told for told in notes.told if told.mark == "action"]
    done, unknown = (sum(told.outcome == outcome for told in actions) for outcome in ("done", "unknown"))
    if not done <= counts.pop("action", 0) <= done + unknown:
        faults.append(f"Of {done} actions (and {unknown} unknown) the log has another number.")
    for told in notes.told:
        if told.mark != "action":
            expected[told.mark] = {"done": {told.rows}, "refused": {0}, "unknown": {0, told.rows}}[told.outcome]
            if counts[told.mark] not in expected[told.mark]:
                faults.append(f"{told} has {counts[told.mark]} entries in the log.")
    faults += [
        f"Nobody wrote {mark}, and the log has {count} entries."
        for mark, count in counts.items()
        if count and mark not in expected
    ]
    return faults


def _unchained(entries: list[tuple[Any, ...]], items: dict[int, tuple[str, int]]) -> list[str]:
    """Rows whose entries do not each begin with the value that the one before left, up to the row's own."""
    faults = []
    last: dict[int, str | None] = {}
    by_row: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for action, key, diff in entries:
        if key and not action.startswith("action:"):
            by_row[int(key)].append((action, diff))
    for key, changes in by_row.items():
        text: str | None = ""
        for number, (action, diff) in enumerate(changes):
            if action == "delete":
                last[key] = None
                if number != len(changes) - 1:
                    faults.append(f"Item {key} was written after it was deleted.")
            elif "text" in diff:
                before, after = diff["text"]
                if (before or "") != text:
                    faults.append(f"Item {key}: a write was lost between {text!r} and {before!r}.")
                text = last[key] = after
    for key, final in last.items():
        found = items.get(key)
        if (None if found is None else found[0]) != final:
            faults.append(f"Item {key} has {found}, and the log ends with {final!r}.")
    return faults


def _is_torn(text: str, number: int) -> bool:
    return bool(text) and number != number_of(text)
