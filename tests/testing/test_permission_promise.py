"""The walk finds where requests get something else than the permission table says."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest

from conjure.specs.build import ROOT_PATTERNS
from conjure.testing import Walk
from conjure.testing.attempts import ATTEMPTED_ROOTS
from tests.conftest import Configure, unregister_all_but
from tests.testapp.models.shop import Tag

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def configure(configure: Configure) -> Configure:
    """As everywhere, with no other model registered: rows of all of them would have to be made."""
    unregister_all_but(Tag)
    return configure


def failures_of(walk: Walk, key: str) -> list[str]:
    return [failure.detail for failure in walk.walk_model(key).failures if failure.kind == "permission"]


def test_every_root_field_of_a_model_is_tried() -> None:
    assert ROOT_PATTERNS.keys() == ATTEMPTED_ROOTS


@pytest.mark.parametrize(
    ("hook", "what"),
    [
        ("has_view_permission", "the table says that view is allowed (TagConfig.has_view_permission)"),
        ("has_add_permission", "the table says that add is allowed (TagConfig.has_add_permission)"),
    ],
)
def test_a_right_that_requests_do_not_get_is_found(configure: Configure, hook: str, what: str) -> None:
    def is_asked_by_the_table(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return request.path == "/"

    configure(Tag, **{hook: is_asked_by_the_table})
    with Walk(sample=1).prepared() as walk:
        found = failures_of(walk, "testapp.Tag")
    assert any(what in detail for detail in found)


def test_a_right_that_requests_get_against_the_table_is_found(configure: Configure) -> None:
    configure(Tag, has_delete_permission=lambda self, request, obj=None: request.path != "/")
    with Walk(sample=1).prepared() as walk:
        found = failures_of(walk, "testapp.Tag")
    assert any("the table says that delete is denied (TagConfig.has_delete_permission)" in detail for detail in found)


def test_fields_that_are_read_or_written_against_the_table_are_found(configure: Configure) -> None:
    def hidden_from_the_table(self: Any, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if request.path == "/":
            return ("slug",)
        return ("name",) if request.method == "POST" else ()

    configure(Tag, get_exclude=hidden_from_the_table)
    with Walk(sample=1).prepared() as walk:
        found = failures_of(walk, "testapp.Tag")
    assert any("the table says otherwise of reading slug" in detail for detail in found)
    assert any("the table says that slug cannot be changed" in detail for detail in found)
    assert any("the table says that name can be changed" in detail for detail in found)
