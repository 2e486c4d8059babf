"""``manage.py conjure_prune_audit``: what it deletes, and how."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conjure.models import AdminAuditLog
from tests.audit.table import without_audit_table

pytestmark = pytest.mark.django_db


def log(days_old: float, count: int = 1) -> None:
    moment = timezone.now() - datetime.timedelta(days=days_old)
    AdminAuditLog.objects.bulk_create(
        AdminAuditLog(model_label="testapp.Tag", action="create", created_at=moment, object_repr=f"{days_old:g}")
        for _ in range(count)
    )


def prune(*arguments: str) -> str:
    output = StringIO()
    call_command("conjure_prune_audit", *arguments, stdout=output, no_color=True)
    return output.getvalue()


def ages() -> set[str]:
    return set(AdminAuditLog.objects.values_list("object_repr", flat=True))


def test_rows_older_than_the_days_are_deleted_and_no_others() -> None:
    for age in (0, 29.9, 30.1, 400):
        log(age)
    assert prune("--older-than", "30").splitlines()[0] == "2 of 2 rows deleted."
    assert ages() == {"0", "29.9"}


def test_a_dry_run_counts_and_deletes_nothing() -> None:
    log(10, count=3)
    assert prune("--older-than", "5", "--dry-run").startswith("3 rows from before ")
    assert AdminAuditLog.objects.count() == 3


def test_batches_are_deleted_oldest_first_with_progress() -> None:
    log(10, count=4)  # of one moment, so that the pk decides
    log(20, count=3)
    assert prune("--older-than", "5", "--batch-size", "3").splitlines()[:-1] == [
        "3 of 7 rows deleted.",
        "6 of 7 rows deleted.",
        "7 of 7 rows deleted.",
    ]
    assert AdminAuditLog.objects.count() == 0


def test_an_interrupted_run_leaves_whole_batches_deleted_and_can_be_started_again() -> None:
    log(10, count=7)

    class Interrupted(StringIO):
        def write(self, text: str) -> int:
            if text.startswith("6 of"):
                raise KeyboardInterrupt
            return super().write(text)

    with pytest.raises(KeyboardInterrupt):
        call_command("conjure_prune_audit", "--older-than", "5", "--batch-size", "3", stdout=Interrupted())
    assert AdminAuditLog.objects.count() == 1
    prune("--older-than", "5")
    assert AdminAuditLog.objects.count() == 0


def test_a_batch_loads_no_rows_into_memory() -> None:
    log(10, count=50)
    with CaptureQueriesContext(connection) as queries:
        prune("--older-than", "5", "--batch-size", "20")
    deletes = [query["sql"] for query in queries if query["sql"].startswith("DELETE")]
    assert len(deletes) == 4  # 20, 20, 10, and one that finds nothing
    assert max(map(len, deletes)) < 500  # a range, no list of pks


def test_little_is_said_where_little_is_asked_for() -> None:
    log(10)
    assert len(prune("--older-than", "5", "--verbosity", "0").splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--older-than", "soon"),
        ("--older-than=-1",),
        ("--older-than", "9" * 12),
        ("--older-than", "5", "--batch-size", "0"),
    ],
)
def test_arguments_that_make_no_sense_are_refused_without_effect(arguments: tuple[str, ...]) -> None:
    log(10)
    with pytest.raises(CommandError):
        prune(*arguments)
    assert AdminAuditLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_not_there_is_said_plainly() -> None:
    with without_audit_table(), pytest.raises(CommandError, match="cannot be pruned"):
        prune("--older-than", "5")
