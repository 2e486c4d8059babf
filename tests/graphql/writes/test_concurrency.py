"""Several writers at once, in threads with their own connections: no edit is lost, no row comes back."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from conjure.exceptions import ConflictError, ConjureError, InvalidError, NotFoundError
from conjure.models import AdminAuditLog
from tests.graphql.writes.conftest import Open
from tests.testapp.models.shop import Category, Tag

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = str


def outcome_of(work: Callable[[], Any]) -> Outcome:
    try:
        work()
    except ConjureError as error:
        return error.code
    return "OK"


def at_once(*works: Callable[[], Any]) -> list[Outcome]:
    """Run the works in threads that start together; what became of each. Anything unexpected fails the test."""
    barrier = threading.Barrier(len(works))
    outcomes: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            outcomes[number] = outcome_of(works[number])
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert all(isinstance(outcome, str) for outcome in outcomes), outcomes
    return outcomes


@pytest.fixture(autouse=True)
def _is_patient() -> Iterator[None]:
    """SQLite waits for a lock as long as it does by default."""
    yield
    connection.close()


def test_two_editors_of_different_fields_lose_nothing(admin: User, writer: Open) -> None:
    category = Category.objects.create(name="start")
    for number in range(50):
        outcomes = at_once(
            lambda n=number: writer(admin, "testapp.Category").update(category.pk, description=f"text {n}"),
            lambda n=number: writer(admin, "testapp.Category").update(category.pk, position=n + 1),
        )
        assert outcomes == ["OK", "OK"]
        category.refresh_from_db()
        assert (category.description, category.position) == (f"text {number}", number + 1)
    assert AdminAuditLog.objects.count() == 100


def test_many_editors_of_one_row_each_leave_their_entry(admin: User, writer: Open) -> None:
    category = Category.objects.create(name="start")
    outcomes = at_once(
        *(lambda n=n: writer(admin, "testapp.Category").update(category.pk, position=n + 1) for n in range(8))
    )
    assert outcomes == ["OK"] * 8
    changes = [diff["position"] for diff in AdminAuditLog.objects.order_by("pk").values_list("diff", flat=True)]
    assert [before for before, _ in changes] == [0, *(after for _, after in changes[:-1])]


def test_a_row_that_is_deleted_meanwhile_does_not_come_back(admin: User, writer: Open) -> None:
    for number in range(20):
        tag = Tag.objects.create(name="x", slug=f"s{number}")
        update, delete = at_once(
            lambda pk=tag.pk: writer(admin, "testapp.Tag").update(pk, name="changed"),
            lambda pk=tag.pk: writer(admin, "testapp.Tag").delete(pk),
        )
        assert delete == "OK"
        assert update in {"OK", "NOT_FOUND"}
        assert not Tag.objects.filter(pk=tag.pk).exists()


def test_one_of_many_takes_a_unique_value(admin: User, writer: Open) -> None:
    for number in range(15):
        outcomes = at_once(
            *(lambda n=number: writer(admin, "testapp.Tag").create(name="x", slug=f"unique-{n}") for _ in range(3))
        )
        assert Counter(outcomes) == {"OK": 1, "INVALID": 2}
        assert Tag.objects.filter(slug=f"unique-{number}").count() == 1


def test_one_of_many_takes_a_key_and_no_other_overwrites_its_row(admin: User, writer: Open) -> None:
    from tests.testapp.models import StringKey

    for number in range(15):
        outcomes = at_once(
            *(
                lambda n=number, who=who: writer(admin, "testapp.StringKey").create(code=f"k{n}", name=who)
                for who in "abc"
            )
        )
        assert Counter(outcomes) == {"OK": 1, "INVALID": 2}
        created = AdminAuditLog.objects.get(object_pk=f"k{number}")
        assert StringKey.objects.get(code=f"k{number}").name == created.diff["name"][1]


def test_the_loser_of_a_race_is_told_the_field(admin: User, writer: Open) -> None:
    errors: list[dict[str, list[str]]] = []

    def create() -> None:
        try:
            writer(admin, "testapp.Tag").create(name="x", slug="the-same")
        except InvalidError as error:
            errors.append(error.errors)
            raise

    assert Counter(at_once(*[create] * 5)) == {"OK": 1, "INVALID": 4}
    assert {tuple(found) for found in errors} == {("slug",)}


def test_bulks_in_opposite_order_wait_for_each_other(admin: User, writer: Open) -> None:
    keys = [Tag.objects.create(name="x", slug=f"s{n}").pk for n in range(40)]
    for number in range(10):
        outcomes = at_once(
            lambda n=number: writer(admin, "testapp.Tag").bulk_update(keys, name=f"forth {n}"),
            lambda n=number: writer(admin, "testapp.Tag").bulk_update(keys[::-1], name=f"back {n}"),
        )
        assert outcomes == ["OK", "OK"]
        assert len(set(Tag.objects.values_list("name", flat=True))) == 1


def test_operations_in_opposite_order_wait_for_each_other(admin: User, writer: Open) -> None:
    first, second = (Tag.objects.create(name="x", slug=f"s{n}").pk for n in range(2))

    def change(name: str, *keys: int) -> Callable[[], Any]:
        operations = [{"op": "update", "pk": key, "values": {"name": name}} for key in keys]
        return lambda: writer(admin, "testapp.Tag").apply(*operations)

    for number in range(10):
        outcomes = at_once(change(f"forth {number}", first, second), change(f"back {number}", second, first))
        assert outcomes == ["OK", "OK"]
        assert len(set(Tag.objects.values_list("name", flat=True))) == 1


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite locks the database as a whole.")
def test_operations_lock_their_rows_in_the_order_of_keys(admin: User, writer: Open) -> None:
    first, second = sorted(Tag.objects.create(name="x", slug=f"s{n}").pk for n in range(2))
    operations = [{"op": "update", "pk": key, "values": {"name": "y"}} for key in (second, first)]
    with CaptureQueriesContext(connection) as queries:
        writer(admin, "testapp.Tag").apply(*operations)
    locking = next(query["sql"] for query in queries if "FOR" in query["sql"] and "testapp_tag" in query["sql"])
    assert f"({first}, {second})" in locking
    assert "ORDER BY" in locking


def test_one_of_two_who_name_the_same_version_wins(admin: User, writer: Open) -> None:
    category = Category.objects.create(name="start")
    for number in range(10):
        version = writer(admin, "testapp.Category").version(category.pk)
        outcomes = at_once(
            *(
                lambda who=who, n=number, v=version: writer(admin, "testapp.Category").update(
                    category.pk, {"description": f"{who} {n}"}, v
                )
                for who in "ab"
            )
        )
        assert Counter(outcomes) == {"OK": 1, ConflictError.code: 1}


def test_two_who_delete_one_row_are_answered_alike_as_one_after_the_other(admin: User, writer: Open) -> None:
    tag = Tag.objects.create(name="x", slug="s")
    outcomes = at_once(*[lambda: writer(admin, "testapp.Tag").delete(tag.pk)] * 2)
    assert Counter(outcomes) == {"OK": 1, NotFoundError.code: 1}
    assert AdminAuditLog.objects.count() == 1
