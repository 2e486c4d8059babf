"""The table: for each model and widget, what can be done, who may do it, and which rules say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

WIDGETS = "widgets"
"""The section of widgets; every other section is a model key."""

EACH_PERMISSION = "each permission"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that can be done: ``allowed`` names who may do it, ``rules`` what decides.

    ``fails`` says that a check of the project's raised an exception, and therefore denied.
    """

    allowed: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    fails: bool = False

    @property
    def deciders(self) -> str:
        """What decides, for people; empty where nothing does."""
        return ", ".join([*self.rules, *(["a check that fails"] if self.fails else [])])


Section = Mapping[str, Entry]


@dataclass(frozen=True, kw_only=True)
class AccessTable:
    """What somebody may do. ``of`` says who: ``each permission``, ``user anna`` or ``group clerks``."""

    of: str
    sections: Mapping[str, Section] = field(default_factory=dict)

    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Section, what is done, and the entry."""
        for key, section in self.sections.items():
            yield from ((key, what, entry) for what, entry in section.items())
