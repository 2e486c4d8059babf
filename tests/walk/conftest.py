"""The walk's rows: those of the test apps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.testapp.factories import make_everything


@pytest.fixture(scope="session")
def conjure_rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], object]]:
    """At least three rows of every model, and a folder for their files."""
    folder: Path = tmp_path_factory.mktemp("media")
    before, django_settings.MEDIA_ROOT = django_settings.MEDIA_ROOT, str(folder)
    yield make_everything
    django_settings.MEDIA_ROOT = before
