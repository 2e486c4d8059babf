"""How much the tests try: a part where people wait for them, all of it where ``CONJURE_TEST_THOROUGH`` is 1."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

IS_THOROUGH = os.environ.get("CONJURE_TEST_THOROUGH") == "1"


def examples(number: int) -> int:
    """How many examples hypothesis makes up: that number in a thorough run, a fifth of it in any other."""
    return number if IS_THOROUGH else max(3, number // 5)


def sampled(models: Sequence[T], start: int = 0) -> Sequence[T]:
    """The models, or their keys, that a test is run for: all in a thorough run, every fifth of them in any other.

    Tests that start elsewhere, from 0 to 4, take other models.
    """
    return models if IS_THOROUGH else models[start::5]


def walked(models: int) -> list[str]:
    """The options of a walk of its own: over that many models, in a thorough run over all."""
    return ["--conjure-sample=1", *([] if IS_THOROUGH else [f"--conjure-models={models}"])]
