"""Runs the example as a user does: ``example/manage.py`` in a process of its own, on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.databases import connect_to_server, database_settings

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = ROOT / "example" / "manage.py"


class Demo:
    """The example project on one database and one folder of files."""

    def __init__(self, var: Path, database_url: str) -> None:
        self.var = var
        paths = [str(ROOT), str(MANAGE.parent)]
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "demo.settings",
            "DEMO_VAR": str(var),
            "DATABASE_URL": database_url,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONIOENCODING": "utf-8",
        }

    def manage(self, *arguments: str, cwd: Path = ROOT, **environment: str) -> str:
        """What a management command printed; a command that fails or warns fails the test."""
        return self._run([str(MANAGE), *arguments], cwd, environment)

    def evaluate(self, code: str) -> Any:
        """What the code leaves in ``result``, through JSON; it runs with Django set up, in a process of its own."""
        assert self.evaluator.stdin is not None
        assert self.evaluator.stdout is not None
        self.evaluator.stdin.write(json.dumps(code) + "\n")
        self.evaluator.stdin.flush()
        answer = json.loads(self.evaluator.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["result"]

    @cached_property
    def evaluator(self) -> subprocess.Popen[str]:
        """The process of ``evaluator.py``."""
        command = [sys.executable, "-W", "error", "-m", "tests.example.evaluator"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=pipe, stdout=pipe, encoding="utf-8")

    def close(self) -> None:
        """End the evaluator, if there is one."""
        if "evaluator" in vars(self):
            with self.evaluator:  # Closes its input, which ends it, and waits.
                pass

    def _run(self, arguments: list[str], cwd: Path, environment: dict[str, str]) -> str:
        command = [sys.executable, "-W", "error", *arguments]
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, migrated and loaded, on the database that CONJURE_TEST_DB names."""
    name = os.environ.get("CONJURE_TEST_DB", "sqlite")
    var = tmp_path_factory.mktemp("demo")
    with DemoDatabase(name, var) as url:
        demo = Demo(var, url)
        demo.manage("migrate", "--verbosity", "0")
        demo.manage("load_demo")
        yield demo
        demo.close()


class DemoDatabase:
    """A database that exists for as long as the ``with`` block, which gets its URL."""

    def __init__(self, name: str, var: Path) -> None:
        self.name = name
        self.settings = database_settings(name)
        self.database = f"{self.settings['NAME']}_demo_{os.getpid()}"
        self.path = var / "demo.sqlite3"

    def __enter__(self) -> str:
        if self.name == "sqlite":
            return f"sqlite:///{self.path}"
        self._execute(f"DROP DATABASE IF EXISTS {self.database}")
        self._execute(f"CREATE DATABASE {self.database}" + (" CHARSET utf8mb4" if self.name == "mariadb" else ""))
        login = quote(self.settings["USER"]) + f":{quote(self.settings['PASSWORD'])}".rstrip(":")
        return f"{self.name}://{login}@{self.settings['HOST']}:{self.settings['PORT']}/{self.database}"

    def __exit__(self, *exception: object) -> None:
        if self.name != "sqlite":
            self._execute(f"DROP DATABASE {self.database}")

    def _execute(self, statement: str) -> None:
        with connect_to_server(self.name) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
