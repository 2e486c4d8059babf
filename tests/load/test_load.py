"""Short runs of what ``make load`` does at length, on servers of their own: once, when the tests run on PostgreSQL."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.load.replica import prove_replica
from tests.load.run import run_load
from tests.load.servers import missing

pytestmark = [
    pytest.mark.skipif(settings.DATABASE != "postgresql", reason="has servers of its own; once is enough"),
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]


@pytest.mark.skipif(missing(pgbouncer=True) is not None, reason=str(missing(pgbouncer=True)))
def test_behind_pgbouncer_faults_are_503_and_no_write_is_lost_doubled_or_torn() -> None:
    report = run_load(seconds=12, clients=8, with_faults=True)
    assert report.faults == []
    assert report.notes.errors == []
    assert len(report.events) == 4
    assert sum(told.outcome == "done" for told in report.notes.told) > 20


def test_with_a_replica_that_lags_users_log_in_and_read_their_own_writes() -> None:
    assert len(list(prove_replica())) == 7
