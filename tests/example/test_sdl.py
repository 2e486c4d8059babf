"""The GraphQL schema of the example, line by line as clients know it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.example.conftest import Demo

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "example.graphql"


def test_the_schema_of_the_example_is_as_it_was(demo: Demo) -> None:
    """Set UPDATE_SNAPSHOTS=1 to write the file anew, and read what has changed before you commit it."""
    sdl = demo.manage("conjure_export_graphql")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(sdl, encoding="utf-8")
    assert sdl == SNAPSHOT.read_text(encoding="utf-8")
