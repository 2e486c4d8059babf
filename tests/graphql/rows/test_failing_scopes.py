"""Rows that a config or a manager would hide stay hidden where it fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from tests.conftest import Api
from tests.testapp.admin_config import NoteConfig
from tests.testapp.models import Folder, ManagerRaises, Note

pytestmark = pytest.mark.django_db

PLACES = ["", "autocomplete/", "{pk}/", "{pk}/related/"]


@pytest.mark.parametrize("place", PLACES)
def test_a_scope_that_fails_shows_nothing(admin: User, api: Api, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def get_queryset(self: Any, request: HttpRequest) -> QuerySet[Note]:
        raise RuntimeError("This scope always fails.")

    note = Note.objects.create(title="not to be told")
    monkeypatch.setattr(NoteConfig, "get_queryset", get_queryset)
    answer = api(admin, raise_request_exception=False).get(f"/conjure/r/testapp.Note/{place.format(pk=note.pk)}")
    assert answer.status_code == 500
    assert "not to be told" not in answer.content.decode()
    assert "always fails" not in answer.content.decode()


def test_labels_of_rows_whose_scope_fails_are_not_told(admin: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_queryset(self: Any, request: HttpRequest) -> QuerySet[Note]:
        raise RuntimeError("This scope always fails.")

    Folder.objects.create(name="a folder", cover=Note.objects.create(title="not to be told"))
    monkeypatch.setattr(NoteConfig, "get_queryset", get_queryset)
    answer = api(admin, raise_request_exception=False).get("/conjure/r/testapp.Folder/")
    assert answer.status_code == 500
    assert "not to be told" not in answer.content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_a_default_manager_that_fails_shows_nothing(admin: User, api: Api, place: str) -> None:
    row = ManagerRaises(name="not to be told")
    row.save_base(force_insert=True)
    answer = api(admin).get(f"/conjure/r/testapp.ManagerRaises/{place.format(pk=row.pk)}")
    assert answer.status_code == 400
    assert "not to be told" not in answer.content.decode()
