"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class RelatedConfig(AppConfig):
    """Labelled ``related``."""

    name = "tests.related"
    label = "related"
