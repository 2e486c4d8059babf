"""Several clients at once: two processes of gunicorn and of uvicorn, asked by ``wrk`` over loopback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.bench.harness import print_table

CLIENTS = (1, 8, 32)
SECONDS = 5
REQUESTS = {
    "list of 50": ("/conjure/r/testapp.Order/?page_size=50", "/drf/orders/?page_size=50"),
    "one row": ("/conjure/r/testapp.Order/7/", "/drf/orders/7/"),
}
SERVERS = {
    "gunicorn": (
        "gunicorn",
        "--workers",
        "2",
        "--log-level",
        "warning",
        "--bind",
        "127.0.0.1:{port}",
        "tests.bench.application:wsgi",
    ),
    "uvicorn": (
        "uvicorn",
        *("--workers", "2", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"),
        "tests.bench.application:asgi",
    ),
}


def bench_servers(client: Any) -> None:
    """Requests a second and the slowest of a hundred, beside DRF's viewset behind the same server."""
    if shutil.which("wrk") is None:
        print("\nwrk is not there (Debian: apt install wrk); several clients at once were not measured.")
        return
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    rows: list[tuple[Any, ...]] = []
    memory: list[tuple[Any, ...]] = []
    for server, command in SERVERS.items():
        with _serving(command) as (url, workers):
            _warm_up(url, cookie)
            for name, paths in REQUESTS.items():
                for clients in CLIENTS:
                    ours, theirs = (_ask(f"{url}{path}", cookie, clients) for path in paths)
                    rows.append((server, name, clients, *ours, *theirs, ours[0] / theirs[0]))
            memory += [(server, megabytes) for megabytes in map(_resident_megabytes, workers())]
    print_table(
        f"Requests a second and the 99th percentile, {connection.vendor}",
        ("server", "request", "clients", "ours /s", "ours ms", "DRF /s", "DRF ms", "times DRF"),
        rows,
    )
    print_table("Memory of each worker after that", ("server", "MB"), memory)


@contextmanager
def _serving(command: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name(command[0])
    arguments = [str(program), *(part.format(port=port) for part in command[1:])]
    environment = {**os.environ, "BENCH_DATABASE": str(connection.settings_dict["NAME"]), "PYTHONPATH": "."}
    process = subprocess.Popen(arguments, env=environment)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", lambda: _children(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _warm_up(url: str, cookie: str) -> None:
    """Have every worker import the project and build its schema."""
    for paths in REQUESTS.values():
        for path in paths:
            _wrk(f"{url}{path}", cookie, 8, 5)


def _wrk(url: str, cookie: str, clients: int, seconds: int) -> str:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-H", cookie, url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _ask(url: str, cookie: str, clients: int) -> tuple[float, float]:
    """Requests a second, and milliseconds that 99 of 100 take at most."""
    printed = _wrk(url, cookie, clients, SECONDS)
    if "Non-2xx" in printed:
        raise SystemExit(f"{url} fails:\n{printed}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", printed)
    assert rate is not None
    assert slow is not None
    return float(rate[1]), float(slow[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[slow[2]]


def _children(pid: int) -> list[int]:
    """The processes that a server's master started and that hold more than an interpreter."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [child for child in map(int, found) if _resident_megabytes(child) > 30]


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    resident = re.search(r"VmRSS:\s+(\d+)", status)
    return int(resident[1]) / 1024 if resident else 0.0
