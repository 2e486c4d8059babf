"""The table as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from conjure.graphql.access.answers import EVERY_ROW, is_of_field
from conjure.graphql.access.table import EACH_PERMISSION, AccessTable, Entry, Section

_WIDTH = 100


def write_text(table: AccessTable) -> str:
    """Each model with a line for each thing that can be done; fields that are alike share one."""
    is_overview = table.of == EACH_PERMISSION
    blocks = ["What each permission opens to staff" if is_overview else f"What {table.of} may do"]
    for key, section in table.sections.items():
        if section:
            lines = [_describe(what, entry, is_overview) for what, entry in _lines(section)]
            blocks.append("\n".join([key, *(part for line in lines for part in _wrap(line))]))
    return "\n\n".join(blocks)


def _lines(section: Section) -> Iterator[tuple[str, Entry]]:
    yield from ((what, entry) for what, entry in section.items() if not is_of_field(what))
    alike: dict[tuple[str, Entry], list[str]] = {}
    for what, entry in section.items():
        if is_of_field(what):
            verb, _, name = what.partition(" ")
            alike.setdefault((verb, entry), []).append(name)
    for verb in dict.fromkeys(verb for verb, _ in alike):
        yield from ((f"{verb} {', '.join(names)}", entry) for (v, entry), names in alike.items() if v == verb)


def _describe(what: str, entry: Entry, is_overview: bool) -> str:
    if what == EVERY_ROW:
        return f"rows: those that {' and '.join(entry.rules)} gives" if entry.rules else "rows: all"
    by = f"  [{entry.deciders}]" if entry.deciders else ""
    who = (", ".join(entry.allowed) or "nobody") if is_overview else ("yes" if entry.allowed else "no")
    return f"{what}: {who}{by}"


def _wrap(line: str) -> list[str]:
    return textwrap.wrap(
        line,
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
