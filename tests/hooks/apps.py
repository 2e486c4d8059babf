"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class HooksConfig(AppConfig):
    """Labelled ``hooks``."""

    name = "tests.hooks"
    label = "hooks"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from tests.hooks import receivers

        receivers.connect()
