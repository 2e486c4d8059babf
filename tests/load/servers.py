"""Servers of a run's own, on ports of their own: PostgreSQL, its replica, PgBouncer and gunicorn."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[2]
# Servers that hold data refuse to run as root.
_USER = "postgres"


def missing(*, pgbouncer: bool = False) -> str | None:
    """What is not installed here that a run needs, in a sentence, or None."""
    if find_binaries() is None:
        return "PostgreSQL's initdb is not installed (Debian: apt install postgresql)."
    if pgbouncer and find_pgbouncer() is None:
        return "PgBouncer is not installed (Debian: apt install pgbouncer)."
    if importlib.util.find_spec("gunicorn") is None:
        return "gunicorn is not installed."
    if os.geteuid() == 0 and _USER not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"There is no user {_USER}, and PostgreSQL does not run as root."
    return None


def find_binaries() -> Path | None:
    """The folder of PostgreSQL's programs, the newest that is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def find_pgbouncer() -> str | None:
    """PgBouncer's program."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(*command: Any) -> None:
    arguments = list(map(str, command))
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd="/", **_server_user())
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _server_user() -> dict[str, Any]:
    return {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder that servers may write."""
    with tempfile.TemporaryDirectory(prefix="conjure-load-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, _USER)
        yield Path(name)


class Cluster:
    """A PostgreSQL server of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        found = find_binaries()
        assert found is not None
        self._binaries = found

    def create(self) -> None:
        """Make an empty server."""
        _run(self._binaries / "initdb", "-D", self.folder, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        self._configure("fsync = off", "wal_level = replica", "max_connections = 50")

    def copy(self, primary: Cluster, delay: str) -> None:
        """Make a streaming replica that lags."""
        where = ("-h", "127.0.0.1", "-p", primary.port, "-U", "postgres")
        _run(self._binaries / "pg_basebackup", "-D", self.folder, "-R", "-X", "stream", "-c", "fast", *where)
        self._configure(f"recovery_min_apply_delay = '{delay}'")

    def _configure(self, *lines: str) -> None:
        path = self.folder / "postgresql.auto.conf"
        here = (f"port = {self.port}", "listen_addresses = '127.0.0.1'", f"unix_socket_directories = '{self.folder}'")
        with path.open("a") as file:
            file.write("\n".join([*here, *lines, ""]))

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._control("start", "-w", "-l", str(self.folder / "log"))

    def restart(self) -> None:
        """Cut all connections and start anew."""
        self._control("restart", "-w", "-m", "fast", "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """Stop at once."""
        self._control("stop", "-w", "-m", "immediate")

    def _control(self, verb: str, *options: str) -> None:
        _run(self._binaries / "pg_ctl", verb, "-D", self.folder, *options)

    def connect(self, database: str = "load") -> psycopg.Connection[Any]:
        """A connection that commits each statement."""
        return psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True)

    def terminate_backends(self) -> None:
        """Cut all connections but this one."""
        with self.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A server with an empty database ``load``."""
    cluster = Cluster(folder / "primary")
    cluster.create()
    cluster.start()
    try:
        with cluster.connect("postgres") as connection:
            connection.execute("CREATE DATABASE load")
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def running_replica(folder: Path, primary: Cluster, delay: str) -> Iterator[Cluster]:
    """A replica of a server."""
    cluster = Cluster(folder / "replica")
    cluster.copy(primary, delay)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def running_pgbouncer(folder: Path, cluster: Cluster, mode: str = "transaction") -> Iterator[int]:
    """PgBouncer in front of a server: its port. It has fewer server connections than clients."""
    port = free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"[databases]\nload = host=127.0.0.1 port={cluster.port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 8\n"
        "max_client_conn = 200\nquery_wait_timeout = 20\nserver_login_retry = 1\n"
    )
    program = find_pgbouncer()
    assert program is not None
    with _process([program, "-q", str(config)], port, cwd="/", **_server_user()):
        yield port


@contextmanager
def running_gunicorn(environment: dict[str, str], workers: int = 2, threads: int = 4) -> Iterator[tuple[int, int]]:
    """The project behind gunicorn: its port, and the id of gunicorn's own process."""
    port = free_port()
    options = ["--workers", workers, "--threads", threads, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"]
    options += ["--worker-class", "gthread", "--timeout", "60", "--keep-alive", "30"]
    command = [sys.executable, "-m", "gunicorn", *map(str, options), "tests.load.application:wsgi"]
    with _process(command, port, cwd=ROOT, env=django_environment(environment)) as pid:
        yield port, pid


def django_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process that runs the project."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.load.settings",
        **environment,
    }


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command of the project."""
    command = [sys.executable, "-m", "django", *arguments]
    done = subprocess.run(
        command, env=django_environment(environment), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{arguments} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


@contextmanager
def _process(command: list[str], port: int, **options: Any) -> Iterator[int]:
    process = subprocess.Popen(command, **options)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended.")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def workers_of(pid: int) -> dict[int, float]:
    """The megabytes of memory that each worker of a gunicorn holds."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child): _resident_megabytes(int(child)) for child in children}


def _resident_megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
