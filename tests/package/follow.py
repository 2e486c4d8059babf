"""Follow a page of the documentation word for word, in an empty folder."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError

from tests.package.pages import RunCommand, Step, WriteFile

_DONE = "--- done, with status"
_SERVER = "python manage.py runserver"
_ADDRESS = "http://127.0.0.1:8000/conjure/"


class PageError(Exception):
    """A step of a page does not do what the page says."""


class Shell:
    """One shell, as in a reader's terminal: what a command sets is there for the next."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.log = folder.parent / "server.log"
        self._process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, env=environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, command: str) -> str:
        """What a command prints. Raise PageError for one that fails."""
        stdin, stdout = _pipes(self._process)
        stdin.write(f"{command}\necho; echo '{_DONE}' $?\n")
        stdin.flush()
        lines = []
        for line in stdout:
            if line.startswith(_DONE):
                if line.split()[-1] != "0":
                    raise PageError(f"$ {command}\n{''.join(lines)}")
                return "".join(lines)
            lines.append(line)
        raise PageError(f"$ {command}\nThe shell ended.\n{''.join(lines)}")

    def serve(self, command: str) -> None:
        """Start the server, and wait until it answers."""
        self.run(f"{command} --noreload >'{self.log}' 2>&1 & sleep 0")
        for _ in range(120):
            try:
                urllib.request.urlopen(_ADDRESS, timeout=5)
            except HTTPError:
                return
            except URLError:
                time.sleep(0.5)
            else:
                return
        raise PageError(f"$ {command}\nIt does not answer.\n{self.log.read_text()}")

    def close(self) -> None:
        """End the shell and what it started."""
        os.killpg(self._process.pid, 15)
        self._process.wait(timeout=30)


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@contextmanager
def opened_shell(folder: Path, environment: Mapping[str, str]) -> Iterator[Shell]:
    """A shell in a folder, which is closed afterwards."""
    shell = Shell(folder, environment)
    try:
        yield shell
    finally:
        shell.close()


def follow(steps: Iterator[Step], folder: Path, shell: Shell) -> int:
    """Take each step, and give their number. Raise PageError at the first that does not do what the page says."""
    done = 0
    for step in steps:
        done += 1
        match step:
            case WriteFile():
                _write(step, folder)
            case RunCommand() if step.command == _SERVER:
                shell.serve(step.command)
            case RunCommand():
                _run(step, shell)
    return done


def _write(step: WriteFile, folder: Path) -> None:
    path = folder / step.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a" if step.is_added else "w", encoding="utf-8") as file:
        file.write(step.text)


def _run(step: RunCommand, shell: Shell) -> None:
    printed = shell.run(step.command)
    if not step.is_answered_by(printed):
        raise PageError(f"$ {step.command}\nprints\n{printed}\nand not\n{step.output}")
