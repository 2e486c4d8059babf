"""The documentation names everything that a project may set."""

from __future__ import annotations

from pathlib import Path

import pytest

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
