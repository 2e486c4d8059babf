"""Widgets: the project's own and the built-in ones, asked for by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError

from conjure.exceptions import ConjureError, ForbiddenError, InvalidError, NotFoundError, messages_of
from conjure.graphql.context import Context
from conjure.graphql.fields import scalars
from conjure.graphql.fields.answers import write_answer
from conjure.graphql.types.declare import RootField
from conjure.graphql.widgets.built_in import BUILT_IN_WIDGETS
from conjure.orm.refusals import is_cut_off
from conjure.widgets import Widget, get_widget


class WidgetFailed(Exception):  # noqa: N818 - it names what happened
    """A widget raised something unexpected; which one it was is in the message, for the log."""


def widget_fields() -> Iterator[RootField]:
    """The root field that gives widgets."""
    yield RootField(
        name="conjureWidget",
        type=scalars.JSONValue,
        arguments={"name": str},
        resolve=lambda root, info, name: resolve_widget(info.context, name),
        description="The JSON of a dashboard widget: one of the project's own, or recent-audit, model-counts, trend.",
    )


def resolve_widget(context: Context, name: str) -> Any:
    """The widget's JSON; a project's own widget replaces a built-in one of the same name.

    Raise NotFoundError for an unknown name, ForbiddenError without the widget's permission.
    """
    context.permissions.require_staff()
    widget = get_widget(name)
    if widget is not None:
        if widget.permission is not None:
            context.permissions.require_codename(widget.permission)
        return _call(context, widget)
    built_in = BUILT_IN_WIDGETS.get(name)
    if built_in is None:
        raise NotFoundError("There is no such widget.")
    return built_in(context)


def _call(context: Context, widget: Widget) -> Any:
    try:
        return write_answer(widget.handler(context.request))
    except (ConjureError, OperationalError, InterfaceError):
        raise
    except ValidationError as error:
        raise InvalidError(messages_of(error)) from error
    except PermissionDenied as error:
        raise ForbiddenError(str(error), rule=f"the widget {widget.name}") from error
    except Exception as error:  # The project's own code.
        if is_cut_off(error):
            raise
        raise WidgetFailed(f"The widget {widget.name!r} failed: {error!r}") from error
