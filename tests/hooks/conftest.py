"""The project of these models alone, rows of each, and both faces."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from conjure.registry import registry
from tests.conftest import restored_registry, unregister_all_but
from tests.hooks.configs import ItemConfig, OwnerConfig, VisitConfig
from tests.hooks.faces import GraphQL, Rest
from tests.hooks.models import Item, Owner, Visit
from tests.hooks.storages import STORAGE

Keys = dict[str, list[Any]]
NAMES = ("good one", "bad one", "good two")


@dataclass(frozen=True, kw_only=True)
class World:
    """Three rows of each model, of which the second is marked, linked to those of the others; and both faces."""

    keys: Keys
    faces: dict[str, Any]


def make_world() -> World:
    """Make the rows, and log a superuser in."""
    STORAGE.files.clear()
    keys: Keys = {"Owner": [], "Item": [], "Visit": []}
    for name in NAMES:
        owner = Owner(name=name, stamp=name, mood="bad" if "bad" in name else "good")
        owner.save()
        item = Item(name=name, code=name, told=name, kind="new", amount=1, file=f"items/{name}.txt", owner=owner)
        STORAGE.files[f"items/{name}.txt"] = name.encode()
        item.save()
        visit = Visit(name=name, item=item)
        visit.save()
        for row in (owner, item, visit):
            keys[type(row).__name__].append(row.pk)
    owners = list(Owner.objects.order_by("pk"))
    for item in Item.objects.all():
        item.friends.set(owners)
    for visit in Visit.objects.all():
        visit.owners.set(owners)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root", password="root"))
    return World(keys=keys, faces={"rest": Rest(client), "graphql": GraphQL(client)})


@pytest.fixture(scope="package", autouse=True)
def _registered() -> Iterator[None]:
    """One schema for all tests of the package, of few models: to build that of all test apps takes seconds."""
    with restored_registry():
        unregister_all_but()
        registry.register(Owner, OwnerConfig)
        registry.register(Item, ItemConfig)
        registry.register(Visit, VisitConfig)
        yield


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[logging.LogRecord]]:
    """What conjure logs. It goes nowhere else: to write thousands of tracebacks takes longer than all requests."""
    records: list[logging.LogRecord] = []

    def keep(record: logging.LogRecord) -> bool:
        records.append(record)
        return False

    loggers = [logging.getLogger(name) for name in ("conjure", "django.request", "django.db.backends.base")]
    for logger in loggers:
        logger.addFilter(keep)
    yield records
    for logger in loggers:
        logger.removeFilter(keep)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The rows and who asks for them, for all tests of a module. What each of them writes is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
