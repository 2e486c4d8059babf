"""Many values in batches, where a query or an entry takes only so many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of no more than that size, each made when it is asked for."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
