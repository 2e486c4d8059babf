"""The example, walked over its real data, in a process of its own: settings are of one project at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.thoroughness import IS_THOROUGH, walked

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(settings.DATABASE != "sqlite", reason="has a database of its own; once is enough")
def test_the_example_keeps_all_promises(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "--show-capture=no", "-p", "conjure.testing", "-p", "no:xdist"]
    command += ["-p", "tests.example.walk_rows", "--ds=demo.settings", *walked(6)]
    command += ["--pyargs", "conjure.testing.test_project"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "example")])
    environment = {**os.environ, "PYTHONPATH": path, "DEMO_VAR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    assert f"{16 if IS_THOROUGH else 6} models, " in done.stdout
    assert "not walked" not in done.stdout
