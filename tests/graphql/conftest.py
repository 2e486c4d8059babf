"""Fixtures for the tests of the core."""

from __future__ import annotations

from typing import Any

import pytest

from tests.testapp.factories import make_shop


@pytest.fixture
def shop(db: None, media_root: Any) -> None:
    """The rows of the test project's shop."""
    make_shop()
