"""The fuzzed project, made once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.fuzz.project import make_people, make_rows, registered
from tests.fuzz.sequences import Fuzz


@contextmanager
def fuzzed(folder: str, changes: Mapping[Any, Mapping[str, Any]] | None = None) -> Iterator[Fuzz]:
    """A project whose rows are made, with other ``changes`` of its configs; all is rolled back behind the block."""
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, folder
    try:
        with registered(changes), transaction.atomic():
            make_rows()
            yield Fuzz(make_people())
            transaction.set_rollback(True)
    finally:
        settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def fuzz(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzz]:
    """The fuzz of a project without faults of its own."""
    with django_db_blocker.unblock(), fuzzed(str(tmp_path_factory.mktemp("media"))) as made:
        yield made
