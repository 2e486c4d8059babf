"""What is answered is what became of the transaction: no commit with an error, and no success without a commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conjure.models import AdminAuditLog
from tests.hooks.conftest import World, make_world
from tests.hooks.errors import SECRET
from tests.hooks.models import Owner, Visit
from tests.hooks.raising import doing, raising
from tests.hooks.storages import STORAGE

pytestmark = pytest.mark.django_db(transaction=True)


def fail_on_commit() -> None:
    """As a receiver does that sends a letter, with a mail server that is down."""

    def fail() -> None:
        raise ConnectionError(SECRET)

    transaction.on_commit(fail)


@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_what_is_called_on_commit_and_fails_undoes_nothing(face: str, logged: list[Any]) -> None:
    world = make_world()
    asking, [first, second, third] = world.faces[face], world.keys["Visit"]
    writes: list[tuple[str, Callable[[], Any]]] = [
        ("handler", lambda: asking.act("Visit", "mark", [first, second])),
        ("post_save", lambda: asking.create("Visit", name="new bad")),
        ("post_save", lambda: asking.update("Visit", second, amount=3)),
        ("post_save", lambda: asking.bulk_update("Visit", [first, second], amount=4)),
        ("post_save", lambda: asking.apply("Visit", {"op": "update", "pk": second, "values": {"amount": 5}})),
        ("post_delete", lambda: asking.delete("Visit", second)),
        ("post_delete", lambda: asking.act("Visit", "delete_selected", [third])),
    ]
    for count, (hook, write) in enumerate(writes, 1):
        with doing(hook, fail_on_commit, always=hook == "post_delete"):
            answer = write()
        assert answer.code == "OK", answer.text
        assert len([r for r in logged if r.exc_info and isinstance(r.exc_info[1], ConnectionError)]) == count
    assert set(Visit.objects.values_list("name", "amount")) == {("good one", 4), ("new bad", 0)}
    actions = ["action:mark", "create", "update", *["bulk_update"] * 2, "update", "delete", "action:delete_selected"]
    assert list(AdminAuditLog.objects.order_by("pk").values_list("action", flat=True)) == [*actions, "bulk_delete"]


def test_a_replaced_file_is_deleted_whatever_fails_on_commit() -> None:
    world = make_world()
    asking, [first, *_] = world.faces["rest"], world.keys["Item"]

    def fail_and_leave(value: Any = None) -> None:
        fail_on_commit()

    with doing("validator", fail_and_leave, always=True):
        assert asking.update("Item", first, file=None, amount=9).code == "OK"
    assert "items/good one.txt" not in STORAGE.files


def break_a_constraint() -> None:
    """Violate a constraint, and go on as if nothing had happened."""
    try:
        Owner.objects.create(name="good one")
    except IntegrityError:
        pass


def break_a_constraint_and_ask() -> None:
    """The same, with a query behind it."""
    break_a_constraint()
    Owner.objects.count()


@pytest.mark.parametrize("audits", [True, False], ids=["with a log", "without one"])
@pytest.mark.parametrize("breaks", [break_a_constraint, break_a_constraint_and_ask])
@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_a_swallowed_violation_is_answered_as_the_violation_itself(
    face: str, breaks: Callable[[], None], audits: bool, settings: Any
) -> None:
    settings.CONJURE = {"AUDIT": audits}
    world = make_world()
    asking, [first, second, _] = world.faces[face], world.keys["Visit"]
    raised = asking.act("Visit", "duplicate", [first])
    assert raised.code == "INVALID"
    assert "Owner with this Name already exists." in raised.text

    writes: list[tuple[str, Callable[[], Any]]] = [
        ("handler", lambda: asking.act("Visit", "mark", [first, second])),
        ("post_save", lambda: asking.create("Visit", name="new bad")),
        ("pre_save", lambda: asking.update("Visit", second, amount=3)),
        ("save_model", lambda: asking.bulk_update("Visit", [first, second], amount=4)),
        ("post_delete", lambda: asking.delete("Visit", second)),
    ]
    for hook, write in writes:
        with doing(hook, breaks):
            answer = write()
        assert answer.code in ("INVALID", "PROTECTED"), (hook, answer.text)
        if hook == "handler":
            assert answer.text == raised.text
    assert set(Visit.objects.values_list("name", "amount")) == {
        (name, 0) for name in ("good one", "bad one", "good two")
    }
    assert not AdminAuditLog.objects.exists()


def test_an_undone_transaction_is_not_answered_with_success(logged: list[Any], settings: Any) -> None:
    settings.CONJURE = {"AUDIT": False}
    world = make_world()
    assert world.faces["rest"].act("Visit", "swallow", world.keys["Visit"]).code == "INVALID"
    with doing("handler", lambda: transaction.set_rollback(True)):
        answer = world.faces["rest"].act("Visit", "mark", world.keys["Visit"])
    assert answer.code == "INTERNAL", answer.text
    assert any(record.exc_info for record in logged)
    assert not Visit.objects.filter(amount=7).exists()


def test_a_statement_that_fails_behind_the_orm_takes_the_write_along_where_the_database_says_so() -> None:
    world = make_world()

    def break_silently() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO hooks_owner (name, stamp, mood) VALUES ('good one', '', 'good')")
        except IntegrityError:
            pass

    with doing("handler", break_silently):
        answer = world.faces["rest"].act("Visit", "mark", world.keys["Visit"])
    # PostgreSQL does nothing more in a transaction in which a statement has failed; the others undo that statement.
    is_broken = connection.vendor == "postgresql"
    assert answer.code == ("INVALID" if is_broken else "OK"), answer.text
    assert Visit.objects.filter(amount=7).count() == (0 if is_broken else 3)


def test_a_label_that_asks_the_database_in_vain_does_not_cost_the_write_its_answer() -> None:
    world = make_world()

    def ask_in_vain() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM hooks_nowhere")

    with doing("__str__", ask_in_vain):
        answer = world.faces["rest"].update("Owner", world.keys["Owner"][1], mood="good")
    is_broken = connection.vendor == "postgresql"
    assert answer.code == ("INVALID" if is_broken else "OK"), answer.text
    assert Owner.objects.filter(mood="bad").exists() is is_broken


@pytest.mark.parametrize("hook", ["storage delete", "storage exists"])
def test_files_that_cannot_be_deleted_cost_no_write(hook: str) -> None:
    world: World = make_world()
    with raising(hook, OSError(SECRET), always=True):
        answer = world.faces["rest"].delete("Item", world.keys["Item"][1])
    assert answer.code == "OK", answer.text
