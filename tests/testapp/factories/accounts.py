"""Rows of the accounts that are not the project's users."""

from __future__ import annotations

from tests.testapp.factories.rows import create, named
from tests.testapp.models import accounts


def make_accounts() -> None:
    """Teams, and players in them; no one is a superuser."""
    teams = named(accounts.Team)
    create(accounts.Player, *({"nickname": f"player {number}", "team": team} for number, team in enumerate(teams)))
