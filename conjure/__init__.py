"""conjure: register your models, and you have an admin backend that any frontend can use."""

from conjure.actions.declare import action
from conjure.actions.results import ActionReport
from conjure.auth.denials import Denial
from conjure.options import AdminConfig, display
from conjure.registry import admin_register, register, registry
from conjure.widgets import register_widget

__all__ = [
    "ActionReport",
    "AdminConfig",
    "Denial",
    "action",
    "admin_register",
    "display",
    "register",
    "register_widget",
    "registry",
]

__version__ = "0.1.0"
