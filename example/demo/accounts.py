"""The demo's users, and where they log in. Their passwords are their names: fit for a demo only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Permission, User
from django.db.models import Q


@dataclass(frozen=True, kw_only=True)
class Account:
    """One user of the demo; ``permissions`` are like ``store.view_invoice``; ``store.view_*`` is all of the app."""

    username: str
    description: str
    permissions: Sequence[str] = ()
    is_superuser: bool = False


ACCOUNTS = [
    Account(username="admin", description="superuser: may do everything", is_superuser=True),
    Account(
        username="viewer",
        description="may see the store and the catalog, change nothing",
        permissions=["store.view_*", "catalog.view_*"],
    ),
    Account(
        username="clerk",
        description="may see both, add and change customers, invoices and their lines, export invoices",
        permissions=[
            "store.view_*",
            "catalog.view_*",
            *(f"store.{act}_{name}" for act in ("add", "change") for name in ("customer", "invoice", "invoiceline")),
            "store.export_invoice",
        ],
    ),
    Account(
        username="cashier",
        description="may refund invoices, and nothing else",
        permissions=["store.refund_invoice"],
    ),
]


def create_account(account: Account) -> User:
    """Create the user where it is missing, and give it the account's permissions.

    The password of a user who is there already is left alone, so that open sessions live on.
    """
    user, created = User.objects.get_or_create(
        username=account.username,
        defaults={
            "email": f"{account.username}@chinook.example",
            "is_staff": True,
            "is_superuser": account.is_superuser,
        },
    )
    if created:
        user.set_password(account.username)
        user.save(update_fields=["password"])
    user.user_permissions.set(_find_permissions(account.permissions))
    return user


def _find_permissions(names: Sequence[str]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app_label, codename = name.split(".")
        match = Q(codename__startswith=codename[:-1]) if codename.endswith("*") else Q(codename=codename)
        wanted |= Q(content_type__app_label=app_label) & match
    return list(Permission.objects.filter(wanted))
