"""The walk's rows: those of the test apps."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.testapp.factories import make_everything


@pytest.fixture(scope="session")
def conjure_rows() -> Callable[[], object]:
    """At least three rows of every model."""
    return make_everything
