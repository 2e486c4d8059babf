"""Orders with many ties, and asking for them by cursor."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import RequestFactory

from conjure.graphql.execution import Runner
from tests.testapp.factories import create, day, moment
from tests.testapp.models import shop

PAGE = """
query ($order: [TestappOrderOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  testappOrdersConnection(ordering: $order, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def make_orders() -> list[shop.Order]:
    """Rows with few distinct values and many NULLs, so that orders have ties in every column."""
    chance = random.Random(7)
    category = shop.Category.objects.create(name="things")
    products = create(
        shop.Product,
        *(
            {"sku": sku, "name": sku, "category": category, "price": price, "released": released}
            for sku, price, released in (("a", 1, None), ("B", "2.50", day(3)), ("ö", "2.50", None), ("z", 10, day(1)))
        ),
    )
    customers = create(
        shop.Customer,
        *(
            {"name": name, "email": f"{number}@example.com", "birthday": birthday, "credit": credit}
            for number, (name, birthday, credit) in enumerate(
                (("ada", None, 0), ("Ada", day(0), 5), ("Çiğdem", None, 5), ("", day(-9000), "0.01"))
            )
        ),
    )
    coupons = create(shop.Coupon, {"code": "x", "percent": 5}, {"code": "y", "is_active": False})
    window = datetime.timedelta
    return create(
        shop.Order,
        *(
            {
                "number": f"N{number}",
                "customer": chance.choice(customers),
                "product": chance.choice([None, *products]),
                "coupon": chance.choice([None, *coupons]),
                "status": chance.choice(shop.Order.Status.values),
                "priority": chance.choice(shop.Order.Priority.values),
                "total": chance.choice([Decimal("0.10"), Decimal("0.30"), Decimal("1000000.01")]),
                "weight": chance.choice([None, 0.1, 0.1 + 0.2, -1.5, 1e10]),
                "comment": chance.choice(["", "Same", "same", "other"]),
                "is_gift": chance.choice([True, False]),
                "gift_wrapped": chance.choice([None, True, False]),
                "ordered_on": chance.choice([day(0), day(1)]),
                "deliver_at": chance.choice([None, datetime.time(9), datetime.time(9, 30, 0, 1)]),
                "delivery_window": chance.choice([None, window(days=-1, microseconds=1), window(0), window(hours=3)]),
                "paid_at": chance.choice([None, moment(0), moment(1)]),
            }
            for number in range(24)
        ),
    )


def query(user: User, text: str, **variables: Any) -> Any:
    """What a document with one root field gives, executed for the user."""
    request = RequestFactory().get("/")
    request.user = user
    (answer,) = Runner(request).run(text, variables).values()
    return answer
