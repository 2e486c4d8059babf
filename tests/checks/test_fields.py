"""Fields that cannot be served are told at start-up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage
from taggit.managers import TaggableManager

from conjure import AdminConfig
from conjure.checks.configs import check_config
from tests.packaged.models import Article


def check(**attributes: Any) -> list[CheckMessage]:
    return list(check_config(type("Config", (AdminConfig,), attributes)(Article)))


def test_a_relation_that_does_not_say_where_its_links_are_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check() == []
    monkeypatch.delattr(TaggableManager, "m2m_column_name")
    [warning] = check()
    assert (warning.id, "'tags'" in warning.msg) == ("conjure.W205", True)
    assert check(exclude=["tags"]) == []
