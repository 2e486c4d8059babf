"""What tells fast reads from Django's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models.query import ModelIterable

from conjure.conf import DEFAULTS
from tests.conftest import drop_caches_of_settings


@pytest.fixture(autouse=True)
def _fast_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """These tests compare both ways, whichever the other tests take."""
    monkeypatch.setitem(DEFAULTS, "FAST_READS", True)
    drop_caches_of_settings()
    yield
    drop_caches_of_settings()


@pytest.fixture
def read_by_django(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The models whose instances were made by Django, in turn: each read that was not fast adds one."""
    models: list[Any] = []
    iterate = ModelIterable.__iter__

    def note(self: Any) -> Iterator[Any]:
        models.append(self.queryset.model)
        return iterate(self)

    monkeypatch.setattr(ModelIterable, "__iter__", note)
    return models
