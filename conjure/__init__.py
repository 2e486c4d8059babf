"""conjure: register your models, and you have an admin backend that any frontend can use."""

from typing import TYPE_CHECKING, Any

from conjure import exceptions
from conjure.actions.declare import action
from conjure.actions.results import ActionReport, Download
from conjure.auth.denials import Denial
from conjure.options import AdminConfig, display
from conjure.registry import admin_register, register, registry
from conjure.widgets import register_widget

if TYPE_CHECKING:
    from conjure.graphql.aggregates.run import run_aggregate

__all__ = [
    "ActionReport",
    "AdminConfig",
    "Denial",
    "Download",
    "action",
    "admin_register",
    "display",
    "exceptions",
    "register",
    "register_widget",
    "registry",
    "run_aggregate",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``run_aggregate``, imported when it is asked for: it needs models, which must not be imported with an app."""
    if name == "run_aggregate":
        from conjure.graphql.aggregates.run import run_aggregate  # noqa: PLC0415

        return run_aggregate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
