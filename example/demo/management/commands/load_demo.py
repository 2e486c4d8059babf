"""``manage.py load_demo``: fills the demo with Chinook's rows and the demo's users."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from catalog.models import Album, Track
from demo.accounts import ACCOUNTS, create_account
from demo.artwork import draw_cover, write_receipt
from demo.chinook import Chinook
from store.models import Invoice

BATCH_SIZE = 1000
ALBUMS_WITH_COVER = 24
INVOICES_WITH_RECEIPT = 12


class Command(BaseCommand):
    help = "Load Chinook's 15,607 rows and the demo's users. Rows that are there already are left as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="Delete all rows of the store and the catalog first, then load."
        )

    def handle(self, *args: Any, reset: bool, **options: Any) -> None:
        started = time.perf_counter()
        with transaction.atomic():
            if reset:
                delete_rows()
            loaded = 0 if Track.objects.exists() else load_rows()
            if loaded:
                create_files()
        # The permissions of custom actions are rows, not migrations.
        call_command("sync_admin_actions", verbosity=0)
        for account in ACCOUNTS:
            create_account(account)
        if loaded:
            self.stdout.write(f"Loaded {loaded} rows in {time.perf_counter() - started:.1f} s.")
        else:
            self.stdout.write("The demo's rows are there already; --reset deletes them and loads them again.")
        self.write_welcome()

    def write_welcome(self) -> None:
        """Say where to go and who may log in."""
        root = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        self.stdout.write(f"\n  Start here  {root}/conjure/\n  GraphiQL    {root}/conjure/graphql/")
        self.stdout.write("\n  user name  password   (for this demo only)")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<10} {account.username:<10} {account.description}")


def load_rows() -> int:
    """Insert all of Chinook and give the number of rows, derived ones included."""
    count = 0
    loaded: list[type[Model]] = []
    for model, instances in Chinook().iter_models():
        count += len(model._default_manager.bulk_create(instances, batch_size=BATCH_SIZE))
        loaded.append(model)
    # Ids were given, not drawn: the next ones must come after them.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), loaded):
            cursor.execute(statement)
    return count


def delete_rows() -> None:
    """Delete every row that ``load_rows`` inserts, and whatever was added beside them."""
    for model, _ in reversed(list(Chinook().iter_models())):
        model._default_manager.all().delete()


def create_files() -> None:
    """Draw the first albums' covers and write the last paid invoices' receipts."""
    for album in Album.objects.order_by("pk")[:ALBUMS_WITH_COVER]:
        save_file(album.cover, f"album-{album.pk}.png", draw_cover(album.title))
    paid = Invoice.objects.filter(status=Invoice.Status.PAID).select_related("customer")
    for invoice in paid.prefetch_related("lines__track").order_by("-pk")[:INVOICES_WITH_RECEIPT]:
        save_file(invoice.receipt, f"invoice-{invoice.pk}.txt", write_receipt(invoice))


def save_file(file: FieldFile, name: str, content: ContentFile[bytes]) -> None:
    """Save under exactly this name, in place of what an earlier load left there."""
    file.storage.delete(file.field.generate_filename(file.instance, name))
    file.save(name, content)
