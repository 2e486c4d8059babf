"""Many values are cut into batches, in order, without one that is empty."""

from __future__ import annotations

from conjure.values.batches import batches


def test_the_last_batch_has_what_is_left() -> None:
    """Five values in twos."""
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]


def test_no_batch_is_empty() -> None:
    """Whether the values fill their batches, or there are none."""
    assert list(batches("abcd", 2)) == [["a", "b"], ["c", "d"]]
    assert list(batches([], 2)) == []
