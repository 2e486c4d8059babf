"""How much memory an export takes: ``python -m tests.bench.export_memory [rows]`` prints the figure for each format.

The rows go through the REST URL, as a server would send them, in a process of their own for each size and format, so
that one measurement's peak is not another's.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import tracemalloc
from typing import Any

SIZES = (1_000, 10_000, 100_000)
FORMATS = ("csv", "jsonl", "xlsx")


def main() -> None:
    """Measure in processes of their own, and print a table."""
    sizes = tuple(int(argument) for argument in sys.argv[1:]) or SIZES
    print("format       rows   MB sent   seconds   peak of Python objects   growth of the process")
    for format_ in FORMATS:
        for rows in sizes:
            command = [sys.executable, "-m", "tests.bench.export_memory", "--measure", format_, str(rows)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{format_:<8}{rows:>9,}{found['sent'] / 1e6:>10.1f}{found['seconds']:>10.1f}"
                f"{found['python'] / 1e6:>22.1f} MB{found['process'] / 1e6:>21.1f} MB"
            )


def measure(format_: str, rows: int) -> dict[str, Any]:
    """Export so many rows from a database made for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment

    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    client = _make_rows(rows)
    _export(client, format_, {"pk": "0"})  # What is built once is no part of the figure.
    before = _resident()
    timed = _export(client, format_, {})
    process = _resident() - before
    tracemalloc.start()
    _export(client, format_, {})
    return {**timed, "process": process, "python": tracemalloc.get_traced_memory()[1]}


def _make_rows(count: int) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils import timezone

    from tests.testapp.models import Event

    now = timezone.now()
    for start in range(0, count, 5_000):
        numbers = range(start, min(start + 5_000, count))
        events = (
            Event(name=f"Event {n}", size=n, payload={"number": n, "tags": ["a", "b"]}, happened_at=now)
            for n in numbers
        )
        Event.objects.bulk_create(events, batch_size=1_000)
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bench"))
    return client


def _export(client: Any, format_: str, params: dict[str, str]) -> dict[str, Any]:
    body = {"all_filtered": True, "params": params, "input": {"format": format_, "columns": "*"}}
    started = time.perf_counter()
    answer = client.post("/conjure/r/testapp.Event/action/export/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    sent = sum(len(chunk) for chunk in answer.streaming_content)
    return {"sent": sent, "seconds": time.perf_counter() - started}


def _resident() -> int:
    """The most memory that the process has had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    if "--measure" in sys.argv:
        print(json.dumps(measure(sys.argv[-2], int(sys.argv[-1]))))
    else:
        main()
