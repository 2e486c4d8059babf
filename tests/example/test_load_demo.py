"""The example's own data: complete, valid, and safe to load again."""

from __future__ import annotations

import json

from tests.example.conftest import MANAGE, ROOT, Demo

CHINOOK_TABLES = {
    "album": "catalog.Album",
    "artist": "catalog.Artist",
    "customer": "store.Customer",
    "employee": "store.Employee",
    "genre": "catalog.Genre",
    "invoice": "store.Invoice",
    "invoiceline": "store.InvoiceLine",
    "mediatype": "catalog.MediaType",
    "playlist": "catalog.Playlist",
    "playlisttrack": "catalog.Playlist_tracks",
    "track": "catalog.Track",
}

COUNT_ROWS = """
from django.apps import apps
result = {
    model._meta.label: model._default_manager.count()
    for app in ("catalog", "store")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
}
"""


def test_every_row_of_chinook_is_loaded(demo: Demo) -> None:
    tables = json.loads((ROOT / "example" / "data" / "chinook.json").read_text(encoding="utf-8"))
    counts = demo.evaluate(COUNT_ROWS)
    assert {table: counts[model] for table, model in CHINOOK_TABLES.items()} == {
        table: len(rows) for table, rows in tables.items()
    }
    assert sum(len(rows) for rows in tables.values()) == 15_607


def test_every_loaded_row_passes_its_own_validation(demo: Demo) -> None:
    # Unique checks cost a query a row; the database made them already, when the rows were inserted.
    code = """
from django.apps import apps
from django.core.exceptions import ValidationError
result = []
for app in ("catalog", "store"):
    for model in apps.get_app_config(app).get_models():
        names = [field.name for field in model._meta.fields if field.is_relation]
        for row in model._default_manager.all():
            try:
                row.clean_fields(exclude=names)
                row.clean()
            except ValidationError as error:
                result.append([model._meta.label, row.pk, error.message_dict])
"""
    assert demo.evaluate(code) == []


def test_the_money_and_the_dates_are_those_of_chinook(demo: Demo) -> None:
    code = """
from django.db.models import F, Sum
from store.models import Invoice
from catalog.models import Track
first = Invoice.objects.get(pk=1)
result = {
    "date": first.invoice_date.isoformat(),
    "total": first.total,
    # Rounded, because SQLite sums decimals as floating-point numbers.
    "sum": round(Invoice.objects.aggregate(total=Sum("total"))["total"], 2),
    "of lines": round(Invoice.objects.aggregate(total=Sum(F("lines__unit_price") * F("lines__quantity")))["total"], 2),
    "duration": Track.objects.get(pk=1).duration.total_seconds(),
    "size": Track.objects.get(pk=1).size,
}
"""
    assert demo.evaluate(code) == {
        "date": "2007-01-01T00:00:00+00:00",
        "total": "1.98",
        "sum": "2328.60",
        "of lines": "2328.60",
        "duration": 343.719,
        "size": 11_170_334,
    }


def test_the_derived_rows_cover_every_status_and_agree_with_each_other(demo: Demo) -> None:
    code = """
from store.models import Invoice, Refund, Voucher
result = {
    "statuses": {status: Invoice.objects.filter(status=status).count() for status in Invoice.Status.values},
    "refunded": sorted(Refund.objects.values_list("invoice_id", flat=True)),
    "marked": sorted(Invoice.objects.filter(status="refunded").values_list("pk", flat=True)),
    "vouchers": [Voucher.objects.filter(is_active=active).count() for active in (True, False)],
}
"""
    derived = demo.evaluate(code)
    assert derived["statuses"] == {"open": 7, "overdue": 5, "paid": 388, "refunded": 12}
    assert derived["refunded"] == derived["marked"]
    assert derived["vouchers"] == [7, 3]


def test_covers_and_receipts_are_files_of_their_kind(demo: Demo) -> None:
    code = """
from PIL import Image
from catalog.models import Album
from store.models import Invoice
albums = Album.objects.exclude(cover="")
result = {
    "covers": sorted({Image.open(album.cover.path).format for album in albums}),
    "distinct": len({album.cover.read() for album in albums}) == len(albums) > 10,
    "receipts": sorted({invoice.receipt.read().decode().splitlines()[0][:15]
                        for invoice in Invoice.objects.exclude(receipt="")}),
}
"""
    assert demo.evaluate(code) == {"covers": ["PNG"], "distinct": True, "receipts": ["Chinook Records"]}


def test_loading_again_adds_nothing_and_keeps_what_was_edited(demo: Demo) -> None:
    before = demo.evaluate(COUNT_ROWS)
    demo.evaluate("from catalog.models import Artist; result = Artist.objects.filter(pk=1).update(name='Edited')")
    printed = demo.manage("load_demo")
    assert "there already" in printed
    assert demo.evaluate(COUNT_ROWS) == before
    assert demo.evaluate("from catalog.models import Artist; result = Artist.objects.get(pk=1).name") == "Edited"


def test_reset_brings_back_the_rows_as_they_were(demo: Demo) -> None:
    before = demo.evaluate(COUNT_ROWS)
    files = sorted(path.name for path in demo.var.rglob("media/*/*"))
    code = """
from catalog.models import Artist
from store.models import Invoice
Artist.objects.create(name="Nobody")
result = [Invoice.objects.filter(pk=1).delete()[0], Artist.objects.filter(pk=1).update(name="Edited")]
"""
    demo.evaluate(code)
    assert "Loaded" in demo.manage("load_demo", "--reset")
    assert demo.evaluate(COUNT_ROWS) == before
    assert demo.evaluate("from catalog.models import Artist; result = Artist.objects.get(pk=1).name") == "AC/DC"
    assert sorted(path.name for path in demo.var.rglob("media/*/*")) == files


def test_new_rows_get_ids_after_the_loaded_ones(demo: Demo) -> None:
    code = """
from catalog.models import Artist, Playlist
artist = Artist.objects.create(name="Somebody new")
playlist = Playlist.objects.create(name="New")
playlist.tracks.add(1)
result = [artist.pk > 275, playlist.pk > 18]
artist.delete(), playlist.delete()
"""
    assert demo.evaluate(code) == [True, True]


def test_the_printed_logins_work(demo: Demo) -> None:
    printed = demo.manage("load_demo", PORT="8123")
    lines = [line.split() for line in printed.splitlines()]
    logins = {line[0]: line[1] for line in lines if line[:1] and line[0] in {"admin", "viewer", "clerk", "cashier"}}
    code = f"""
from django.contrib.auth import authenticate
users = [authenticate(username=name, password=password) for name, password in {logins!r}.items()]
result = [[user.username, user.is_staff, user.is_superuser, user.has_perm("store.view_invoice"),
           user.has_perm("store.change_invoice"), user.has_perm("store.delete_invoice")] for user in users]
"""
    assert demo.evaluate(code) == [
        ["admin", True, True, True, True, True],
        ["viewer", True, False, True, False, False],
        ["clerk", True, False, True, True, False],
        ["cashier", True, False, False, False, False],
    ]
    assert "http://127.0.0.1:8123/conjure/" in printed
    assert "http://127.0.0.1:8123/conjure/graphql/" in printed


def test_the_migrations_are_those_of_the_models(demo: Demo) -> None:
    assert "No changes" in demo.manage("makemigrations", "--check", "--dry-run")


def test_the_command_line_works_from_the_folder_of_the_example_too(demo: Demo) -> None:
    assert "no issues" in demo.manage("check", cwd=MANAGE.parent)
