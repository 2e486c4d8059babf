"""The built-in actions on every shape of model that projects have: what they give is what REST gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.test import Client

from conjure import registry
from conjure.models import AdminAuditLog
from tests.conftest import Api
from tests.testapp.factories import make_everything
from tests.thoroughness import IS_THOROUGH, sampled


@pytest.fixture
def everything(db: None, media_root: Any, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of every model, and the built-in actions on each of them."""
    for config in map(registry.get, registry):
        monkeypatch.setattr(config, "actions", ("export", "delete_selected", "look"), raising=False)
        monkeypatch.setattr(config, "look", look, raising=False)
    make_everything()


def look(request: Any, queryset: Any) -> dict[str, Any]:
    """Do with the rows what handlers do: count, lock, update nothing, read."""
    rows = queryset.select_for_update() if queryset.model._meta.managed else queryset  # A view cannot be locked.
    locked = len(rows.order_by("pk"))
    return {"count": queryset.count(), "locked": locked, "pks": list(queryset.values_list("pk", flat=True))}


def post(client: Client, key: str, action: str, **body: Any) -> Any:
    return client.post(f"/conjure/r/{key}/action/{action}/", body, content_type="application/json")


def rows_of(client: Client, key: str) -> list[dict[str, Any]] | None:
    answer = client.get(f"/conjure/r/{key}/?page_size=200")
    # A model that cannot be listed, such as one whose manager fails, cannot be exported either.
    return answer.json()["results"] if answer.status_code == 200 else None


def names_of_rows(client: Client, key: str, rows: list[dict[str, Any]]) -> list[Any]:
    pk_field = client.get(f"/conjure/schema/{key}/").json()["pk_field"]
    return [row[pk_field] for row in rows]


def test_an_export_of_any_model_has_the_rows_of_its_list(everything: None, api: Api, admin: User) -> None:
    client = api(admin)
    compared = 0
    for key in sampled(list(registry), 0):
        listed = rows_of(client, key)
        answer = post(client, key, "export", all_filtered=True, params={}, input={"format": "jsonl", "columns": "*"})
        if listed is None:
            assert answer.status_code >= 400, key
            continue
        exported = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
        if key == "conjure.AdminAuditLog":
            continue  # Every export adds an entry.
        by_text = sorted(json.dumps(row, sort_keys=True) for row in exported)
        assert by_text == sorted({json.dumps(row, sort_keys=True) for row in listed}), key
        compared += len(exported)
    assert compared > (300 if IS_THOROUGH else 60)


def test_csv_and_xlsx_of_any_model_can_be_written(everything: None, api: Api, admin: User) -> None:
    client = api(admin)
    for key in sampled(list(registry), 1):
        for form in ({}, {"format": "xlsx", "columns": "*"}):
            answer = post(client, key, "export", all_filtered=True, params={}, input=form)
            if answer.status_code == 200:
                assert b"".join(answer.streaming_content), key
            else:
                assert rows_of(client, key) is None, key


def test_an_action_on_any_model_gets_the_rows_that_were_named(everything: None, api: Api, admin: User) -> None:
    client = api(admin)
    acted = 0
    for key in sampled(list(registry), 3):
        rows = rows_of(client, key)
        if not rows or key == "testapp.Corrupt":  # The handler itself cannot read what is stored there.
            continue
        pks = names_of_rows(client, key, rows)
        named = post(client, key, "look", ids=pks)
        if key == "testapp.Vault":
            assert named.status_code == 403  # One of the rows is locked.
            continue
        assert named.status_code == 200, (key, named.content)
        assert named.json()["count"] == named.json()["locked"] == len(set(map(str, pks))), key
        everything_ = post(client, key, "look", all_filtered=True, params={})
        assert everything_.json()["count"] >= named.json()["count"], key
        acted += 1
    assert acted > (100 if IS_THOROUGH else 20)


def is_managed(key: str) -> bool:
    return apps.get_model(key)._meta.managed


@pytest.mark.django_db
def test_delete_selected_takes_rows_of_any_model_or_says_why_not(everything: None, api: Api, admin: User) -> None:
    client = api(admin)
    deleted = 0
    for key in sampled(list(registry), 4):
        rows = rows_of(client, key)
        # Django itself cannot delete what has no hash; and of another model's table it does not know what points there.
        if not rows or key in ("auth.User", "conjure.AdminAuditLog", "testapp.Unhashable") or not is_managed(key):
            continue
        answer = post(client, key, "delete_selected", ids=names_of_rows(client, key, rows)[:1])
        assert answer.status_code in (200, 400, 403, 409), (key, answer.content)
        if answer.status_code == 200:
            deleted += answer.json()["deleted"]
    assert deleted > (50 if IS_THOROUGH else 10)
    assert AdminAuditLog.objects.filter(action="action:delete_selected").exists()
    assert get_user_model().objects.filter(pk=admin.pk).exists()
