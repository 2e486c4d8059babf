"""Lists of values in one text, separated by commas; an item that holds a comma is quoted as in CSV (RFC 4180)."""

from __future__ import annotations

import re

# An item in quotes, in which "" stands for a quote, or else a plain one; and what ends it.
_ITEM = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,]*))(?:,|\Z)')


def split_list(text: str) -> list[str]:
    """The items of a list. Plain items that are empty do not count, an empty one in quotes does.

    Quotes that do not enclose a whole item are characters of it.
    """
    items = []
    for found in _ITEM.finditer(text):
        quoted, plain = found["quoted"], found["plain"]
        if quoted is not None:
            items.append(quoted.replace('""', '"'))
        elif plain:
            items.append(plain)
    return items


def quote_item(text: str) -> str:
    """The text as one item of a list, in quotes where it could be taken for something else."""
    if text and "," not in text and not text.startswith('"'):
        return text
    return '"' + text.replace('"', '""') + '"'
