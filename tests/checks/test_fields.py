"""Fields that cannot be served are told at start-up."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage

from conjure import AdminConfig
from conjure.checks.configs import check_config
from tests.packaged.models import Article


def check(**attributes: Any) -> list[CheckMessage]:
    return list(check_config(type("Config", (AdminConfig,), attributes)(Article)))


def test_tags_that_are_not_served_are_told_once() -> None:
    [warning] = check()
    assert (warning.id, "'tags'" in warning.msg) == ("conjure.W205", True)
    assert check(exclude=["tags"]) == []
