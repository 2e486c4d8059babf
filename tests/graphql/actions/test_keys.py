"""Answers of actions name rows as URLs do."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure import ActionReport, registry
from tests.graphql.actions.conftest import Run
from tests.testapp.models import CompositeForeignKey, UUIDKey


def test_a_report_names_a_row_by_the_text_of_its_key(
    run: Run, admin: User, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = UUIDKey.objects.create()
    row = CompositeForeignKey.objects.create(owner=owner, code="a,b", day=datetime.date(2024, 2, 29))

    def handler(request: Any, queryset: Any) -> ActionReport:
        report = ActionReport()
        for found in queryset:
            report.fail(found, "Not this one.")
        return report

    config = registry.get("testapp.CompositeForeignKey")
    monkeypatch.setattr(config, "actions", ("act",), raising=False)
    monkeypatch.setattr(config, "act", handler, raising=False)
    key = f"{owner.pk},a%2Cb,2024-02-29"
    status, body = run(admin, "CompositeForeignKey/act", ids=[key])
    assert (status, [failure["pk"] for failure in body["failures"]]) == (200, [key])
    assert row.pk == (owner.pk, "a,b", row.day)
