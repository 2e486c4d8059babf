"""Hints for unknown names: the nearest known one, else all known names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SHOWN_NAMES = 12


def find_nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that is most like the given one (case ignored), or None where none is alike."""
    by_lower = {each.lower(): each for each in known}
    nearest = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[nearest[0]] if nearest else None


def suggest(name: str, known: Iterable[str], prefix: str = "", suffix: str = "") -> str:
    """A hint for an unknown name; prefix and suffix are what stood around it, and stand around the suggestion."""
    names = list(known)
    nearest = find_nearest(name, names)
    if nearest is not None:
        return f"Did you mean {prefix + nearest + suffix!r}?"
    if not names:
        return "There are no names to choose from."
    more = ", …" if len(names) > _SHOWN_NAMES else ""
    return f"Known names: {', '.join(names[:_SHOWN_NAMES])}{more}."
