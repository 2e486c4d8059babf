"""Actions: the decorator that declares them, those that are built in, and the frozen description of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.utils.functional import Promise

if TYPE_CHECKING:
    from conjure.options import AdminConfig

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class DefaultPermission:
    """Stands for a right on the model itself, which an action asks instead of a codename of its own."""

    right: Literal["change", "delete"]

    def __repr__(self) -> str:
        return self.right


CHANGE = DefaultPermission("change")
DELETE = DefaultPermission("delete")
_ATTRIBUTE = "conjure_action"

Scope = Literal["bulk", "toolbar"]
"""What an action runs on: the rows that the client names, or none."""


@dataclass(frozen=True, kw_only=True)
class ActionOptions:
    """What ``@action`` was told."""

    label: str | Promise | None = None
    destructive: bool = False
    permission: str | DefaultPermission | None = CHANGE
    confirm: str | Promise | None = None
    input: type | None = None
    scope: Scope = "bulk"


def action(
    *,
    label: str | Promise | None = None,
    destructive: bool = False,
    permission: str | DefaultPermission | None = CHANGE,
    confirm: str | Promise | None = None,
    input: type | None = None,  # noqa: A002 - the contract's name
    scope: Scope = "bulk",
) -> Callable[[Handler], Handler]:
    """Declare a method of an AdminConfig as a custom action, which the config names in ``actions``::

        @action(label="Mark as paid", destructive=False, permission="pay_order")
        def mark_paid(self, request, queryset):
            number = queryset.update(status="paid")
            return {"message": f"{number} orders were marked as paid."}

    ``label`` is shown to users; ``destructive`` marks it for a warning; ``confirm`` is the question to ask first.
    ``permission`` is a codename in the model's app (created by ``manage.py sync_admin_actions``), None for every
    staff user, or left out for the model's change permission. ``input`` is a dataclass: its fields are described
    by the schema, validated, and the handler is called with an instance of it as ``input=``. With
    ``scope="toolbar"`` the action runs without rows, such as an import: its ``queryset`` is empty, and clients may
    name no rows for it.

    The method takes ``(self, request, queryset)`` and runs in a transaction. It may return

    - a dict that JSON can hold, which is the answer;
    - None, which is answered with a message;
    - an ``ActionReport``, which says what became of each row;
    - a ``Download``, whose file is sent once the transaction has ended.

    It may raise Django's ``ValidationError`` (answered with 400, by field), ``PermissionDenied`` (403) or
    ``ProtectedError`` (409). A constraint that it violates is a 400, a database that is busy a 503. Anything else is
    logged and answered with 500. Whatever it raises undoes all that it wrote.
    """
    options = ActionOptions(
        label=label, destructive=destructive, permission=permission, confirm=confirm, input=input, scope=scope
    )

    def decorate(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, options)
        return handler

    return decorate


def get_action_options(handler: Callable[..., Any]) -> ActionOptions:
    """The options of a handler: from ``@action``, else from its ``label`` and ``destructive`` attributes.

    A label may also come from ``short_description``, which ``django.contrib.admin.action`` sets.
    """
    declared = getattr(handler, _ATTRIBUTE, None)
    description = getattr(handler, "short_description", None)
    if isinstance(declared, ActionOptions):
        return declared if declared.label or not description else replace(declared, label=description)
    return ActionOptions(
        label=getattr(handler, "label", None) or description, destructive=bool(getattr(handler, "destructive", False))
    )


# Built-in actions: a config that names them in ``actions`` has them, unless it has a method of that name itself.

EXPORT = "export"
DELETE_SELECTED = "delete_selected"
BUILT_IN_ACTIONS = (EXPORT, DELETE_SELECTED)


@dataclass
class ExportForm:
    """What the action ``export`` asks for."""

    format: Literal["csv", "jsonl", "xlsx"] = field(default="csv", metadata={"label": "File format"})
    columns: str = field(
        default="",
        metadata={"help_text": "Names, separated by commas. Empty: the columns of the list. An asterisk (*): all."},
    )


def find_action(config: AdminConfig, name: str) -> ActionOptions | None:
    """What a config's action is like, or None where ``actions`` does not name it or nothing bears the name."""
    if name not in config.actions:
        return None
    handler = getattr(config, name, None)
    if callable(handler):
        return get_action_options(handler)
    if name == EXPORT:
        codename = export_codename(str(config.model._meta.model_name))
        return ActionOptions(label="Export", permission=codename, input=ExportForm)
    if name == DELETE_SELECTED:
        question = f"Delete the selected {config.model._meta.verbose_name_plural}?"
        return ActionOptions(label="Delete selected", destructive=True, permission=DELETE, confirm=question)
    return None


def is_built_in(config: AdminConfig, name: str) -> bool:
    """Whether the action of that name is conjure's own and not a method of the project's."""
    return name in BUILT_IN_ACTIONS and not callable(getattr(config, name, None))


def export_codename(model_name: str) -> str:
    """The codename of the permission to export a model, such as ``export_order``."""
    return f"export_{model_name}"


def action_label(name: str, options: ActionOptions) -> str:
    """What users read: the declared label, else the name as words."""
    return str(options.label or name.replace("_", " ").capitalize())
