"""Who may do what in the example: its lock file is up to date, and the documentation shows what is printed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.example.conftest import MANAGE, ROOT, Demo

PAGE = ROOT / "docs" / "reviewing-permissions.md"
LOCK = MANAGE.parent / "permissions.json"
COMMAND = "$ python manage.py conjure_permissions"

# What the documentation says that somebody does to the configs.
EDIT = """
import io
from django.core.management import CommandError, call_command
from conjure import registry
from store.models import Employee, Voucher
for model, members in ((Employee, {"exclude": ()}), (Voucher, {"actions": ["deactivate", "export"]})):
    config = type(registry.for_model(model))
    registry.unregister(model)
    registry.register(model, type(config.__name__, (config,), members))
out = io.StringIO()
try:
    call_command("conjure_permissions", "--check", "permissions.json", stdout=out)
except CommandError as error:
    out.write(f"CommandError: {error}\\n")
result = out.getvalue()
"""


def outputs(options: str) -> list[str]:
    """What the page shows that the command prints, in order."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    head = f"{COMMAND}{options}\n"
    return [block.removeprefix(head) for block in blocks if block.startswith(head)]


def test_the_lock_file_is_up_to_date(demo: Demo) -> None:
    """If the change is meant, accept it as the documentation says."""
    assert demo.manage("conjure_permissions", "--check", str(LOCK)) == f"{LOCK} is up to date.\n"


def test_it_is_the_same_in_every_run(demo: Demo) -> None:
    printed = [demo.manage("conjure_permissions", "--format", "json", PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert printed == [LOCK.read_text("utf-8")] * 2


def test_the_documentation_shows_what_is_printed(demo: Demo) -> None:
    printed = demo.manage("conjure_permissions")
    [shown] = outputs("")
    parts = [part for part in shown.split("...\n") if part]
    assert len(parts) == 3
    for part in parts:
        assert part in printed


def test_the_documentation_shows_what_differs(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "permissions.json").write_bytes(LOCK.read_bytes())
    shown = outputs(" --check permissions.json")
    assert demo.manage("conjure_permissions", "--check", "permissions.json", cwd=tmp_path) == shown[0]
    code = f"import os; os.chdir({str(tmp_path)!r})\n{EDIT}"
    assert demo.evaluate(code) == shown[1]
