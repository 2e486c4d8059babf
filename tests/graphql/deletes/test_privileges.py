"""Whoever deletes a row does not thereby delete the account of a superuser."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from conjure.models import AdminAuditLog
from tests.conftest import Api
from tests.testapp.models import Player, Team

pytestmark = pytest.mark.django_db

REFUSAL = "This would also delete a superuser."


@pytest.fixture
def manager(clerk: User) -> User:
    """A user who may delete teams and players."""
    codenames = ("view_team", "delete_team", "change_team", "view_player", "delete_player")
    clerk.user_permissions.add(*Permission.objects.filter(content_type__app_label="testapp", codename__in=codenames))
    return clerk


@pytest.fixture
def teams() -> list[Team]:
    """A team of ordinary players, and one with a superuser in it."""
    ordinary, privileged = Team.objects.create(name="ordinary"), Team.objects.create(name="privileged")
    Player.objects.create(nickname="one", team=ordinary)
    Player.objects.create(nickname="two", team=privileged)
    Player.objects.create(nickname="root", team=privileged, is_superuser=True)
    return [ordinary, privileged]


def delete(api: Api, user: User, way: str, teams: list[Team]) -> Any:
    """The answer to a delete of the teams; ``way`` names one that takes several, or one row each."""
    client, keys = api(user), [team.pk for team in teams]
    if way == "one":
        return [client.delete(f"/conjure/r/testapp.Team/{key}/") for key in keys][-1]
    body = {"action": "delete", "ids": keys}
    if way == "operations":
        body = {"operations": [{"op": "delete", "pk": key} for key in keys]}
    return client.post("/conjure/r/testapp.Team/bulk/", body, content_type="application/json")


@pytest.mark.parametrize("way", ["one", "bulk", "operations"])
def test_a_delete_that_would_take_a_superuser_along_is_refused(
    manager: User, admin: User, api: Api, teams: list[Team], way: str
) -> None:
    refusal = delete(api, manager, way, teams[1:])
    assert (refusal.status_code, refusal.json()) == (403, {"detail": REFUSAL})
    assert Player.objects.count() == 3
    assert not AdminAuditLog.objects.exists()
    assert delete(api, manager, way, teams[:1]).status_code < 300
    assert set(Player.objects.values_list("nickname", flat=True)) == {"two", "root"}
    assert delete(api, admin, way, teams[1:]).status_code < 300
    assert not Player.objects.exists()


@pytest.mark.parametrize("way", ["bulk", "operations"])
def test_one_superuser_among_many_rows_keeps_all(manager: User, api: Api, teams: list[Team], way: str) -> None:
    assert delete(api, manager, way, teams).status_code == 403
    assert Team.objects.count() == 2


def test_a_superuser_account_of_any_kind_is_deleted_by_superusers_alone(
    manager: User, admin: User, api: Api, teams: list[Team]
) -> None:
    url = f"/conjure/r/testapp.Player/{Player.objects.get(nickname='root').pk}/"
    assert api(manager).delete(url).status_code == 403
    assert api(admin).delete(url).status_code == 204
