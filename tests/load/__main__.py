"""``python -m tests.load [plain|faults|replica ...] --seconds 120 --clients 50``: the runs, with their figures."""

from __future__ import annotations

import argparse
import sys

from tests.load.replica import prove_replica
from tests.load.run import run_load
from tests.load.servers import find_pgbouncer, missing


def main() -> int:
    """Run what is asked for; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("runs", nargs="*", default=["plain", "faults", "replica"])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--clients", type=int, default=50)
    options = parser.parse_args()
    lacks = missing()
    if lacks is not None:
        print(lacks)
        return 1
    pooled = find_pgbouncer() is not None
    good = True
    for name in options.runs:
        print(f"\n{name}")
        if name == "replica":
            print(*prove_replica(), sep="\n")
            continue
        report = run_load(seconds=options.seconds, clients=options.clients, pooled=pooled, with_faults=name == "faults")
        report.print()
        good &= report.is_good
    return 0 if good else 1


sys.exit(main())
