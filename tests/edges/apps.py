"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class EdgesConfig(AppConfig):
    """Labelled ``edges``."""

    name = "tests.edges"
    label = "edges"
