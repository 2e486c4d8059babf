"""The documentation names everything that a project may set, and the places where things are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conjure
from conjure.conf import DEFAULTS
from conjure.options import AdminConfig

DOCS = Path(__file__).parent.parent / "docs"

# What a project may set or override on a config: everything public that the class itself defines.
CONFIG_NAMES = sorted(name for name in vars(AdminConfig) if not name.startswith("_"))


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "configuration.md").read_text()


@pytest.mark.parametrize("name", CONFIG_NAMES)
def test_every_part_of_an_admin_config_is_documented(name: str) -> None:
    assert f"`{name}" in (DOCS / "admin-config.md").read_text()


def test_every_path_that_the_architecture_page_names_exists() -> None:
    _, _, after = (DOCS / "architecture.md").read_text().partition("## Where is what?")
    table, _, _ = after.partition("\n## ")
    paths = re.findall(r"`([a-z_/]+(?:/|\.py))`", table)
    missing = [path for path in paths if not (Path(conjure.__file__).parent / path).exists()]
    assert paths
    assert missing == []
