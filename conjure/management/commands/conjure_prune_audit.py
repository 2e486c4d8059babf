"""``conjure_prune_audit``: deletes old rows of the audit log, a batch at a time."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from conjure.models import AdminAuditLog


class Command(BaseCommand):
    help = (
        "Deletes audit log rows older than the given number of days. Each batch is a transaction of its own, "
        "so that an interrupted run can simply be started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS", help="The age to delete from.")
        parser.add_argument("--batch-size", type=int, default=5_000, metavar="N", help="Rows a batch (default: 5000).")
        parser.add_argument("--dry-run", action="store_true", help="Only say how many rows would be deleted.")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="The database to prune (default: default).")

    def handle(
        self, *, older_than: int, batch_size: int, dry_run: bool, database: str, verbosity: int, **options: Any
    ) -> None:
        if batch_size < 1:
            raise CommandError("--batch-size must be at least 1.")
        cutoff = _days_ago(older_than)
        old = AdminAuditLog._base_manager.using(database).filter(created_at__lt=cutoff)
        try:
            total = old.count()
            if dry_run:
                self.stdout.write(f"{total} rows from before {cutoff:%Y-%m-%d %H:%M} would be deleted.")
                return
            deleted = 0
            while count := _delete_oldest(old, batch_size):
                deleted += count
                if verbosity:
                    self.stdout.write(f"{deleted} of {total} rows deleted.")
        except DatabaseError as error:
            raise CommandError(f"The audit log of the database {database!r} cannot be pruned: {error}") from error
        self.stdout.write(self.style.SUCCESS(f"Deleted {deleted} rows from before {cutoff:%Y-%m-%d %H:%M}."))


def _days_ago(days: int) -> datetime.datetime:
    if days < 0:
        raise CommandError("--older-than must be 0 or more days.")
    try:
        return timezone.now() - datetime.timedelta(days=days)
    except OverflowError:
        raise CommandError(f"--older-than {days} lies before the calendar begins.") from None


def _delete_oldest(rows: QuerySet[AdminAuditLog], count: int) -> int:
    """Delete the oldest ``count`` rows and give how many went: by a range of the index, so no pks are loaded."""
    oldest_first = rows.order_by("created_at", "pk").values_list("created_at", "pk")
    last = next(iter(oldest_first[count - 1 : count]), None)
    if last is not None:
        created_at, pk = last
        rows = rows.filter(Q(created_at__lt=created_at) | Q(pk__lte=pk), created_at__lte=created_at)
    return rows.delete()[0]
