"""A pytest plugin for projects with django-scopes: rows are made with scopes switched off, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _without_scopes() -> Iterator[None]:
    try:
        from django_scopes import scopes_disabled
    except ImportError:
        yield
        return
    with scopes_disabled():
        yield
