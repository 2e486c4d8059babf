"""A pytest plugin: the walk of the example goes over the data that ``load_demo`` loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def conjure_rows() -> Callable[[], object]:
    """What a user of ``make demo`` sees."""
    return lambda: call_command("load_demo", verbosity=0)
