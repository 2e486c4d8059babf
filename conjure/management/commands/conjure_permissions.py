"""``conjure_permissions``: prints who may do what, and compares it with a file."""

from __future__ import annotations

from argparse import ArgumentParser
from shlex import quote
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from conjure.graphql.access.lock import Comparison, InvalidLockError, compare, read_lock, write_lock
from conjure.graphql.access.overview import table_of_group, table_of_permissions, table_of_user
from conjure.graphql.access.table import AccessTable
from conjure.graphql.access.text import write_text
from conjure.management.output import read_file
from conjure.management.users import find_user


class Command(BaseCommand):
    help = (
        "Prints who may do what to which model, field and action, and which permission, hook or attribute decides. "
        "Without --user and --group: what each permission opens. With --check FILE, which --format json wrote: exits "
        "with 1 if more or less is allowed than the file says."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        subject = parser.add_mutually_exclusive_group()
        subject.add_argument("--user", metavar="NAME", help="What this user may do.")
        subject.add_argument("--group", metavar="NAME", help="What staff with only this group's permissions may do.")
        parser.add_argument("--format", choices=("table", "json"), default="table", help="(default: table)")
        parser.add_argument("--check", metavar="FILE", help="Compare with this file instead of printing.")

    def handle(self, *, user: str | None, group: str | None, check: str | None, **options: Any) -> None:
        before = None if check is None else _read(check)
        try:
            table = _make_table(user, group)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read (has it been migrated?): {error}") from error
        if check is None or before is None:
            self.stdout.write(write_lock(table) if options["format"] == "json" else write_text(table))
            return
        if before.of != table.of:
            raise CommandError(f"{check} says what {before.of} may do, not what {table.of} may do.")
        found = compare(before, table)
        if found.is_same:
            self.stdout.write(self.style.SUCCESS(f"{check} is up to date."))
            return
        self._report(found)
        subject = "".join(f" --{name} {quote(value)}" for name, value in (("user", user), ("group", group)) if value)
        accept = f"manage.py conjure_permissions{subject} --format json > {quote(check)}"
        raise CommandError(f"{check} says otherwise. If this is meant, accept it: {accept}")

    def _report(self, found: Comparison) -> None:
        for title, lines in (
            ("Newly allowed:", found.newly_allowed),
            ("No longer allowed:", found.no_longer_allowed),
            ("Decided by other rules:", found.decided_otherwise),
        ):
            if lines:
                self.stdout.write("\n".join([title, *(f"  {line}" for line in lines)]))


def _make_table(user: str | None, group: str | None) -> AccessTable:
    if user is not None:
        return table_of_user(find_user(user), user)
    if group is not None:
        found = Group._base_manager.filter(name=group).first()
        if found is None:
            raise CommandError(f"There is no group {group!r}.")
        return table_of_group(found)
    return table_of_permissions()


def _read(file: str) -> AccessTable:
    """The table in a file. Raise CommandError where there is none."""
    try:
        return read_lock(read_file(file))
    except InvalidLockError as error:
        raise CommandError(f"{file} cannot be compared with: {error}.") from error
