"""The fuzz finds faults: each of these is planted in the project, as far as a project can, and must be found."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpRequest

from conjure import AdminConfig
from tests.fuzz.conftest import fuzzed
from tests.testapp.models import shop
from tests.thoroughness import sampled

pytestmark = pytest.mark.django_db

SECONDS = 120


def no_scope(self: AdminConfig, request: HttpRequest) -> QuerySet[Any]:
    return AdminConfig.get_queryset(self, request)


def fails(self: AdminConfig, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
    raise KeyError("not handled")


def logs(self: AdminConfig, request: HttpRequest, obj: Any, form: None, change: bool) -> None:
    logging.getLogger("django.shop").info("saved %s", vars(obj))
    AdminConfig.save_model(self, request, obj, form, change)


def tells_by_face(self: AdminConfig, request: HttpRequest) -> QuerySet[Any]:
    rows: QuerySet[Any] = AdminConfig.get_queryset(self, request)
    return rows.filter(pk__gt=1) if "graphql" in request.path else rows


def retires(self: AdminConfig, request: HttpRequest) -> QuerySet[Any]:
    """What an earlier step wrote changes what later ones get: a fault that takes a sequence."""
    rows: QuerySet[Any] = AdminConfig.get_queryset(self, request)
    if rows.filter(name__startswith="Row").exists():
        raise LookupError("not handled")
    return rows


PLANTED: Mapping[str, tuple[Mapping[Any, Mapping[str, Any]], str]] = {
    "a scope is removed": ({shop.Note: {"get_queryset": no_scope}}, "holds 'canary-of-a-hidden-row'"),
    "a column is not excluded": ({shop.Order: {"exclude": ()}}, "holds 'canary-of-an-excluded-column'"),
    "a mask is removed": ({shop.Customer: {"secret_fields": ()}}, "secret"),
    "a log line holds a secret": ({shop.Customer: {"secret_fields": ("phone",), "save_model": logs}}, "the log holds"),
    "the faces are unequal": ({shop.Tag: {"get_queryset": tells_by_face}}, "Tag"),
    "an exception is not handled": ({shop.Tag: {"get_readonly_fields": fails}}, "500"),
    "an exception takes a sequence": ({shop.Tag: {"get_queryset": retires}}, ""),
}


@pytest.mark.parametrize("name", sampled(list(PLANTED), 3))
def test_it_is_found(name: str, tmp_path: Path) -> None:
    changes, expected = PLANTED[name]
    with fuzzed(str(tmp_path), changes) as fuzz:
        found = fuzz.search("1", SECONDS, most=1)
        assert found
        assert expected in found[0].what
        # It can be told again, and no step of it is idle.
        again = fuzz.run(found[0].steps)
        assert again is not None
        assert again.what == found[0].what
        assert len(found[0].steps) <= 5
