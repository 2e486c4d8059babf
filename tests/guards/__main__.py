"""Take each guard out, one at a time, and look whether its tests fail: ``python -m tests.guards [NAME...]``.

The sources are copied to a temporary folder, so that the tree itself is never changed. The exit status is 1 where a
guard can be taken out and no test of it fails, or where it cannot be told.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.databases import unreachable_because
from tests.guards import Guard
from tests.guards.every import GUARDS

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("conjure", "example", "tests", "pyproject.toml")
AT_ONCE = 2
TIMEOUT = 600

KILLED, SURVIVED, SKIPPED = "killed", "SURVIVED", "skipped"


def main(names: Sequence[str]) -> int:
    """Try the guards of these names, or all of them, and print a table; give the exit status."""
    unknown = set(names) - {guard.name for guard in GUARDS}
    if unknown:
        print(f"No such guard: {', '.join(sorted(unknown))}.")
        return 2
    chosen = [guard for guard in GUARDS if not names or guard.name in names]
    outcomes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="conjure-guards-") as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(AT_ONCE):
            trees.put(copy_tree(Path(folder) / str(number)))
        for guard, outcome in zip(chosen, pool.map(lambda guard: try_without(guard, trees), chosen), strict=True):
            print(f"{guard.name:<60} {outcome}", flush=True)
            kind = outcome.partition(":")[0]
            outcomes[kind] = outcomes.get(kind, 0) + 1
    print(f"\n{len(chosen)} guards:", ", ".join(f"{count} {kind}" for kind, count in outcomes.items()))
    return int(bool(outcomes.keys() - {KILLED, SKIPPED}))


def copy_tree(target: Path) -> Path:
    """A copy of the sources."""
    target.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "var"))
        else:
            shutil.copy(ROOT / name, target / name)
    return target


def try_without(guard: Guard, trees: queue.SimpleQueue[Path]) -> str:
    """What becomes of the tests without the guard: a word, and what there is to say about it."""
    database = next((name for name in guard.databases if unreachable_because(name) is None), None)
    if database is None:
        return f"{SKIPPED}: {' and '.join(guard.databases)} do not answer"
    tree = trees.get()
    try:
        source = tree / guard.path
        before = source.read_text("utf-8") if source.exists() else ""
        if before.count(guard.text) != 1:
            return f"ERROR: guard moved: update ({guard.path} has it {before.count(guard.text)} times)"
        source.write_text(before.replace(guard.text, guard.without), "utf-8")
        try:
            return run_tests(guard.tests, tree, database)
        finally:
            source.write_text(before, "utf-8")
    finally:
        trees.put(tree)


def run_tests(tests: Sequence[str], tree: Path, database: str) -> str:
    """Run the tests in a copy of the sources until one fails."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "CONJURE_TEST_DB": database}
    try:
        finished = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"ERROR: the tests take more than {TIMEOUT} seconds"
    failed = re.search(r"^FAILED (\S+)", finished.stdout, re.MULTILINE)
    if finished.returncode == 1 and failed:
        return f"{KILLED}: {failed[1].rpartition('::')[2]}"
    if finished.returncode == 0:
        return SURVIVED
    # Such as tests that are not found, or a tree in which nothing can be imported: that says nothing of the guard.
    lines = (finished.stdout + finished.stderr).strip().splitlines()
    return f"ERROR: pytest ended with status {finished.returncode}: {lines[-1] if lines else ''}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
