"""Checks of the hooks that a config overrides: they are called as plain methods."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from django.core.checks import CheckMessage

from conjure.checks.messages import report_error
from conjure.options import AdminConfig


def check_hooks(config: AdminConfig) -> Iterator[CheckMessage]:
    """No hook is a coroutine function: nothing awaits it, so a permission check denies and a save does nothing."""
    for name, _ in inspect.getmembers(AdminConfig, inspect.isfunction):
        hook = getattr(config, name)
        if inspect.iscoroutinefunction(hook) or inspect.isasyncgenfunction(hook):
            hint = f"Declare it as: def {name}(...)."
            text = f"the hook {name!r} is declared with async def, and is never awaited."
            yield report_error(config, text, hint, "conjure.E215")
