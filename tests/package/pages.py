"""A page of the documentation as the steps that a reader takes: files to write, commands to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]*)\n\n)?(.*?)^```$", re.DOTALL | re.MULTILINE)
AT_THE_END = " (at the end)"


@dataclass(frozen=True)
class WriteFile:
    """A file that the reader writes, or adds to."""

    path: str
    text: str
    is_added: bool


@dataclass(frozen=True)
class RunCommand:
    """A command that the reader runs, and what the page says that it prints; ``...`` stands for anything."""

    command: str
    output: str

    def is_answered_by(self, printed: str) -> bool:
        """Whether what was printed is what the page says."""
        if not self.output:
            return True
        pattern = ".*".join(re.escape(part.strip("\n")) for part in self.output.split("..."))
        return re.search(pattern, printed, re.DOTALL) is not None


Step = WriteFile | RunCommand


def read_steps(page: Path) -> Iterator[Step]:
    """The steps of a page, in order. Blocks of any other kind, such as a query for GraphiQL, are no steps."""
    for language, caption, body in _BLOCK.findall(page.read_text("utf-8")):
        if language == "console":
            yield from _read_commands(body)
        elif caption and "/" in caption:
            yield WriteFile(caption.removesuffix(AT_THE_END), body, caption.endswith(AT_THE_END))


def _read_commands(body: str) -> Iterator[RunCommand]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        end = next(n for n in range(1, len(lines) + 1) if _is_whole("\n".join(lines[:n])))
        yield RunCommand("\n".join(lines[:end]), "\n".join(lines[end:]))


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:  # A quotation that is still open.
        return False
    return not command.endswith("\\")
