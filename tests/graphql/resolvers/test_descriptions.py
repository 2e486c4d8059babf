"""What is told of a model: nothing of fields that are hidden from the user."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.conftest import Api, Configure
from tests.testapp.models import Shipment

pytestmark = pytest.mark.django_db


def test_hidden_fields_are_not_described(admin: User, viewer: User, api: Api, configure: Configure) -> None:
    names = ("carrier", "cost")
    parts = ("list_display", "search_fields", "list_filter", "ordering", "readonly_fields")
    configure(Shipment, **dict.fromkeys(parts, names))
    for user, shown in ((admin, ["carrier", "cost"]), (viewer, ["carrier"])):
        described = api(user).get("/conjure/schema/testapp.Shipment/").json()
        assert [field["name"] for field in described["fields"] if field["name"] in names] == shown
        for part in parts:
            assert described[part] == shown, part
