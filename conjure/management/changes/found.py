"""The changes that a comparison finds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Changes:
    """Lines for people: changes that break clients of the older version, and those that do not."""

    breaking: list[str] = field(default_factory=list)
    compatible: list[str] = field(default_factory=list)

    def add(self, line: str, *, breaks: bool) -> None:
        """Take note of a change."""
        (self.breaking if breaks else self.compatible).append(line)

    def __bool__(self) -> bool:
        return bool(self.breaking or self.compatible)


class NotComparableError(ValueError):
    """A text is not what the command writes; the message says why."""
