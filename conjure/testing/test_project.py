"""The tests that walk a project: ``pytest -p conjure.testing --pyargs conjure.testing.test_project``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conjure.testing.report import Report
    from conjure.testing.walk import Walk


@pytest.mark.django_db(databases="__all__")
def test_model_keeps_its_promises(
    conjure_walk: Walk, conjure_model: str, conjure_expect_no_failures: Callable[[Report], None]
) -> None:
    """Send every request that can be generated for one model."""
    conjure_expect_no_failures(conjure_walk.walk_model(conjure_model))


@pytest.mark.django_db(databases="__all__")
def test_project_keeps_its_promises(conjure_walk: Walk, conjure_expect_no_failures: Callable[[Report], None]) -> None:
    """Send the requests that belong to no one model, and some that are made up at random."""
    conjure_expect_no_failures(conjure_walk.walk_project())
