"""An answer about the schema is made once for all who may see the same, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conjure.graphql.endpoint import views
from tests.conftest import Gql

pytestmark = pytest.mark.django_db


def test_the_same_question_is_executed_once(
    admin: User, viewer: User, gql: Gql, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[Any] = []
    execute = views.execute

    def note(document: Any, *arguments: Any, **options: Any) -> Any:
        executed.append(document)
        return execute(document, *arguments, **options)

    monkeypatch.setattr(views, "execute", note)
    text = "{ __schema { queryType { fields { name description } } } }"
    first = gql(viewer, text)
    assert len(executed) == 1
    assert gql(viewer, text) == first
    assert len(executed) == 1, "the answer was not kept"
    assert gql(admin, text) != first
    assert len(executed) == 2
