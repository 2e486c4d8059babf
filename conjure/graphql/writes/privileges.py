"""Stops privilege escalation through writes of accounts, groups and permissions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group, Permission, PermissionsMixin
from django.contrib.contenttypes.models import ContentType
from django.db import models

from conjure.auth.staff import is_superuser
from conjure.exceptions import ForbiddenError
from conjure.graphql.deletes.cascade import build_cascade
from conjure.graphql.deletes.cascade_search import CascadeSearch
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec

PRIVILEGES = ("is_superuser", "is_staff", "is_admin", "groups", "user_permissions")
SUPERUSER = "is_superuser"
"""The rule that only superusers may do something."""


def is_account(model: type[models.Model]) -> bool:
    """Whether rows of the model are users: they log in or hold permissions."""
    return issubclass(model, AbstractBaseUser | PermissionsMixin) or issubclass(model, get_user_model())


def can_change_privileges(model: type[models.Model]) -> bool:
    """Whether writing the model can change what a user may do."""
    return is_account(model) or _defines_permissions(model) or _links_privileges(model) or _grants(model)


def require_privilege_to_edit(user: Any, spec: ModelSpec, obj: models.Model | None) -> None:
    """Raise ForbiddenError where only a superuser may change or delete this row, or create one (None)."""
    if is_superuser(user) or not can_change_privileges(spec.model):
        return
    if obj is not None and is_account(spec.model) and getattr(obj, "is_superuser", False):
        raise ForbiddenError("Only a superuser may change a superuser.", rule=SUPERUSER)
    if _defines_permissions(spec.model) or _links_privileges(spec.model):
        raise ForbiddenError(f"Only a superuser may change {spec.verbose_name_plural}.", rule=SUPERUSER)


def require_privilege_to_delete(user: Any, spec: ModelSpec, rows: Sequence[Any], using: str) -> None:
    """Raise ForbiddenError where deleting the rows would also delete a superuser's account."""
    if is_superuser(user):
        return
    cascade = build_cascade(spec.model)
    accounts = {node for node in cascade.nodes() if node != cascade.root and is_account(node.model)}
    if not accounts:
        return
    search = CascadeSearch(cascade, [row.pk for row in rows], using, cascade.ancestors(accounts))
    for model in dict.fromkeys(node.model for node in accounts):
        reached = search.reached(model) if _has_column(model, "is_superuser") else None
        if reached is not None and any(found.filter(is_superuser=True).exists() for found in reached.queries()):
            raise ForbiddenError("This would also delete a superuser.", rule=SUPERUSER)


def _has_column(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def privileges_of(obj: models.Model) -> tuple[Any, ...]:
    """The privileges that an account has by its own attributes, which may be properties."""
    return tuple(getattr(obj, name, None) for name in ("is_superuser", "is_staff", "is_admin"))


def require_privilege_to_set(
    user: Any, spec: ModelSpec, changed: Collection[str], added: Iterable[tuple[FieldSpec, Collection[Any]]]
) -> None:
    """Raise ForbiddenError where a write would grant what only a superuser may grant.

    ``changed`` names the fields of the row that change; ``added`` has the keys that its many-to-many fields gain.
    """
    if is_superuser(user):
        return
    account = is_account(spec.model)
    for name in changed:
        related = spec.options.get_field(name).related_model
        if account and (name in PRIVILEGES or related in (Group, Permission)):
            raise ForbiddenError(f"Only a superuser may set {name}.", rule=SUPERUSER)
    for field, keys in added:
        if field.related_model is not None and issubclass(field.related_model, Permission):
            _require_held(user, keys)


def _require_held(user: Any, keys: Collection[Any]) -> None:
    for permission in Permission._base_manager.filter(pk__in=keys).select_related("content_type"):
        codename = f"{permission.content_type.app_label}.{permission.codename}"
        if user.has_perm(codename) is not True:
            raise ForbiddenError("You cannot grant a permission that you do not have.", rule=codename)


def _defines_permissions(model: type[models.Model]) -> bool:
    return issubclass(model, Permission | ContentType)


def _links_privileges(model: type[models.Model]) -> bool:
    """Whether rows of the model are the links of a many-to-many field that grants privileges."""
    related_rows = {f.related_model for f in model._meta.concrete_fields if f.is_relation}
    through_fields = (f for target in related_rows for f in getattr(target, "_meta", model._meta).many_to_many)
    return any(f.remote_field.through is model and (f.related_model in (Group, Permission)) for f in through_fields)


def _grants(model: type[models.Model]) -> bool:
    return any(issubclass(f.related_model, Permission) for f in model._meta.many_to_many)
