"""The names of the rules that refuse, and who may read them."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings

from conjure.actions.declare import ActionOptions, DefaultPermission
from conjure.auth.staff import is_superuser
from conjure.options import AdminConfig, is_overridden, right_codename
from conjure.specs.models import ModelSpec


def may_read_rules(user: Any) -> bool:
    """Whether errors tell the user which rule refused: superusers are told, and everybody where ``DEBUG`` is on."""
    return django_settings.DEBUG or is_superuser(user)


def member_rule(config: AdminConfig, name: str) -> str:
    """A hook or attribute with the class that defines it, the config or a base: ``OrderConfig.get_queryset``."""
    owner = next((parent for parent in type(config).__mro__ if name in vars(parent)), type(config))
    return f"{owner.__name__}.{name}"


def right_rule(right: str, spec: ModelSpec) -> str:
    """What decides on a right to a model: it is read-only, the config's own hook, or Django's permission."""
    hook = f"has_{right}_permission"
    if right != "view" and spec.is_readonly:
        return member_rule(spec.config, "is_readonly")
    return member_rule(spec.config, hook) if is_overridden(spec.config, hook) else right_codename(right, spec.model)


def action_codename(spec: ModelSpec, permission: str) -> str:
    """The Django permission that an action names, which is one of the model's own app where it names none."""
    return permission if "." in permission else f"{spec.app_label}.{permission}"


def action_rule(spec: ModelSpec, options: ActionOptions) -> str:
    """What decides on an action: a codename, or what decides on the right that it asks; empty where nothing does."""
    permission = options.permission
    if permission is None:
        return ""
    if not isinstance(permission, DefaultPermission):
        return action_codename(spec, permission)
    hook = f"has_{permission.right}_permission"
    if permission.right == "change" and not is_overridden(spec.config, hook):
        return right_codename("change", spec.model)  # Such actions run on read-only models too.
    return member_rule(spec.config, hook) if permission.right == "change" else right_rule(permission.right, spec)


def exclusion_rule(spec: ModelSpec, name: str) -> str:
    """What hides a field: the config's ``exclude``, its own ``get_exclude``, or that it is a password."""
    if name in spec.excluded and name not in spec.config.exclude:
        return f"{spec.model.__name__}.{name}"
    declared = name in spec.excluded or not is_overridden(spec.config, "get_exclude")
    return member_rule(spec.config, "exclude" if declared else "get_exclude")
