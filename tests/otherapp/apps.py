"""The second test app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class OtherappConfig(AppConfig):
    """Labelled ``otherapp``."""

    name = "tests.otherapp"
    label = "otherapp"
    verbose_name = "Other app"
