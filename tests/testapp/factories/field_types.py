"""Rows with values of every type, and with the largest, smallest and most precise ones."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Permission

from tests.testapp.factories.rows import UTC, create, day, key, moment, png, text_file
from tests.testapp.models import choices, custom, field_types
from tests.testapp.models.shop import Tag


def every_value(number: int) -> dict[str, Any]:
    """A value for each field of EveryField, another one for each number."""
    return {
        "a_big_integer": 2**60 + number,
        "a_binary": bytes([0, 255, number]),
        "a_boolean": bool(number % 2),
        "a_char": f" text {number}, with a comma ",
        "a_date": day(number),
        "a_datetime": moment(number),
        "a_decimal": Decimal("1234.5600") + number,
        "a_duration": datetime.timedelta(days=number, seconds=1, microseconds=number),
        "a_file": text_file(f"file {number}", f"file-{number}.txt"),
        "a_file_path": str(field_types.FILES / ("a.txt", "b.txt", "ünlü.txt")[number % 3]),
        "a_float": number + 0.1,
        "a_json": [{"number": number, "list": [1, 2.0, "three", None, True]}, "text", number][number % 3],
        "a_positive_big": 2**62 + number,
        "a_positive": number,
        "a_positive_small": number,
        "a_slug": f"slug-{number}",
        "a_small": -number,
        "a_text": f"line {number}\r\nand another\n\n  indented \U0001f600",
        "a_time": datetime.time(23, number, 59, 999999),
        "a_url": f"https://example.com/{number}?q=%20&r=ü",
        "a_uuid": key(number),
        "an_email": f"user+{number}@example.com",
        "an_image": png(number + 1, 1, f"image-{number}.png"),
        "an_integer": -(2**31) + number,
        "an_ip": f"2001:db8::{number + 1}",
        "an_ipv4": f"192.0.2.{number}",
    }


def make_field_types() -> None:
    """Three or more rows of each model of ``models/field_types.py``."""
    create(field_types.EveryField, *(every_value(number) for number in range(3)))
    empty = {"a_char": "", "a_text": "", "a_json": "", "a_binary": b"", "a_boolean": False, "an_integer": 0}
    create(field_types.EveryNullableField, every_value(1), {}, empty, {"a_json": {}}, {"a_json": []}, {"a_json": False})
    defaults = {"token_like": key(1), "moment_by_database": moment(0)}
    create(
        field_types.EveryDefault,
        defaults,
        {**defaults, "token_like": key(2), "text": "", "flag": False, "items": [1], "options": None},
        {**defaults, "token_like": key(3), "by_database": 12, "text_by_database": "given"},
    )
    create(
        field_types.GeneratedColumns,
        {"width": 2, "height": 3, "name": "Straße"},
        {"width": -1, "name": ""},
        {"width": 50_000, "height": 40_000, "name": "third"},
    )
    _make_limits()
    create(
        field_types.Pictures,
        {
            "picture": png(3, 2, "wide.png"),
            "document": text_file("a", "a.txt"),
            "required_document": text_file("b", "b.txt"),
        },
        {"picture": png(1, 4, "tall.png"), "required_document": text_file("c", "c.txt")},
        {
            "picture": png(name="a name, with ü.png"),
            "document": text_file("e", "e.txt"),
            "required_document": text_file("d", "d"),
        },
    )
    permissions = list(Permission.objects.order_by("pk")[:4])
    create(
        field_types.RelationFields,
        {"permission": permissions[0], "single": permissions[1], "several": permissions},
        {"permission": permissions[0]},
        {"permission": permissions[2], "single": permissions[3]},
    )
    create(field_types.Uneditable, {}, {"name": "second", "count": 2}, {"data": b"third"})
    create(field_types.OnlyKey, {}, {}, {})
    create(
        field_types.Validated,
        {"code": "a", "slug": "first", "day": day(0), "first": 1, "second": 2, "is_main": True},
        {"code": None, "slug": "second", "day": day(0), "first": 2, "second": 5},
        {"code": None, "slug": "first", "day": day(1), "first": 3, "second": 4},
    )


def _make_limits() -> None:
    create(
        field_types.Limits,
        {
            "big": 2**63 - 1,
            "positive_big": 2**63 - 1,
            "precise": Decimal("12345678901234567890.0123456789"),
            "whole": Decimal(999_999_999_999_999),
            "fraction": Decimal("0.99999"),
            "ratio": 1.7976931348623157e308,
            "moment": datetime.datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
            "day": datetime.date(9999, 12, 31),
            "time": datetime.time(23, 59, 59, 999999),
            "length": datetime.timedelta(days=100_000, microseconds=999_999),
            "text": "ğüşıöç ÄÖÜß 名前 \U0001f469‍\U0001f4bb שלום\t\r\n ",
            "document": {"big": 2**70, "float": 1.0, "small": 1e-300, "": "empty", "ü": [[[[]]]]},
        },
        {
            "big": -(2**63),
            "precise": Decimal("-0.0000000001"),
            "whole": Decimal(-1),
            "fraction": Decimal("-0.00001"),
            "ratio": -2.5e-300,
            "moment": datetime.datetime(1000, 1, 2, tzinfo=UTC),
            "day": datetime.date(1000, 1, 1),
            "time": datetime.time(0),
            "length": datetime.timedelta(days=-100_000, microseconds=1),
            "text": "null",
            "document": "a text",
        },
        {
            "big": 2**53 + 1,
            "precise": Decimal("0.1000000000"),
            "ratio": 0.1 + 0.2,
            "moment": datetime.datetime(2024, 3, 31, 1, 30, tzinfo=UTC),
            "day": day(0),
            "time": datetime.time(12, 0, 0, 1),
            "length": datetime.timedelta(),
            "text": "  padded  ",
            "document": [1, 1.5, True, None, "null", {}],
        },
    )


def make_choices() -> None:
    """Rows with each odd choice, and with values that are no longer among them."""
    create(
        choices.EveryChoice,
        {"suit": "H", "rank": 13, "holiday": choices.Holiday.NEW_YEAR.value, "none_among": 0, "awkward": "größe"},
        {"suit": "", "empty_among": "z", "yes_no": True, "tristate": False, "awkward": "with space", "medium": "vhs"},
        {
            "suit": "X",
            "rank": 99,
            "stale": "then",
            "single": "gone",
            "awkward": "ä,b",
            "mapped": "?",
            "called": "three",
        },
        {
            "rank": -1,
            "tristate": True,
            "none_among": 1,
            "price": Decimal("99.00"),
            "awkward": "__typename",
            "lazy": "b",
        },
    )


def make_custom(tags: list[Tag]) -> None:
    """Rows with values of third parties' types; one row of Corrupt cannot be read."""
    first, *_ = create(
        custom.CustomFields,
        {
            "price": "12.30 EUR",
            "deposit": "0.00 TRY",
            "note": "encrypted ü",
            "words": ["a", "b c", "ü"],
            "colour": "#ff8000",
            "document": {"a": [1, None]},
            "country": "TR",
            "second_country": "DE",
            "cost": Decimal("1.50"),
            "cost_currency": "TRY",
            "email": "Mixed@Example.com",
            "nickname": "mixed",
            "file": text_file("own", "own.txt"),
            "tags": tags,
        },
        {"price": "0 USD", "country": "DE", "words": []},
        {"price": "-1.5 EUR", "country": "US", "document": "text", "colour": "#000000"},
    )
    create(custom.CustomFields, {"price": "7 EUR", "country": "DE", "parent": first, "document": []})
    create(custom.Levels, {"level": 1}, {"level": 2, "former": 1}, {"level": 2})
    targets = create(custom.CustomKey, *({"price": f"{number}.00 EUR", "name": "a name"} for number in range(1, 4)))
    create(custom.CustomKeyReference, *({"target": target} for target in targets))
    create(custom.Unwritable, *({"code": f"code {number}", "name": "a name"} for number in range(3)))
    create(custom.Corrupt, *({"name": code, "code": code} for code in ("good", "corrupt", "fine", "also fine")))
