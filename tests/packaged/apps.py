"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class PackagedConfig(AppConfig):
    """Labelled ``packaged``."""

    name = "tests.packaged"
    label = "packaged"
