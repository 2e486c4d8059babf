"""Rows that are being written are held from the first look at them until the transaction ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from conjure.exceptions import NotFoundError
from conjure.graphql.writes import transactions
from tests.graphql.writes.conftest import Open
from tests.testapp.admin_config import ReviewConfig
from tests.testapp.models import Category, Product, Review, SoftDeleted, Tag

pytestmark = pytest.mark.django_db(transaction=True)


class Elsewhere:
    """Work in a thread with a connection of its own, which stops at two places until it is told to go on."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.outcome: Any = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._work()
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.outcome = error
        finally:
            connections.close_all()

    def wait(self, seconds: float = 60) -> bool:
        """Whether the work has ended by then."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


@pytest.fixture
def review() -> Review:
    """Its config saves it as the project wants it: in the middle of a write, the test may do something."""
    category = Category.objects.create(name="c")
    product = Product.objects.create(sku="P", name="P", category=category, price=1)
    return Review.objects.create(product=product, text="before")


def test_a_row_is_locked_from_when_it_is_read(
    admin: User, writer: Open, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another connection writes between the read and the save is neither lost nor overwritten: it waits."""
    reached, go_on = threading.Event(), threading.Event()
    plain_save = ReviewConfig.save_model

    def save_model(self: Any, request: HttpRequest, obj: Review, form: None, change: bool) -> None:
        reached.set()
        assert go_on.wait(60)
        plain_save(self, request, obj, form, change)

    def change_elsewhere() -> int:
        with transaction.atomic():
            return Review.objects.filter(pk=review.pk).update(stars=5)

    monkeypatch.setattr(ReviewConfig, "save_model", save_model)
    write = Elsewhere(lambda: writer(admin, "testapp.Review").update(review.pk, text="after"))
    assert reached.wait(60)
    other = Elsewhere(change_elsewhere)
    try:
        assert not other.wait(1), "the row was not locked"
    finally:
        go_on.set()
    assert write.wait()
    assert other.wait()
    assert other.outcome == 1
    review.refresh_from_db()
    assert (review.text, review.stars) == ("after", 5)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks the whole database")
@pytest.mark.parametrize("kind", ["update", "bulk update", "bulk delete", "delete"])
def test_every_write_of_rows_locks_them(admin: User, writer: Open, kind: str) -> None:
    tags = [Tag.objects.create(name="x", slug=f"s{number}").pk for number in range(3)]
    client = writer(admin, "testapp.Tag")
    client.update(tags[0], name="known")
    with CaptureQueriesContext(connection) as queries:
        match kind:
            case "update":
                client.update(tags[0], name="y")
            case "bulk update":
                assert client.bulk_update(tags, name="y") == 3
            case "bulk delete":
                assert client.bulk_delete(tags) == 3
            case _:
                client.delete(tags[0])
    locks = [query["sql"] for query in queries if " FOR " in query["sql"]]
    assert len(locks) == 1
    assert '"testapp_tag"' in locks[0] or "`testapp_tag`" in locks[0]


def test_a_row_that_the_default_manager_hides_is_not_written(admin: User, writer: Open) -> None:
    hidden = SoftDeleted.objects.create(name="hidden", deleted_at="2024-01-01T00:00Z")
    client = writer(admin, "testapp.SoftDeleted")
    for call in (lambda: client.update(hidden.pk, name="changed"), lambda: client.delete(hidden.pk)):
        with pytest.raises(NotFoundError):
            call()
    assert client.bulk_update([hidden.pk], name="changed") == client.bulk_delete([hidden.pk]) == 0
    assert SoftDeleted.all_objects.get().name == "hidden"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it is about SQLite")
def test_on_sqlite_a_write_takes_its_lock_before_it_reads(admin: User, writer: Open) -> None:
    tag = Tag.objects.create(name="x", slug="s")
    client = writer(admin, "testapp.Tag")
    with CaptureQueriesContext(connection) as queries:
        client.update(tag.pk, name="y")
    statements = [query["sql"] for query in queries]
    assert "BEGIN IMMEDIATE" in statements
    read = next(number for number, sql in enumerate(statements) if "testapp_tag" in sql)
    assert statements.index("BEGIN IMMEDIATE") < read
    connections["default"].ensure_connection()
    assert connection.transaction_mode is None, "transactions of others must begin as the project has it"


def test_within_a_transaction_of_somebody_elses_there_is_one_attempt(admin: User) -> None:
    attempts = []

    def work() -> None:
        attempts.append(1)
        raise transactions.DatabaseError("database is locked")

    with pytest.raises(transactions.UnavailableError), transaction.atomic():
        transactions.in_transaction("default", work)
    assert len(attempts) == 1
    with pytest.raises(transactions.UnavailableError):
        transactions.in_transaction("default", work)
    assert len(attempts) == 1 + transactions.ATTEMPTS
