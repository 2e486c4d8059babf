"""``sync_admin_actions``: creates the permissions that custom actions ask."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from conjure.actions.declare import action_label, find_action
from conjure.options import AdminConfig
from conjure.registry import registry

_NAME_LENGTH = 255
_CODENAME_LENGTH = 100


class Command(BaseCommand):
    help = (
        "Creates the permissions that the actions of registered models ask: each codename in @action(permission=...), "
        "and export_<model> where a config has the action export. No migration is made. What is there already is left "
        "alone, so the command can run at every deployment, after migrate."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say which permissions would be created.")
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help="The database to write to (default: default).",
        )

    def handle(self, *, dry_run: bool, database: str, verbosity: int, **options: Any) -> None:
        wanted = _wanted_permissions()
        try:
            with transaction.atomic(using=database):
                missing = [permission for permission in wanted if not permission.exists(database)]
                for permission in missing:
                    if not dry_run:
                        permission.create(database)
                    if verbosity:
                        verb = "Would create" if dry_run else "Created"
                        self.stdout.write(f"{verb} {permission.app_label}.{permission.codename} ({permission.name})")
        except DatabaseError as error:
            raise CommandError(
                f"The permissions cannot be written to the database {database!r} (has it been migrated?): {error}"
            ) from error
        if verbosity:
            there = len(wanted) - len(missing)
            created = f"{len(missing)} permissions {'would be ' * dry_run}created, {there} were there already."
            self.stdout.write(self.style.SUCCESS(created))


@dataclass(frozen=True, kw_only=True)
class WantedPermission:
    """A permission that an action asks; actions of one app with the same codename share the first one."""

    config: AdminConfig
    codename: str
    name: str

    @property
    def app_label(self) -> str:
        """The app that the codename belongs to."""
        return str(self.config.model._meta.app_label)

    def exists(self, database: str) -> bool:
        """Whether the app has a permission of this codename, of whichever model."""
        found = Permission.objects.using(database).filter(
            content_type__app_label=self.app_label, codename=self.codename
        )
        return found.exists()

    def create(self, database: str) -> None:
        """Create it for the action's model."""
        types = ContentType.objects.db_manager(database)
        content_type = types.get_for_model(self.config.model, for_concrete_model=False)
        Permission.objects.using(database).get_or_create(
            content_type=content_type, codename=self.codename, defaults={"name": self.name[:_NAME_LENGTH]}
        )


def _wanted_permissions() -> list[WantedPermission]:
    wanted: dict[tuple[str, str], WantedPermission] = {}
    for config in dict(registry.items()).values():
        for permission in _of_config(config):
            if len(permission.codename) > _CODENAME_LENGTH:
                raise CommandError(
                    f"{permission.codename!r} is longer than a codename may be ({_CODENAME_LENGTH} characters)."
                )
            wanted.setdefault((permission.app_label, permission.codename), permission)
    return list(wanted.values())


def _of_config(config: AdminConfig) -> Iterator[WantedPermission]:
    options = config.model._meta
    for name in config.actions:
        action = find_action(config, name)
        codename = action.permission if action is not None else None
        # A codename with a dot names another app's permission, which that app creates.
        if action is not None and isinstance(codename, str) and "." not in codename:
            label = action_label(name, action)
            yield WantedPermission(
                config=config, codename=codename, name=f"Can {label[:1].lower()}{label[1:]} {options.verbose_name}"
            )
