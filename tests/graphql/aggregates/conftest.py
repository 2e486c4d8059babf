"""Orders to aggregate, and who asks for them."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from tests.testapp.factories import create, day
from tests.testapp.models import shop


@pytest.fixture
def orders(db: None) -> list[shop.Order]:
    """Forty orders of three customers over two years."""
    chance = random.Random(11)
    customers = create(
        shop.Customer, *({"name": name, "email": f"{name}@example.com"} for name in ("Ada", "Bob", "Cem"))
    )
    start = datetime.datetime(2023, 12, 30, 22, 15, tzinfo=datetime.UTC)
    return create(
        shop.Order,
        *(
            {
                "number": f"N{number}",
                "customer": chance.choice(customers),
                "status": chance.choice(shop.Order.Status.values),
                "priority": chance.choice(shop.Order.Priority.values),
                "total": Decimal(chance.randrange(0, 100_000)) / 100,
                "weight": chance.choice([None, 0.5, 1.25, 4.0]),
                "is_gift": chance.choice([True, False]),
                "secret_note": "secret",
                "ordered_on": day(chance.randrange(-300, 300)),
                "delivery_window": chance.choice([None, datetime.timedelta(hours=3), datetime.timedelta(minutes=1)]),
                "paid_at": chance.choice([None, start + number * datetime.timedelta(hours=31)]),
            }
            for number in range(40)
        ),
    )


def request_of(user: User) -> Any:
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    return request
