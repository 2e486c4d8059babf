"""Run the whole suite on every database that answers: ``python -m tests [--require] [pytest's options]``.

With ``--require`` a server that does not answer is a failure. ``CONJURE_TEST_DATABASES`` (names separated by
commas) narrows the choice; tests/databases.py has the variables that say where the servers are.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import django

from tests.databases import DATABASES, unreachable_because


def main(arguments: list[str]) -> int:
    """Run pytest once a database, print what ran and what did not, and give the exit status."""
    required = "--require" in arguments
    options = [argument for argument in arguments if argument != "--require"] or ["-q", "-n", "2"]
    versions = f"Python {platform.python_version()}, Django {django.get_version()}"
    chosen = [name for name in os.environ.get("CONJURE_TEST_DATABASES", ",".join(DATABASES)).split(",") if name]
    failed = False
    outcome = []
    for name in chosen:
        reason = unreachable_because(name)
        if reason:
            failed = failed or required
            outcome.append(f"{name:<11} {'MISSING' if required else 'skipped'}: {reason}")
            continue
        print(f"\n=== {name}: {versions}", flush=True)
        command = [sys.executable, "-m", "pytest", *options]
        status = subprocess.run(command, env={**os.environ, "CONJURE_TEST_DB": name}, check=False).returncode
        failed = failed or status != 0
        outcome.append(f"{name:<11} {'passed' if status == 0 else f'FAILED: pytest ended with status {status}'}")
    print(f"\n=== {versions}", *outcome, sep="\n", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
