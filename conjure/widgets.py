"""Dashboard widgets: named functions that give JSON for the current request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from conjure.exceptions import RegistrationError

if TYPE_CHECKING:
    from django.http import HttpRequest

WidgetT = TypeVar("WidgetT", bound="Callable[[HttpRequest], dict[str, Any]]")


@dataclass(frozen=True, kw_only=True)
class Widget:
    """One registered widget; ``permission`` is ``app_label.codename`` or None for every staff user."""

    name: str
    handler: Callable[[HttpRequest], dict[str, Any]]
    permission: str | None = None


_widgets: dict[str, Widget] = {}


def register_widget(name: str, *, permission: str | None = None) -> Callable[[WidgetT], WidgetT]:
    """Register the decorated ``fn(request) -> dict`` as the widget of that name.

    ``permission`` (``app_label.codename``) is asked of the user before the widget runs.
    Raise RegistrationError for a name that another function has taken.
    """

    def decorate(handler: WidgetT) -> WidgetT:
        taken = _widgets.get(name)
        if taken is not None and taken.handler is not handler:
            raise RegistrationError(f"There is a widget {name!r} already: {taken.handler!r}.")
        _widgets[name] = Widget(name=name, handler=handler, permission=permission)
        return handler

    return decorate


def registered_widgets() -> list[Widget]:
    """Every registered widget, by name."""
    return [_widgets[name] for name in sorted(_widgets)]


def get_widget(name: str) -> Widget | None:
    """The widget of that name, or None."""
    return _widgets.get(name)
