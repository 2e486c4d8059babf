"""Checks of actions: each name is built in or a method that takes an action's arguments, and none is forgotten."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage

from conjure.actions.declare import ActionOptions, get_action_options, is_built_in
from conjure.actions.forms import input_fields
from conjure.checks.messages import report_error, report_warning
from conjure.checks.suggestions import suggest
from conjure.options import AdminConfig

# What others read of an action, with what to do here.
_UNREAD = {
    "scope": "Write @action(scope=...).",
    "allowed_permissions": "Name the permission in @action(permission=...).",
}


def check_actions(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every action is a method that takes a request and a queryset; every method declared as one is listed."""
    own_methods = _own_methods(config)
    for name in config.actions:
        if is_built_in(config, name):
            continue
        if name not in own_methods:
            text = f"actions names {name!r}, which is not a method of the config."
            yield report_error(config, text, suggest(name, own_methods), "conjure.E211")
        elif not _takes_a_queryset(getattr(config, name)):
            hint = f"Declare it as: def {name}(self, request, queryset)."
            text = f"the action {name!r} cannot be called with a request and a queryset."
            yield report_error(config, text, hint, "conjure.E212")
        else:
            yield from _check_input(config, name)
            yield from _check_attributes(config, name)
    for name, handler in own_methods.items():
        if name not in config.actions and _is_declared(handler):
            hint = f'Add "{name}" to actions, or take the decorator away.'
            yield report_warning(
                config, f"{name!r} is declared with @action, but not in actions.", hint, "conjure.W203"
            )


def _check_input(config: AdminConfig, name: str) -> Iterator[CheckMessage]:
    form = get_action_options(getattr(config, name)).input
    if form is None:
        return
    try:
        input_fields(form)
    except (TypeError, NameError) as error:
        hint = (
            "Give a dataclass of str, int, float, bool, Decimal, dates, times, UUID, enums, Literal, or these | None."
        )
        text = f"the input of the action {name!r} cannot be made into a form: {error}"
        yield report_error(config, text, hint, "conjure.E214")


def _check_attributes(config: AdminConfig, name: str) -> Iterator[CheckMessage]:
    for attribute, hint in _UNREAD.items():
        if hasattr(getattr(config, name), attribute):
            text = f"nothing reads {attribute!r} of the action {name!r}."
            yield report_warning(config, text, hint, "conjure.W207")


def _own_methods(config: AdminConfig) -> dict[str, Callable[..., Any]]:
    """The public methods that the project's own classes define."""
    names = [name for name in dir(type(config)) if not name.startswith("_") and not hasattr(AdminConfig, name)]
    methods = {name: getattr(type(config), name) for name in names}
    return {name: method for name, method in methods.items() if callable(method)}


def _is_declared(handler: Callable[..., Any]) -> bool:
    return isinstance(getattr(handler, "conjure_action", None), ActionOptions)


def _takes_a_queryset(handler: Callable[..., Any]) -> bool:
    keywords = {"input": None} if get_action_options(handler).input is not None else {}
    try:
        inspect.signature(handler).bind(None, None, **keywords)
    except TypeError:
        return False
    except ValueError:  # Callables written in C have no signature.
        return True
    return True
