"""The project that is fuzzed: the shop, with a canary in whatever some user must not see, and users of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client

from conjure import AdminConfig
from conjure.models import AdminAuditLog
from conjure.registry import registry
from conjure.specs.build import get_specs
from tests.conftest import restored_registry, unregister_all_but
from tests.testapp.factories import create, make_shop
from tests.testapp.models import shop
from tests.testapp.models.accounts import Player, Team

MODELS: Sequence[Any] = (
    shop.Category,
    shop.Tag,
    shop.Customer,
    shop.Product,
    shop.Coupon,
    shop.Order,
    shop.OrderItem,
    shop.Event,
    shop.Attachment,
    shop.Review,
    shop.Shipment,
    shop.Note,
    shop.Folder,
    shop.Vault,
    Team,
    Player,
)
# Rows with negative keys are hidden from everybody but superusers, whatever is written to them.
HIDDEN = (-1, -2)

# Canaries. What is made of digits stands where only digits may.
COLUMN = "canary-of-an-excluded-column"
HASH = "md5$canaryofapassword$"
ROW = "canary-of-a-hidden-row"
UNVIEWED = "canary-of-a-model-without-permission"
OF_NOBODY = "canary-for-staff-with-permission"
COST = "98712.34"
# Each value of the secret column is a canary, those that the fuzz writes included.
SECRET = re.compile(r"7770[0-9]{8}")
CRASH = "A secret of the server's."


def secret(number: int) -> str:
    """A value of the column that the config calls secret."""
    return f"+7770{number % 10**8:08}"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who calls, what no answer to them may hold, and whether they may see and export the secret column."""

    name: str
    client: Client
    never: tuple[str, ...]
    sees_secrets: bool = False
    exports_secrets: bool = False


def _scope(self: AdminConfig, request: HttpRequest) -> QuerySet[Any]:
    """Rows with negative keys are there for superusers alone."""
    rows: QuerySet[Any] = AdminConfig.get_queryset(self, request)
    return rows if request.user.is_superuser else rows.filter(pk__gt=0)


_EXPORTS = ("export", "delete_selected")
_CHANGES: Mapping[Any, Mapping[str, Any]] = {
    shop.Category: {"get_queryset": _scope, "actions": _EXPORTS},
    shop.Note: {"get_queryset": _scope},
    shop.Vault: {"actions": ("export",)},
    shop.Customer: {"secret_fields": ("phone",), "actions": _EXPORTS},
    shop.Folder: {"actions": _EXPORTS},
}


@contextmanager
def registered(changes: Mapping[Any, Mapping[str, Any]] | None = None) -> Iterator[None]:
    """Register the models of the fuzz and no others, with what ``_CHANGES`` or other ``changes`` say."""
    with restored_registry():
        unregister_all_but(AdminAuditLog, *MODELS)
        for model, members in {**_CHANGES, **(changes or {})}.items():
            config = type(registry.for_model(model))
            registry.unregister(model)
            registry.register(model, type(config.__name__, (config,), dict(members)))
        get_specs()
        yield


def make_rows() -> None:
    """Make the shop, and put the canaries in it."""
    made = make_shop()
    shop.Customer.objects.update(api_token=COLUMN)
    shop.Order.objects.update(secret_note=COLUMN)
    for number, customer in enumerate(made.customers):
        shop.Customer.objects.filter(pk=customer.pk).update(phone=secret(number))
    shop.Shipment.objects.update(cost=Decimal(COST))
    shop.Vault.objects.update(contents=UNVIEWED)
    shop.Review.objects.update(text=UNVIEWED)
    shop.Product.objects.update(description=OF_NOBODY)
    shop.Event.objects.update(payload={"text": OF_NOBODY})
    first, second = create(
        shop.Note,
        {"pk": HIDDEN[0], "title": f"{ROW} 1", "text": ROW, "is_public": True},
        {"pk": HIDDEN[1], "title": f"{ROW} 2", "text": ROW, "owner": made.users[0]},
    )
    shop.Folder.objects.filter(name="Public").update(cover=first)
    for folder in made.folders[:2]:
        folder.notes.add(first, second)
    hidden = create(shop.Category, {"pk": HIDDEN[0], "name": ROW, "description": ROW, "parent": made.categories[0]})
    shop.Product.objects.filter(pk=made.products[0].pk).update(category=hidden[0])
    shop.Category.objects.filter(pk=made.categories[3].pk).update(parent=hidden[0])
    team = Team.objects.create(name="team")
    for number in range(3):
        Player.objects.create(nickname=f"player {number}", team=team, password=f"{HASH}{number}")
    # What was written before the fuzz begins, as conjure would have noted it.
    content = {"model_label": "testapp.Note", "action": "update", "ip": None}
    AdminAuditLog.objects.create(**content, object_pk=str(first.pk), object_repr=first.title, diff={"text": ["", ROW]})


def make_people() -> list[Person]:
    """A superuser, staff with and without permissions, somebody who is not staff, and nobody."""
    everybody = (COLUMN, HASH, settings.SECRET_KEY, CRASH)
    nothing = (*everybody, ROW, UNVIEWED, OF_NOBODY, COST)
    for model in MODELS:
        content_type = ContentType.objects.get_for_model(model)
        name = f"export_{model._meta.model_name}"
        Permission.objects.get_or_create(codename=name, content_type=content_type, defaults={"name": name})
    permissions = list(Permission.objects.select_related("content_type").order_by("pk"))

    def may(person: User, *, views: bool) -> None:
        without = {"vault", "review"}
        granted = [
            each
            for each in permissions
            if each.content_type.app_label in ("testapp", "conjure")
            and each.content_type.model not in without
            and (not views or each.codename.startswith(("view_", "export_")))
        ]
        person.user_permissions.set(granted)

    def person(name: str, never: tuple[str, ...], *, is_staff: bool = True, **more: Any) -> Person:
        user = User.objects.create(username=name, is_staff=is_staff, is_superuser=name == "root")
        User.objects.filter(pk=user.pk).update(password=f"{HASH}{name}")
        user.refresh_from_db()
        if name in ("editor", "reader"):
            may(user, views=name == "reader")
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return Person(name=name, client=client, never=never, **more)

    return [
        person("root", everybody, sees_secrets=True, exports_secrets=True),
        person("editor", (*everybody, ROW, UNVIEWED, COST), sees_secrets=True, exports_secrets=True),
        person("reader", (*everybody, ROW, UNVIEWED, COST), sees_secrets=True),
        person("clerk", nothing),
        person("outsider", nothing, is_staff=False),
        Person(name="nobody", client=Client(raise_request_exception=False), never=nothing),
    ]


def leaks_in_the_log_table() -> list[str]:
    """Each canary that stands in the audit log though no entry of it may hold one."""
    text = "\n".join(f"{entry.object_repr} {entry.diff}" for entry in AdminAuditLog._base_manager.all())
    found = [canary for canary in (COLUMN, HASH) if canary in text]
    return [*found, *(["a secret"] if SECRET.search(text) else [])]
