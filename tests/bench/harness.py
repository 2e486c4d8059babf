"""What the benches share: a filled database of the test project, timing, and tables."""

from __future__ import annotations

import datetime
import json
import os
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

_BATCH = 5_000
# No more orders than these have lines.
_WITH_ITEMS = 50_000


def start(rows: int) -> None:
    """Set Django up on a database of its own (``CONJURE_TEST_DB`` chooses the kind) with that many orders."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment

    setup_test_environment()
    settings.DEBUG = False
    setup_databases(verbosity=0, interactive=False)
    _fill(rows)


def _fill(rows: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import connection

    from tests.testapp.models import Category, Customer, Order, OrderItem, Product, Tag

    users = [
        get_user_model().objects.create_superuser("bench"),
        get_user_model().objects.create_user("other", is_staff=True),
    ]
    category = Category.objects.create(name="Everything")
    tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(10)]
    customers = [Customer(name=f"Customer {n}", email=f"c{n}@example.com") for n in range(1_000)]
    products = [Product(sku=f"P{n}", name=f"Product {n}", category=category, price=n) for n in range(500)]
    Customer.objects.bulk_create(customers)
    Product.objects.bulk_create(products)
    links = [
        Product.tags.through(product_id=product.pk, tag_id=tag.pk)
        for number, product in enumerate(products)
        for tag in tags[number % 7 : number % 7 + 3]
    ]
    Product.tags.through.objects.bulk_create(links)
    for begin in range(0, rows, _BATCH):
        orders = [
            _make_order(n, customers[n * 7 % 1_000], products[n % 500], users[n % 2])
            for n in range(begin, min(begin + _BATCH, rows))
        ]
        Order.objects.bulk_create(orders)
        if begin >= _WITH_ITEMS:
            continue
        items = [
            OrderItem(order=order, product=products[(n + step) % 500], quantity=1 + n % 5, unit_price=1)
            for n, order in enumerate(orders)
            for step in range(2)
        ]
        OrderItem.objects.bulk_create(items)
    with connection.cursor() as cursor:  # As a database that has been running for a while knows its tables.
        cursor.execute("ANALYZE" if connection.vendor != "mysql" else "ANALYZE TABLE testapp_order")


def _make_order(n: int, customer: Any, product: Any, user: Any) -> Any:
    from tests.testapp.models import Order

    return Order(
        number=f"N{n:08}",
        customer=customer,
        product=product,
        assigned_to=user,
        status=("draft", "paid", "shipped", "cancelled")[n % 4],
        total=Decimal(n % 997) / 4,
        weight=n % 13 / 4,
        comment=f"Comment {n} of some length, as people write them.",
        ordered_on=datetime.date(2020, 1, 1) + datetime.timedelta(days=n % 2_000),
    )


def logged_in_client() -> Any:
    """An HTTP client of the superuser."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(raise_request_exception=True)
    client.force_login(get_user_model().objects.get(username="bench"))
    return client


def poster(client: Any, path: str, query: str) -> Callable[[], Any]:
    """A call that posts a GraphQL query, and fails where the answer has errors."""
    body = json.dumps({"query": query})

    def post() -> Any:
        answer = client.post(path, body, content_type="application/json")
        assert "errors" not in answer.json(), answer.content[:500]
        return answer

    return post


def best(call: Callable[[], Any], rounds: int = 30) -> float:
    """The best of that many times, in milliseconds: what a busy machine disturbs least."""
    call()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return 1e3 * min(times)


def compare(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int = 30) -> tuple[float, float]:
    """The best times of two calls, taken in turns so that both meet the same machine."""
    ours()
    theirs()
    pairs = [(best(ours, 1), best(theirs, 1)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with columns as wide as they need to be."""
    lines = [list(head), *([_show(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}")
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  " + "   ".join(cells))


def _show(cell: Any) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else str(cell)
