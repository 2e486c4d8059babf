"""Turns Chinook's JSON into unsaved model instances, and derives what Chinook does not have."""

from __future__ import annotations

import json
import unicodedata
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.text import slugify

from catalog.models import Album, Artist, Genre, MediaType, Playlist, Track
from store.models import Country, Customer, Employee, Invoice, InvoiceLine, Refund, Voucher

CHINOOK_PATH = Path(__file__).resolve().parent.parent / "data" / "chinook.json"

COUNTRY_CODES = {
    "Argentina": "AR",
    "Australia": "AU",
    "Austria": "AT",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Chile": "CL",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Hungary": "HU",
    "India": "IN",
    "Ireland": "IE",
    "Italy": "IT",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "Spain": "ES",
    "Sweden": "SE",
    "USA": "US",
    "United Kingdom": "GB",
}

VIDEO_PRICE = Decimal("1.99")
# Derived rows get the same UUID on every load.
NAMESPACE = uuid.UUID("5f0c6c1e-6f0a-4d0b-9a55-c1e0c0ffee00")

Row = dict[str, Any]


class Chinook:
    """The rows of the JSON file as model instances, in an order in which they can be saved."""

    def __init__(self, path: Path = CHINOOK_PATH) -> None:
        self.tables: dict[str, list[Row]] = json.loads(path.read_text(encoding="utf-8"))

    def iter_models(self) -> Iterator[tuple[type[models.Model], Sequence[models.Model]]]:
        """Give each model with its instances; what a foreign key points to comes first."""
        yield Country, [Country(code=code, name=name) for name, code in COUNTRY_CODES.items()]
        yield Artist, [Artist(id=row["id"], name=row["name"]) for row in self.tables["artist"]]
        yield Genre, [Genre(id=row["id"], name=row["name"], slug=slugify(row["name"])) for row in self.tables["genre"]]
        yield MediaType, list(self.media_types.values())
        yield Album, [Album(id=r["id"], title=r["title"], artist_id=r["artist"]) for r in self.tables["album"]]
        yield Track, [self.build_track(row) for row in self.tables["track"]]
        yield Playlist, self.build_playlists()
        through = Playlist.tracks.through
        yield (
            through,
            [through(id=r["id"], playlist_id=r["playlist"], track_id=r["track"]) for r in self.tables["playlisttrack"]],
        )
        yield Employee, [self.build_employee(row) for row in self.tables["employee"]]
        yield Customer, [self.build_customer(row) for row in self.tables["customer"]]
        yield Invoice, self.invoices
        yield InvoiceLine, [self.build_line(row) for row in self.tables["invoiceline"]]
        yield Refund, [self.build_refund(i) for i in self.invoices if i.status == Invoice.Status.REFUNDED]
        yield Voucher, self.build_vouchers()

    # The catalog.

    @cached_property
    def media_types(self) -> dict[int, MediaType]:
        return {
            row["id"]: MediaType(id=row["id"], name=row["name"], is_protected=row["name"].startswith("Protected"))
            for row in self.tables["mediatype"]
        }

    def build_track(self, row: Row) -> Track:
        """A track; copy-protected ones are no longer on sale."""
        return Track(
            id=row["id"],
            name=row["name"],
            album_id=row["album"],
            media_type_id=row["mediatype"],
            genre_id=row["genre"],
            composer=row["composer"] or "",
            duration=timedelta(milliseconds=row["milliseconds"]),
            size=row["bytes"],
            unit_price=_parse_money(row["unit_price"]),
            is_available=not self.media_types[row["mediatype"]].is_protected,
        )

    def build_playlists(self) -> list[Playlist]:
        """The playlists; those without tracks are not public."""
        filled = {row["playlist"] for row in self.tables["playlisttrack"]}
        return [
            Playlist(id=row["id"], name=row["name"], is_public=row["id"] in filled) for row in self.tables["playlist"]
        ]

    # The store.

    def build_employee(self, row: Row) -> Employee:
        return Employee(
            **_parse_person(row),
            title=row["title"],
            reports_to_id=row["reports_to"],
            birth_date=_parse_datetime(row["birthdate"]).date(),
            hire_date=_parse_datetime(row["hiredate"]).date(),
        )

    def build_customer(self, row: Row) -> Customer:
        """A customer; the preferences are the genres bought most, and private customers get the newsletter."""
        return Customer(
            **_parse_person(row),
            company=row["company"] or "",
            support_rep_id=row["support_rep"],
            preferences={
                "newsletter": row["company"] is None,
                "favourite_genres": self.favourite_genres[row["id"]],
            },
        )

    @cached_property
    def favourite_genres(self) -> dict[int, list[str]]:
        names = {row["id"]: row["name"] for row in self.tables["genre"]}
        genres = {row["id"]: names[row["genre"]] for row in self.tables["track"]}
        customers = {row["id"]: row["customer"] for row in self.tables["invoice"]}
        bought: dict[int, Counter[str]] = defaultdict(Counter)
        for line in self.tables["invoiceline"]:
            bought[customers[line["invoice"]]][genres[line["track"]]] += line["quantity"]
        return {customer: [name for name, _ in counter.most_common(3)] for customer, counter in bought.items()}

    @cached_property
    def invoices(self) -> list[Invoice]:
        return [
            Invoice(
                id=row["id"],
                customer_id=row["customer"],
                invoice_date=_parse_datetime(row["invoicedate"]),
                status=self.derive_status(row),
                billing_address=row["billingaddress"] or "",
                billing_city=row["billingcity"] or "",
                billing_state=row["billingstate"] or "",
                billing_postal_code=row["billingpostalcode"] or "",
                billing_country_id=COUNTRY_CODES[row["billingcountry"]],
                total=_parse_money(row["total"]),
            )
            for row in self.tables["invoice"]
        ]

    def derive_status(self, row: Row) -> Invoice.Status:
        """The status as of the day of the last invoice.

        The last 30 days are open; large ones (10 or more) of the last 180 days are overdue; of the older ones,
        those for nothing but videos were refunded; the rest is paid.
        """
        age = self.last_day - _parse_datetime(row["invoicedate"])
        if age < timedelta(days=30):
            return Invoice.Status.OPEN
        if age < timedelta(days=180) and row["total"] >= 10:
            return Invoice.Status.OVERDUE
        if self.line_prices[row["id"]] == {VIDEO_PRICE}:
            return Invoice.Status.REFUNDED
        return Invoice.Status.PAID

    @cached_property
    def last_day(self) -> datetime:
        return max(_parse_datetime(row["invoicedate"]) for row in self.tables["invoice"])

    @cached_property
    def line_prices(self) -> dict[int, set[Decimal]]:
        prices: dict[int, set[Decimal]] = defaultdict(set)
        for line in self.tables["invoiceline"]:
            prices[line["invoice"]].add(_parse_money(line["unit_price"]))
        return prices

    def build_line(self, row: Row) -> InvoiceLine:
        return InvoiceLine(
            id=row["id"],
            invoice_id=row["invoice"],
            track_id=row["track"],
            unit_price=_parse_money(row["unit_price"]),
            quantity=row["quantity"],
        )

    def build_refund(self, invoice: Invoice) -> Refund:
        refunded_at = invoice.invoice_date + timedelta(days=7)
        return Refund(
            id=uuid.uuid5(NAMESPACE, f"refund {invoice.pk}"),
            invoice_id=invoice.pk,
            amount=invoice.total,
            reason="The video does not play on the customer's device.",
            created_at=refunded_at,
            paid_out_at=refunded_at + timedelta(days=2),
        )

    def build_vouchers(self) -> list[Voucher]:
        """A voucher for each of the ten customers who spent most, valid for a year; the last three are used up."""
        spent: Counter[int] = Counter()
        for invoice in self.invoices:
            spent[invoice.customer_id] += invoice.total
        valid_from = self.last_day.date()
        return [
            Voucher(
                id=uuid.uuid5(NAMESPACE, f"voucher {customer}"),
                code=f"THANKS-{customer:03}",
                customer_id=customer,
                percent=15 if place < 3 else 10,
                valid_from=valid_from,
                valid_until=valid_from + timedelta(days=365),
                is_active=place < 7,
            )
            for place, (customer, _) in enumerate(sorted(spent.items(), key=lambda item: (-item[1], item[0]))[:10])
        ]


def _parse_person(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "first_name": row["firstname"],
        "last_name": row["lastname"],
        "email": _transliterate(row["email"]),
        "phone": row["phone"] or "",
        "fax": row["fax"] or "",
        "address": row["address"] or "",
        "city": row["city"] or "",
        "state": row["state"] or "",
        "postal_code": row["postalcode"] or "",
        "country_id": COUNTRY_CODES[row["country"]],
    }


def _transliterate(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("ł", "l"))
    return decomposed.encode("ascii", "ignore").decode()


def _parse_money(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _parse_datetime(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
