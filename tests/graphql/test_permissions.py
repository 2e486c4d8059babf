"""Who may see and do what, where it is decided: for active staff alone, and for each row where a config says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory

from conjure.exceptions import ForbiddenError, UnauthenticatedError
from conjure.graphql.execution import Runner
from tests.conftest import Api, Configure, Gql
from tests.testapp.admin_config import VaultConfig
from tests.testapp.models import Tag, Vault

pytestmark = pytest.mark.django_db


def ask_the_core(user: Any) -> Any:
    """The core's answer to a user whom no face has looked at."""
    request = RequestFactory().get("/")
    request.user = user
    return Runner(request).run("{ testappTags { totalCount } }")


def test_the_core_itself_is_for_active_staff(admin: User) -> None:
    assert ask_the_core(admin) == {"testappTags": {"totalCount": 0}}
    admin.is_staff = False
    with pytest.raises(ForbiddenError):
        ask_the_core(admin)
    admin.is_staff, admin.is_active = True, False
    with pytest.raises(UnauthenticatedError):
        ask_the_core(admin)
    with pytest.raises(UnauthenticatedError):
        ask_the_core(None)


@pytest.fixture
def vaults(monkeypatch: pytest.MonkeyPatch) -> list[Vault]:
    """An open vault and a locked one, which its config lets nobody see."""

    def has_view_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or not obj.is_locked

    monkeypatch.setattr(VaultConfig, "has_view_permission", has_view_permission)
    return [Vault.objects.create(name="open"), Vault.objects.create(name="locked", is_locked=True, contents="gold")]


@pytest.mark.parametrize("field", ["testappVault", "testappVaultRelated"])
def test_graphql_asks_the_view_permission_of_the_row(admin: User, gql: Gql, vaults: list[Vault], field: str) -> None:
    selection = {"testappVault": "{ name contents _version }", "testappVaultRelated": "{ related { count } }"}[field]
    query = "query ($pk: ID!) { %s(pk: $pk) %s }" % (field, selection)
    seen, hidden = (gql(admin, query, pk=str(vault.pk)) for vault in vaults)
    assert "errors" not in seen
    assert seen["data"][field]
    assert hidden["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert not (hidden["data"] or {}).get(field)


@pytest.mark.parametrize("path", ["", "related/"])
def test_rest_asks_the_view_permission_of_the_row(admin: User, api: Api, vaults: list[Vault], path: str) -> None:
    seen, hidden = (api(admin).get(f"/conjure/r/testapp.Vault/{vault.pk}/{path}") for vault in vaults)
    assert seen.status_code == 200
    assert hidden.status_code == 403
    assert list(hidden.json()) == ["detail"]
    assert "gold" not in hidden.content.decode()


def test_a_right_that_cannot_be_asked_is_denied(clerk: User, api: Api, settings: Any) -> None:
    client = api(clerk)
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "tests.graphql.failing_backend.FailingBackend",
    ]
    for path in ("r/testapp.Order/", "widgets/restricted-stats/"):
        assert client.get(f"/conjure/{path}").status_code == 403, path
    run = {"ids": [1]}
    for action in ("refund", "mark_paid"):
        url = f"/conjure/r/testapp.Order/action/{action}/"
        assert client.post(url, run, content_type="application/json").status_code == 403, action


async def consent(self: Any, request: HttpRequest, obj: Any = None) -> bool:
    return True


@pytest.mark.parametrize("answer", [consent, lambda *_: "yes", lambda *_: 1, lambda *_: None])
def test_a_hook_that_gives_anything_but_a_bool_denies_and_is_logged(
    admin: User, api: Api, gql: Gql, configure: Configure, caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    tag = Tag.objects.create(name="kept")
    rights = ("view", "add", "change", "delete")
    configure(Tag, **{f"has_{right}_permission": answer for right in rights})
    client, url = api(admin), "/conjure/r/testapp.Tag/"
    change = {"data": {"name": "new"}, "content_type": "application/json"}
    answers = [
        client.get(url),
        client.get(f"{url}{tag.pk}/"),
        client.post(url, **change),
        client.patch(f"{url}{tag.pk}/", **change),
        client.delete(f"{url}{tag.pk}/"),
    ]
    assert [found.status_code for found in answers] == [403] * 5
    assert gql(admin, "{ testappTags { totalCount } }")["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert list(Tag.objects.values_list("name", flat=True)) == ["kept"]
    assert "must give True or False" in caplog.text


def test_a_backend_that_gives_anything_but_a_bool_denies(
    api: Api, clerk: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "has_perm", consent)
    for path in ("r/testapp.Tag/", "widgets/restricted-stats/"):
        assert api(clerk).get(f"/conjure/{path}").status_code == 403, path
