"""Rows of the ordinary shop."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from tests.testapp.factories.rows import create, day, key, moment, png, text_file
from tests.testapp.models import shop


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What ``make_shop`` made, three or more of each."""

    users: list[User]
    categories: list[shop.Category]
    tags: list[shop.Tag]
    customers: list[shop.Customer]
    products: list[shop.Product]
    coupons: list[shop.Coupon]
    orders: list[shop.Order]
    items: list[shop.OrderItem]
    events: list[shop.Event]
    attachments: list[shop.Attachment]
    reviews: list[shop.Review]
    shipments: list[shop.Shipment]
    notes: list[shop.Note]
    folders: list[shop.Folder]
    vaults: list[shop.Vault]


def make_users() -> list[User]:
    """Alice, who is staff; Bob, who is not; Carol, who is inactive staff. Made once, then found."""
    users: Any = get_user_model().objects
    wanted = [
        ("alice", {"is_staff": True, "first_name": "Alice", "last_name": "Ångström"}),
        ("bob", {"email": "bob@example.com"}),
        ("carol", {"is_staff": True, "is_active": False}),
    ]
    return [
        users.filter(username=name).first() or users.create_user(name, password=name, **options)
        for name, options in wanted
    ]


def make_shop() -> Shop:
    """An ordinary shop with three orders; notes and coupons are hidden from some."""
    users = make_users()
    categories, tags = _make_categories(), _make_tags()
    customers, products = _make_customers(), _make_products(categories, tags)
    coupons = create(
        shop.Coupon,
        {"code": "SPRING", "percent": 10},
        {"code": "SUMMER", "percent": 20},
        {"code": "EXPIRED", "percent": 50, "is_active": False},
        {"code": "ANCIENT", "percent": 90, "is_active": False},
        {"code": "AUTUMN", "percent": 5},
    )
    orders = _make_orders(users, customers, products, coupons)
    notes = _make_notes(users)
    return Shop(
        users=users,
        categories=categories,
        tags=tags,
        customers=customers,
        products=products,
        coupons=coupons,
        orders=orders,
        items=_make_items(orders, products),
        events=_make_events(),
        attachments=_make_attachments(orders),
        reviews=create(
            shop.Review,
            {"product": products[0], "stars": 5, "text": "Good."},
            {"product": products[0], "stars": 1, "text": "Bad."},
            {"product": products[1], "stars": 3, "moderated_by": "alice"},
        ),
        shipments=create(
            shop.Shipment,
            {"order": orders[0], "carrier": "Post", "cost": Decimal("4.90"), "sent_at": moment(1)},
            {"order": orders[0], "carrier": "Bike", "cost": Decimal("9.00")},
            {"order": orders[1], "carrier": "Drone", "cost": Decimal("0.00")},
        ),
        notes=notes,
        folders=create(
            shop.Folder,
            {"name": "All", "cover": notes[1], "notes": notes},
            {"name": "Public", "cover": notes[0], "notes": [notes[0]]},
            {"name": "Empty"},
        ),
        vaults=create(
            shop.Vault,
            {"name": "Open", "contents": "coins"},
            {"name": "Locked", "is_locked": True, "contents": "gold"},
            {"name": "Empty"},
        ),
    )


def _make_categories() -> list[shop.Category]:
    first, second = create(shop.Category, {"name": "Tools", "position": 1}, {"name": "Books", "position": 2})
    return [
        first,
        second,
        *create(
            shop.Category,
            {"name": "Hammers", "parent": first, "position": 1, "description": "They fall."},
            {"name": "Çocuk kitapları", "parent": second, "position": 3},  # noqa: RUF001 - Turkish
        ),
    ]


def _make_tags() -> list[shop.Tag]:
    return create(
        shop.Tag,
        {"name": "New", "slug": "new"},
        {"name": "Sale", "slug": "sale"},
        {"name": "Öko", "slug": "eco"},
    )


def _make_customers() -> list[shop.Customer]:
    return create(
        shop.Customer,
        {
            "id": key(1),
            "name": "Ada Lovelace",
            "email": "ada@example.com",
            "tier": "gold",
            "phone": "+44 20 1234",
            "credit": Decimal("100.50"),
            "birthday": datetime.date(1815, 12, 10),
            "api_token": "ada's token",
        },
        {"id": key(2), "name": "Bjarne Müller", "email": "bjarne@example.com", "tier": "silver"},
        {"id": key(3), "name": "Çiğdem O'Neil", "email": "cigdem@example.com", "api_token": "x", "is_active": False},
    )


def _make_products(categories: list[shop.Category], tags: list[shop.Tag]) -> list[shop.Product]:
    return create(
        shop.Product,
        {
            "sku": "HAM-1",
            "name": "Hammer",
            "category": categories[2],
            "price": Decimal("19.90"),
            "tags": tags[:2],
            "attributes": {"weight": 1.5, "colours": ["red", "blue"], "nested": {"a": None}},
            "image": png(2, 3, "hammer.png"),
            "stock": 7,
            "released": day(0),
        },
        {"sku": "SAW/2", "name": "Saw", "category": categories[0], "price": Decimal("5.00"), "tags": tags},
        {
            "sku": "BOOK 3",
            "name": "A book, 50% off",
            "category": categories[1],
            "price": Decimal("0.00"),
            "attributes": ["not", "a", "dict"],
            "is_available": False,
            "website": "https://example.com/book?a=1&b=2",
        },
        {"sku": "4", "name": "Äpfel", "category": categories[3], "price": Decimal("99999999.99"), "stock": -1},
    )


def _make_orders(
    users: list[User], customers: list[shop.Customer], products: list[shop.Product], coupons: list[shop.Coupon]
) -> list[shop.Order]:
    return create(
        shop.Order,
        {
            "number": "A-1",
            "customer": customers[0],
            "product": products[0],
            "assigned_to": users[0],
            "coupon": coupons[0],
            "status": "paid",
            "priority": 3,
            "total": Decimal("39.80"),
            "discount": Decimal("2.50"),
            "weight": 3.25,
            "comment": " Ring twice.\nThen wait. ",
            "secret_note": "a secret",
            "is_gift": True,
            "gift_wrapped": True,
            "ordered_on": day(0),
            "deliver_at": datetime.time(9, 30, 15, 250000),
            "delivery_window": datetime.timedelta(hours=2, minutes=30),
            "paid_at": moment(1),
        },
        {
            "number": "A-2",
            "customer": customers[1],
            "assigned_to": users[1],
            "coupon": coupons[2],
            "gift_wrapped": False,
            "ordered_on": day(1),
            "delivery_window": datetime.timedelta(days=-1, microseconds=1),
        },
        {"number": "A-3", "customer": customers[0], "product": products[1], "status": "shipped", "ordered_on": day(1)},
    )


def _make_items(orders: list[shop.Order], products: list[shop.Product]) -> list[shop.OrderItem]:
    return create(
        shop.OrderItem,
        {"order": orders[0], "product": products[0], "quantity": 2, "unit_price": Decimal("19.90")},
        {"order": orders[0], "product": products[1], "unit_price": Decimal("5.00")},
        {"order": orders[1], "product": products[2], "quantity": 10, "unit_price": Decimal("0.00")},
        {"order": orders[2], "product": products[0], "unit_price": Decimal("18.00")},
    )


def _make_events() -> list[shop.Event]:
    return create(
        shop.Event,
        {"name": "started", "ip": "192.0.2.1", "payload": {"pid": 1}, "happened_at": moment(0)},
        {"name": "failed", "level": 40, "size": 2**63 - 1, "ip": "2001:db8::1", "happened_at": moment(1)},
        {"name": "stopped", "size": -(2**40), "payload": [1, "two", None], "happened_at": moment(2)},
    )


def _make_attachments(orders: list[shop.Order]) -> list[shop.Attachment]:
    return create(
        shop.Attachment,
        {
            "order": orders[0],
            "title": "Invoice",
            "file": text_file("invoice", "invoice.txt"),
            "image": png(name="scan.png"),
        },
        {"order": orders[0], "title": "Ünlü", "file": text_file("letter", "ünlü dosya.txt")},
        {"title": "Loose", "file": text_file("loose", "loose.txt"), "image": png(4, 4, "loose.png")},
    )


def _make_notes(users: list[User]) -> list[shop.Note]:
    return create(
        shop.Note,
        {"title": "A public note", "text": "for all", "owner": users[0], "is_public": True},
        {"title": "Bob's own note", "text": "for Bob", "owner": users[1]},
        {"title": "Nobody's hidden note", "text": "for superusers"},
        {"title": "Alice's own note", "text": "for Alice", "owner": users[0]},
    )
