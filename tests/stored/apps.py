"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class StoredConfig(AppConfig):
    """Labelled ``stored``."""

    name = "tests.stored"
    label = "stored"
