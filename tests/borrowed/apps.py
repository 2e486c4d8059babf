"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class BorrowedConfig(AppConfig):
    """Labelled ``borrowed``."""

    name = "tests.borrowed"
    label = "borrowed"
