"""Receivers of signals that can raise."""

from __future__ import annotations

from typing import Any

from django.db.models import signals

from tests.hooks.models import Visit
from tests.hooks.raising import meet


def _make_receiver(name: str) -> Any:
    def receive(sender: Any, instance: Any, **_: Any) -> None:
        meet(name, instance)

    return receive


def connect() -> None:
    """Have each signal of visits received."""
    for name in ("pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete"):
        if name != "pre_init":  # It has no instance.
            getattr(signals, name).connect(_make_receiver(name), sender=Visit, weak=False)
    signals.m2m_changed.connect(_make_receiver("m2m_changed"), sender=Visit.owners.through, weak=False)
