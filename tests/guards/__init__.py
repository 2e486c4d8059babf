"""Guards: lines of the package without which something is disclosed, granted or lost, each with the tests that miss it.

``python -m tests.guards`` takes each of them out, one at a time, and looks whether its tests fail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Guard:
    """One guard: ``text`` occurs once in its module; with ``without`` in its place, one of ``tests`` must fail.

    ``databases`` are those on which the tests can tell; the first that answers is taken.
    """

    name: str
    module: str
    text: str
    without: str
    tests: tuple[str, ...]
    databases: tuple[str, ...] = ("sqlite",)

    @property
    def path(self) -> str:
        """The file of the module, from the root of the project."""
        return f"{self.module.replace('.', '/')}.py"
