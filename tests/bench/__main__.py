"""The benches: ``python -m tests.bench [--rows N] [NAME ...]`` prints ratios, and asserts nothing.

``peers`` compares with a DRF viewset and with strawberry-django's own types; ``executor`` with graphql-core's executor
on the same schema; ``growth`` with more rows and columns, ``pages`` deeper and deeper; ``models`` builds ever larger
schemas; ``sql`` compares pages with the time of their own SQL (try it with ``--rows 1000000``); ``servers`` has several
clients at once ask gunicorn and uvicorn, and needs ``wrk``. Compare ratios, and only those of one machine and one run.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from tests.bench.harness import best, compare, logged_in_client, poster, print_table, start

FLAT = "id number status priority total weight comment isGift orderedOn createdAt updatedAt"
NESTED = (
    f"{FLAT} customer {{ id name email }} product {{ sku name price }} items {{ id quantity product {{ sku name }} }}"
)
MODEL_COUNTS = (50, 150, 300)
NAMES = ("peers", "executor", "growth", "pages", "models", "sql", "servers")


def bench_peers() -> None:
    """The same rows by HTTP: REST beside DRF, GraphQL beside strawberry-django."""
    client = logged_in_client()
    rows = []
    for name, ours, theirs in (
        ("list of 50", "/conjure/r/testapp.Order/?page_size=50", "/drf/orders/?page_size=50"),
        ("list of 200", "/conjure/r/testapp.Order/?page_size=200", "/drf/orders/?page_size=200"),
        ("one row", "/conjure/r/testapp.Order/7/", "/drf/orders/7/"),
    ):
        rows.append(
            (f"REST {name}", *compare(lambda ours=ours: client.get(ours), lambda theirs=theirs: client.get(theirs)))
        )
    for name, limit, fields in (("200 flat rows", 200, FLAT), ("100 nested rows", 100, NESTED)):
        ours = "{ testappOrders(pagination: {limit: %d}) { totalCount results { %s } } }" % (limit, fields)
        theirs = ours.replace("testappOrders", "orders")
        rows.append(
            (
                f"GraphQL {name}",
                *compare(poster(client, "/conjure/graphql/", ours), poster(client, "/strawberry/", theirs)),
            )
        )
    print_table(
        "Beside DRF's viewset and strawberry-django's types",
        ("request", "ours ms", "theirs ms", "ratio"),
        [(name, ours, theirs, ours / theirs) for name, ours, theirs in rows],
    )


def bench_executor() -> None:
    """Compiled completion beside graphql-core's own, over the same resolvers."""
    from graphql.execution import Executor

    from conjure.graphql import execution
    from conjure.graphql.context import Context
    from conjure.graphql.documents import prepare_document
    from conjure.graphql.schema import get_schema

    request, schema = _request(), get_schema()
    compiled, rows = execution.CompiledExecutor, []
    for name, fields in (
        ("flat", FLAT),
        ("nested", NESTED),
        ("labels", "_label customerLabel productLabel statusDisplay"),
    ):
        query = "{ testappOrders(pagination: {limit: 200}) { results { %s } } }" % fields
        document = prepare_document(schema, query)

        def run(executor: Any, document: Any = document) -> None:
            execution.CompiledExecutor = executor
            assert execution.execute(document, Context(request)).errors is None

        ours, theirs = compare(lambda run=run: run(compiled), lambda run=run: run(Executor))
        execution.CompiledExecutor = compiled
        rows.append((name, ours, theirs, ours / theirs))
    print_table(
        "Compiled beside graphql-core's executor, 200 rows", ("fields", "compiled ms", "core ms", "ratio"), rows
    )


def _request() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    request = RequestFactory().get("/conjure/")
    request.user = get_user_model().objects.get(username="bench")
    return request


def bench_growth() -> None:
    """Time by the number of rows: a row of 5,000 should cost no more than one of 50."""
    client = logged_in_client()
    rows = []
    for count in (50, 500, 5_000):
        flat = best(
            poster(
                client,
                "/conjure/graphql/",
                "{ testappOrders(ordering: [{id: DESC}], pagination: {limit: %d}) { results { %s } } }" % (count, FLAT),
            ),
            15,
        )
        labelled = best(
            poster(
                client,
                "/conjure/graphql/",
                "{ testappOrders(ordering: [{id: DESC}], pagination: {limit: %d})"
                " { results { id customerLabel items { quantity } } } }" % count,
            ),
            15,
        )
        rows.append((count, flat, 1e3 * flat / count, labelled, 1e3 * labelled / count))
    print_table("Growth with rows", ("rows", "flat ms", "µs a row", "nested ms", "µs a row"), rows)
    names = f"{FLAT} giftWrapped paidAt deliverAt deliveryWindow discount customerLabel productLabel".split()
    columns = []
    for count in (1, 5, 10, len(names)):
        shown = " ".join(names[:count])
        query = "{ testappOrders(ordering: [{id: DESC}], pagination: {limit: 200}) { results { %s } } }" % shown
        columns.append((count, best(poster(client, "/conjure/graphql/", query), 10)))
    print_table("Growth with columns, 200 rows", ("columns", "ms"), columns)


def bench_sql(rows: int) -> None:
    """Pages beside the SQL that they run: what is not SQL is all that conjure adds."""
    client = logged_in_client()
    latest = "ordering: [{id: DESC}]"
    fields = f"{FLAT} customerLabel productLabel"
    listed = "{ testappOrders(%s, pagination: {limit: 50}) { %s results { %s } } }"
    paged = "{ testappOrdersConnection(first: 50, %s%s) { edges { cursor node { %s } } } }"
    some = 'filters: {customer: {name: {exact: "Customer 7"}}, status: {exact: "paid"}}'
    middle = ', after: "%s"' % _cursor_of(client, rows // 2, latest)
    queries = {
        "first page": listed % (latest, "", fields),
        "first page and totalCount": listed % (latest, "totalCount", fields),
        "filtered page": listed % (f"{some}, {latest}", "", fields),
        "keyset page 1": paged % (latest, "", fields),
        "keyset page in the middle": paged % (latest, middle, fields),
    }
    calls: dict[str, Callable[[], Any]] = {
        f"GraphQL, {name}": poster(client, "/conjure/graphql/", query) for name, query in queries.items()
    }
    for page in (1, rows // 1_000, rows // 100, rows // 50):
        calls[f"REST, page {page:,} of {rows // 50:,}"] = functools.partial(
            client.get, f"/conjure/r/testapp.Order/?ordering=-id&page={page}"
        )
    table = []
    for name, call in calls.items():
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        texts = [query["sql"] for query in captured]
        whole, alone = compare(call, functools.partial(_run_all, texts), 15)
        table.append((name, len(texts), whole, alone, whole - alone))
    print_table(
        f"Pages of 50 of {rows:,} rows, labels of two foreign keys",
        ("request", "queries", "whole ms", "its SQL ms", "the rest ms"),
        table,
    )


def _run_all(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(text.replace("%", "%%"), ())
            cursor.fetchall()


def bench_pages(rows: int) -> None:
    """Deep pages: by cursor they cost what the first costs, by number as much as OFFSET does."""
    from tests.testapp.models import Order

    client = logged_in_client()
    order = "ordering: [{orderedOn: DESC}]"
    connection = "{ testappOrdersConnection(first: 50, %s%s) { edges { cursor node { id number } } } }"
    table = []
    for share in (0.0, 0.5, 0.95):
        offset = int(rows * share) // 50 * 50
        after = ""
        if offset:
            reach = "{ testappOrders(%s, pagination: {offset: %d, limit: 1}) { results { id } } }" % (order, offset - 1)
            found = poster(client, "/conjure/graphql/", reach)().json()["data"]["testappOrders"]["results"][0]
            after = ', after: "%s"' % _cursor_of(client, found["id"], order)
        cursor = best(poster(client, "/conjure/graphql/", connection % (order, after)), 10)
        page = offset // 50 + 1
        numbered = best(lambda page=page: client.get(f"/conjure/r/testapp.Order/?ordering=-ordered_on&page={page}"), 10)
        plain = best(lambda offset=offset: list(Order.objects.order_by("-ordered_on", "-pk")[offset : offset + 50]), 10)
        table.append((f"page {page:,}", cursor, numbered, plain))
    print_table("Deep pages of 50", ("page", "by cursor ms", "REST by number ms", "plain ORM OFFSET ms"), table)


def _cursor_of(client: Any, pk: int, order: str) -> str:
    arguments = "first: 1, %s, filters: {id: {exact: %d}}" % (order, pk)
    query = "{ testappOrdersConnection(%s) { edges { cursor } } }" % arguments
    answer = poster(client, "/conjure/graphql/", query)()
    return str(answer.json()["data"]["testappOrdersConnection"]["edges"][0]["cursor"])


def bench_models() -> None:
    """Time and memory of the schema's first build, in a process of its own for each number of models."""
    rows = []
    for count in MODEL_COUNTS:
        command = [sys.executable, "-m", "tests.bench.schema_build", str(count)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": "."}
        )
        found = json.loads(done.stdout.splitlines()[-1])
        rows.append((count, found["seconds"], 1e3 * found["seconds"] / count, found["megabytes"]))
    print_table("Building the schema, models of 15 fields", ("models", "seconds", "ms a model", "MB"), rows)


def main() -> None:
    """Run the benches that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all but the last if not said")
    parser.add_argument("--rows", type=int, default=20_000, help="orders in the database (20,000)")
    options = parser.parse_args()
    benches: dict[str, Callable[[], None]] = {
        "peers": bench_peers,
        "executor": bench_executor,
        "growth": bench_growth,
        "pages": lambda: bench_pages(options.rows),
        "models": bench_models,
        "sql": lambda: bench_sql(options.rows),
        "servers": lambda: bench_servers(logged_in_client()),
    }
    chosen = options.names or list(NAMES[:-1])
    unknown = set(chosen) - set(benches)
    if unknown:
        parser.error(f"There is no bench {', '.join(sorted(unknown))}.")
    start(options.rows)
    from tests.bench.servers import bench_servers

    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        for name in chosen:
            benches[name]()


if __name__ == "__main__":
    main()
