"""One run: servers, clients, faults while they work, and the account afterwards."""

from __future__ import annotations

import os
import signal
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.load.account import find_faults
from tests.load.clients import BULK_ROWS, Client, Notes, Rows, Session
from tests.load.servers import (
    Cluster,
    a_folder,
    manage,
    running_cluster,
    running_gunicorn,
    running_pgbouncer,
    workers_of,
)


@dataclass(kw_only=True)
class Report:
    """What a run has shown."""

    notes: Notes
    seconds: float
    faults: list[str]
    memory: list[tuple[str, dict[int, float]]]
    pooled: bool
    events: list[str] = field(default_factory=list)

    def print(self) -> None:
        """For people."""
        requests = sum(self.notes.statuses.values())
        print(f"{requests} requests in {self.seconds:.0f} s, {'behind PgBouncer' if self.pooled else 'no PgBouncer'}")
        for line in self.events:
            print(f"  {line}")
        print(f"{'kind':16} {'n':>6} {'p50 ms':>8} {'p95 ms':>8}  statuses")
        for kind, times in sorted(self.notes.times.items()):
            p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
            seen = {status: count for (of, status), count in sorted(self.notes.statuses.items()) if of == kind}
            print(f"{kind:16} {len(times):6} {p50 * 1000:8.0f} {p95 * 1000:8.0f}  {seen}")
        outcomes = {
            name: sum(told.outcome == name for told in self.notes.told) for name in ("done", "refused", "unknown")
        }
        print(f"writes: {outcomes}")
        for when, workers in self.memory:
            print(f"memory at the {when}: " + ", ".join(f"{pid}: {size:.1f} MB" for pid, size in workers.items()))
        print(f"errors: {len(self.notes.errors)}", *self.notes.errors[:10], sep="\n  ")
        print(f"faults of the account: {len(self.faults)}", *self.faults[:10], sep="\n  ")

    @property
    def is_good(self) -> bool:
        """Whether nobody was told anything but answers and 503, and the account adds up."""
        return not self.notes.errors and not self.faults


def run_load(*, seconds: float, clients: int, pooled: bool = True, with_faults: bool = False) -> Report:
    """Load the project for some seconds. Log everybody in first."""
    with ExitStack() as stack:
        folder: Path = stack.enter_context(a_folder())
        cluster = stack.enter_context(running_cluster(folder))
        rows = fill(cluster)
        port = stack.enter_context(running_pgbouncer(folder, cluster)) if pooled else cluster.port
        web, pid = stack.enter_context(running_gunicorn({"LOAD_PORT": str(port)}))
        workers = [Client(number, Session(web), rows) for number in range(clients)]
        for client in workers:
            client.session.log_in()
        stop = threading.Event()
        threads = [threading.Thread(target=client.run, args=(stop,)) for client in workers]
        events: list[str] = []
        began = time.monotonic()
        for thread in threads:
            thread.start()
        memory = []
        steps: list[tuple[float, Callable[[], Any]]] = [
            (0.2, lambda: memory.append(("start", workers_of(pid)))),
            (0.55, lambda: memory.append(("middle", workers_of(pid)))),
            (0.98, lambda: memory.append(("end", workers_of(pid)))),
        ]
        if with_faults:
            steps += [(share, lambda work=work: events.append(work(cluster, pid))) for share, work in _FAULTS]
        for share, step in sorted(steps, key=lambda pair: pair[0]):
            time.sleep(max(began + share * seconds - time.monotonic(), 0))
            step()
        time.sleep(max(began + seconds - time.monotonic(), 0))
        stop.set()
        for thread in threads:
            thread.join(timeout=90)
        notes = Notes()
        for client in workers:
            notes.add(client.notes)
        _settle(cluster)
        faults = find_faults(cluster, rows, notes)
        took = time.monotonic() - began
        return Report(notes=notes, seconds=took, faults=faults, memory=memory, pooled=pooled, events=events)


def fill(cluster: Cluster) -> Rows:
    """The tables, a superuser, and rows."""
    environment = {"LOAD_PORT": str(cluster.port), "DJANGO_SUPERUSER_PASSWORD": "admin"}
    manage(environment, "migrate", "--run-syncdb", "--verbosity", "0")
    manage(environment, "createsuperuser", "--noinput", "--username", "admin", "--email", "a@example.com")
    with cluster.connect() as connection:
        connection.execute("INSERT INTO load_shelf (name) SELECT 's' || n FROM generate_series(1, 20) n")
        connection.execute(
            "INSERT INTO load_item (shelf_id, name, text, number) "
            "SELECT 1 + n % 20, 'i' || n, '', 0 FROM generate_series(1, 240) n"
        )
        shelves = [key for (key,) in connection.execute("SELECT id FROM load_shelf ORDER BY id").fetchall()]
        items = [key for (key,) in connection.execute("SELECT id FROM load_item ORDER BY id").fetchall()]
    in_bulks = items[: 4 * BULK_ROWS]
    bulks = [in_bulks[start : start + BULK_ROWS] for start in range(0, len(in_bulks), BULK_ROWS)]
    return Rows(shelves=shelves, single=items[len(in_bulks) :], bulks=bulks)


def _settle(cluster: Cluster) -> None:
    """Wait until no transaction of a client that has gone is left."""
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'load' AND xact_start < now() - interval '0.5 s'"
    for _ in range(100):
        with cluster.connect() as connection:
            found = connection.execute(open_ones).fetchone()
        if found == (0,):
            return
        time.sleep(0.1)


def _kill_worker(cluster: Cluster, pid: int) -> str:
    victim = min(workers_of(pid))
    os.kill(victim, signal.SIGKILL)
    return f"worker {victim} was killed"


def _terminate(cluster: Cluster, pid: int) -> str:
    cluster.terminate_backends()
    return "all connections of the database were terminated"


def _restart(cluster: Cluster, pid: int) -> str:
    cluster.restart()
    return "the database was restarted"


_FAULTS = ((0.3, _kill_worker), (0.4, _terminate), (0.6, _restart), (0.75, _terminate))
