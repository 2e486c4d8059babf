"""Run the suite: ``python -m tests [database ...] [-- pytest's options]``.

The databases are ``sqlite`` (the default), ``postgresql`` and ``mariadb``; tests/databases.py has the variables that
say where the servers are. One that does not answer is skipped, or with ``CONJURE_TEST_REQUIRE=1`` fails the run.
``CONJURE_TEST_THOROUGH=1`` tries more examples, and walks every model. Each run makes up other models; the printed seed
makes the same ones again, as ``CONJURE_TEST_SEED``.
"""

from __future__ import annotations

import os
import platform
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import django

from tests.databases import DATABASES, drop_databases, unreachable_because
from tests.thoroughness import IS_THOROUGH

OPTIONS = ["-q", "-n", "2"]
QUICK = ["--conjure-models", "12", "--conjure-sample", "1"]
THOROUGH = ["--conjure-sample", "2"]
# How long pytest may take to end by itself once it is interrupted.
PATIENCE = 3


class Interrupted(Exception):
    """Whoever started the tests wants them to end."""


def main(arguments: list[str]) -> int:
    """Run pytest once for each database, print what ran and what did not, and give the exit status."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    databases = arguments[:end] or ["sqlite"]
    unknown = sorted(set(databases) - set(DATABASES))
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. {(__doc__ or '').strip()}", file=sys.stderr)
        return 2
    required = os.environ.get("CONJURE_TEST_REQUIRE") == "1"
    options = [*OPTIONS, *(THOROUGH if IS_THOROUGH else QUICK), *arguments[end + 1 :]]
    seed = os.environ.setdefault("CONJURE_TEST_SEED", str(secrets.randbelow(10**6)))
    versions = f"Python {platform.python_version()}, Django {django.get_version()}, seed {seed}"
    outcome = {}
    for name in databases:
        reason = unreachable_because(name)
        if reason:
            outcome[name] = f"{'MISSING' if required else 'skipped'}: {reason}"
            continue
        print(f"=== {name}: {versions}", flush=True)
        try:
            status = run_pytest(options, {**os.environ, "CONJURE_TEST_DB": name})
        except Interrupted:
            print(f"\n=== {name}: interrupted", flush=True)
            return 130
        outcome[name] = "passed" if status == 0 else f"FAILED: pytest ended with status {status}"
    print(f"=== {versions}", *(f"{name:<11} {ended}" for name, ended in outcome.items()), sep="\n", flush=True)
    return int(any(ended.startswith(("FAILED", "MISSING")) for ended in outcome.values()))


def run_pytest(options: list[str], environment: dict[str, str]) -> int:
    """Run pytest and give its exit status. Raise Interrupted where this process is interrupted, once nothing is left.

    pytest is the leader of a process group of its own, so that Ctrl-C reaches this process alone, which can then end
    all workers at once: left to themselves, they finish their tests and their teardown first.
    """
    name = environment.setdefault("CONJURE_TEST_DB_NAME", f"conjure_{os.getpid()}")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    process = subprocess.Popen([sys.executable, "-m", "pytest", *options], env=environment, start_new_session=True)
    try:
        status = process.wait()
        kill_group(process)  # A pytest that was killed leaves workers behind.
    except Interrupted:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end_group(process)
        if "CONJURE_TEST_DB_NAME" not in os.environ:  # One that was given is for --reuse-db.
            drop_databases(environment["CONJURE_TEST_DB"], name)
        raise
    return status


def interrupt(number: int, frame: Any) -> None:
    """Handle a signal."""
    raise Interrupted


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Interrupt pytest, which reports what it has, and kill what is left of its group after a few seconds."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    kill_group(process)
    process.wait()
    time.sleep(0.2)  # until the servers have noticed that their connections are gone


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of pytest's process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
