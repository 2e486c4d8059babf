"""Checks of the hooks that a config overrides: they are called as plain methods."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage

from conjure.checks.messages import report_error, report_warning
from conjure.options import AdminConfig, is_overridden


def check_hooks(config: AdminConfig) -> Iterator[CheckMessage]:
    """No hook is a coroutine function: nothing awaits it, so a permission check denies and a save does nothing."""
    for name, _ in inspect.getmembers(AdminConfig, inspect.isfunction):
        hook = getattr(config, name)
        if inspect.iscoroutinefunction(hook) or inspect.isasyncgenfunction(hook):
            hint = f"Declare it as: def {name}(...)."
            text = f"the hook {name!r} is declared with async def, and is never awaited."
            yield report_error(config, text, hint, "conjure.E215")


def check_row_permissions(config: AdminConfig) -> Iterator[CheckMessage]:
    """Whoever denies rows one by one hides them from lists too: lists go by ``get_queryset`` alone."""
    if not is_overridden(config, "has_view_permission") or is_overridden(config, "get_queryset"):
        return
    if _looks_at_row(type(config).has_view_permission):
        text = "has_view_permission looks at the row, but lists show every row that get_queryset gives."
        hint = "Leave rows that users may not see out of get_queryset too, or silence this check."
        yield report_warning(config, text, hint, "conjure.W206")


def _looks_at_row(hook: Callable[..., Any]) -> bool:
    """Whether a hook does anything with its row but hand it on to a hook of the same name."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(hook)))
    except (OSError, TypeError, SyntaxError):  # Without its source, or part of a longer line.
        return False
    function = tree.body[0]
    if not isinstance(function, ast.FunctionDef) or len(function.args.args) < 3:
        return False
    row = function.args.args[2].arg
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    handed_on = {
        id(part)
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == function.name
        for part in (*call.args, *(keyword.value for keyword in call.keywords))
    }
    names = (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == row)
    return any(id(node) not in handed_on for node in names)
