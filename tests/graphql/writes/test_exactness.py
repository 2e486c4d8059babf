"""A row that is sent back as it was served is left alone, whatever its fields are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models

from conjure import registry
from conjure.graphql.fields.kinds import get_field_type
from conjure.models import AdminAuditLog
from conjure.values.keys import pk_text
from tests.graphql.writes.conftest import Open
from tests.testapp.factories import Shop
from tests.testapp.models import Corrupt, Vault
from tests.thoroughness import sampled

FAILING = {"testapp.ManagerRaises", "testapp.CategoryTotals"}
"""Whose default manager raises, and a view that no database can write."""
KEYS = [key for key, config in registry.items() if key not in FAILING and not config.is_readonly]
LOCKED = {
    "testapp.Vault": Vault.objects.filter(is_locked=True).values("pk"),
    "testapp.Corrupt": Corrupt.objects.filter(name="corrupt").values("pk"),
}
"""Rows that nobody may change, and one that nobody can."""


def to_form(value: Any) -> Any:
    """A value as forms have it: text, or a list of texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value)


def form_of(row: dict[str, Any], model: type[models.Model]) -> dict[str, Any]:
    many = {field.name for field in model._meta.many_to_many}
    many |= {field.name for field in model._meta.fields if get_field_type(field).lookups == "list"}
    as_json = {field.name for field in model._meta.fields if field.get_internal_type() == "JSONField"}
    return {
        name: [str(key) for key in value] if name in many else json.dumps(value) if name in as_json else to_form(value)
        for name, value in row.items()
    }


def columns_of(model: type[models.Model]) -> list[str]:
    # As texts: values of custom fields need not know whether they are equal.
    return [repr(row) for row in models.QuerySet(model).order_by("pk").values()]


@pytest.mark.django_db
@pytest.mark.parametrize("key", sampled(KEYS, 4))
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_a_row_sent_back_as_it_was_served_changes_nothing(
    key: str, form: bool, everything: Shop, admin: User, writer: Open
) -> None:
    model: Any = registry.get(key).model
    client = writer(admin, key, form=form)
    before = columns_of(model) if key != "testapp.Corrupt" else None
    rows = model._default_manager.db_manager("default").exclude(pk__in=LOCKED.get(key, [])).values_list("pk", flat=True)
    assert rows
    for pk in rows:
        text = pk_text(pk)
        row = client.get(text)
        sent = form_of(row, model) if form else row
        assert client.update(text, sent) == row
    assert not AdminAuditLog.objects.exists()
    if before is not None:
        assert columns_of(model) == before
