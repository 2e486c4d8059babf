"""Custom actions: the decorator that declares them and the frozen description derived from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])


class DefaultPermission:
    """Stands for "the model's change permission", which an action without the decorator asks."""

    def __repr__(self) -> str:
        return "change"


CHANGE = DefaultPermission()
_ATTRIBUTE = "conjure_action"


@dataclass(frozen=True, kw_only=True)
class ActionOptions:
    """What ``@action`` was told."""

    label: str | None = None
    destructive: bool = False
    permission: str | DefaultPermission | None = CHANGE
    confirm: str | None = None
    input: type | None = None


def action(
    *,
    label: str | None = None,
    destructive: bool = False,
    permission: str | DefaultPermission | None = CHANGE,
    confirm: str | None = None,
    input: type | None = None,  # noqa: A002 - the contract's name
) -> Callable[[Handler], Handler]:
    """Declare a method of an AdminConfig as a custom action.

    ``label`` is shown to users; ``destructive`` marks it for a warning; ``confirm`` is the question to ask first.
    ``permission`` is a codename in the model's app (created by ``manage.py sync_admin_actions``), None for every
    staff user, or left out for the model's change permission. ``input`` is a dataclass: its fields are described
    by the schema, validated, and the handler is called with an instance of it as ``input=``.
    The method takes ``(self, request, queryset)`` and gives a JSON-ready dict or None.
    """
    options = ActionOptions(label=label, destructive=destructive, permission=permission, confirm=confirm, input=input)

    def decorate(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, options)
        return handler

    return decorate


def get_action_options(handler: Callable[..., Any]) -> ActionOptions:
    """The options of a handler: from ``@action``, else from its ``label`` and ``destructive`` attributes."""
    declared = getattr(handler, _ATTRIBUTE, None)
    if isinstance(declared, ActionOptions):
        return declared
    return ActionOptions(
        label=getattr(handler, "label", None), destructive=bool(getattr(handler, "destructive", False))
    )
