"""What the promises of a walk share: how much is tried, who asks, and what makes rows."""

from __future__ import annotations

from dataclasses import dataclass

from conjure.testing.rows import RowMaker
from conjure.testing.users import Users

_FIELDS = 5
_FUZZED = 200
_FUZZED_IN_FULL = 6_000
_CROWD = (5, 20)
_LARGE_CROWD = (5, 20, 60)


@dataclass(frozen=True, kw_only=True)
class WalkContext:
    """``sample`` is how many of each kind of thing are tried, all of them for None; ``seed`` decides which."""

    sample: int | None
    seed: int
    users: Users
    maker: RowMaker

    @property
    def fields(self) -> int | None:
        """How many fields of one model are tried, all of them for None. It grows faster than ``sample``: 5, 20, 45."""
        return None if self.sample is None else _FIELDS * self.sample**2

    @property
    def crowd(self) -> tuple[int, ...]:
        """The sizes of lists whose queries are compared; the largest is how many rows are made for that."""
        return _CROWD if self.sample == 1 else _LARGE_CROWD

    @property
    def fuzzed_requests(self) -> int:
        """How many requests are made up at random."""
        return _FUZZED_IN_FULL if self.sample is None else self.sample * _FUZZED
