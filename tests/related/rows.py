"""Rows of the app for tests."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from tests.related.models import Person, Seat


def make_person(number: int, **values: object) -> Person:
    """A person on a seat, with a value of its own in every unique column."""
    given = {
        "code": f"c{number}",
        "token_id": uuid.UUID(int=number + 1),
        "height": Decimal(number) + Decimal("150.50"),
        "born": datetime.date(1990, 1, 1) + datetime.timedelta(days=number),
        "seat": Seat.objects.create(number=900 + number),
        "phone": f"+{number}" if number % 2 else None,
        "name": f"Person {number}",
    }
    return Person.objects.create(**{**given, **values})
