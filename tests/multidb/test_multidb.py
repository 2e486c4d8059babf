"""The second project is walked in a process of its own: settings are of one project at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.thoroughness import IS_THOROUGH, walked

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(settings.DATABASE != "sqlite", reason="has databases of its own; once is enough")
def test_own_users_and_two_databases_keep_all_promises() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--show-capture=no", "-p", "conjure.testing", "-p", "no:xdist"]
    command += [*walked(5), "--ds=tests.multidb.settings", "--pyargs", "conjure.testing.test_project"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert f"{10 if IS_THOROUGH else 5} models, " in done.stdout
    left = [line.split(": ")[1:3] for line in done.stdout.splitlines() if "not walked: " in line]
    assert left == [["multidb.CartLine.__str__", "it queries for itself"]], done.stdout
