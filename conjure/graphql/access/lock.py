"""The table as a lock file: JSON with one line for each entry, and what differs between two of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conjure.graphql.access.table import WIDGETS, AccessTable, Entry

_VERSION = 1


def write_lock(table: AccessTable) -> str:
    """The table as JSON: sorted, so that the same permissions give the same text, and readable line by line."""
    models = {key: section for key, section in table.sections.items() if key != WIDGETS}
    lines = ["{", f' "version": {_VERSION},', f' "of": {json.dumps(table.of)},', ' "models": {']
    lines += _join([f"  {json.dumps(key)}: {{", *_write_section(models[key], "   "), "  }"] for key in sorted(models))
    lines += [" },", ' "widgets": {', *_write_section(table.sections.get(WIDGETS, {}), "  "), " }", "}"]
    return "\n".join(lines)


def _write_section(section: Mapping[str, Entry], indent: str) -> list[str]:
    return _join([f"{indent}{json.dumps(what)}: {json.dumps(_to_data(section[what]))}"] for what in sorted(section))


def _to_data(entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = {"allowed": sorted(entry.allowed), "rules": list(entry.rules)}
    return {**data, "fails": True} if entry.fails else data


def _join(blocks: Iterator[list[str]] | Any) -> list[str]:
    """The lines of the blocks, with a comma after all but the last."""
    found = list(blocks)
    for block in found[:-1]:
        block[-1] += ","
    return [line for block in found for line in block]


class InvalidLockError(ValueError):
    """A text is not a lock file; the message says why."""


def read_lock(text: str) -> AccessTable:
    """The table that ``write_lock`` wrote. Raise InvalidLockError for any other text."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidLockError("it is not JSON") from error
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise InvalidLockError(f"it is not a permission table of version {_VERSION}")
    try:
        sections = {**data["models"], WIDGETS: data["widgets"]}
        return AccessTable(
            of=str(data["of"]),
            sections={
                str(key): {str(what): _to_entry(entry) for what, entry in section.items()}
                for key, section in sections.items()
            },
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidLockError("a part of it is missing or of the wrong type") from error


def _to_entry(data: Any) -> Entry:
    allowed, rules = data["allowed"], data["rules"]
    if not all(isinstance(names, list) and all(isinstance(n, str) for n in names) for names in (allowed, rules)):
        raise TypeError("Lists of names are expected.")
    return Entry(allowed=tuple(sorted(allowed)), rules=tuple(rules), fails=data.get("fails") is True)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a table allows that another did not, what it no longer allows, and what other rules decide now."""

    newly_allowed: list[str]
    no_longer_allowed: list[str]
    decided_otherwise: list[str]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.newly_allowed or self.no_longer_allowed or self.decided_otherwise)


def compare(before: AccessTable, after: AccessTable) -> Comparison:
    """How a table differs from the one before it."""
    old, new = _by_place(before), _by_place(after)
    places = sorted(old.keys() | new.keys())
    pairs = [(place, old.get(place, Entry()), new.get(place, Entry())) for place in places]
    return Comparison(
        newly_allowed=[line for place, was, now in pairs for line in _gained(place, was, now)],
        no_longer_allowed=[line for place, was, now in pairs for line in _gained(place, now, was)],
        decided_otherwise=[
            f"{place}: by {now.deciders or 'nothing'}, before by {was.deciders or 'nothing'}"
            for place, was, now in pairs
            if was.allowed == now.allowed and was.deciders != now.deciders
        ],
    )


def _by_place(table: AccessTable) -> dict[str, Entry]:
    return {
        f"{key}: {what}": replace(entry, allowed=tuple(sorted(entry.allowed))) for key, what, entry in table.entries()
    }


def _gained(place: str, before: Entry, after: Entry) -> Iterator[str]:
    gained = sorted(set(after.allowed) - set(before.allowed))
    if gained:
        yield f"{place}: {', '.join(gained)}"
