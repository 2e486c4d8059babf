"""The fixtures that all tests share: who asks, what rows there are, and through which face requests go."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from conjure.graphql.schema import get_schema
from conjure.registry import registry
from conjure.specs.build import get_specs
from conjure.specs.fields import declared_secrets
from conjure.testing.rows import RowMaker
from tests.thoroughness import examples

if TYPE_CHECKING:
    from tests.testapp.factories import Shop

# Databases are slow beside what hypothesis expects; CI must not find something else each time.
hypothesis_settings.register_profile(
    "default",
    deadline=None,
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.register_profile("ci", hypothesis_settings.get_profile("default"), derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "default")


class Api(Protocol):
    """Gives an HTTP client, logged in as the user, or as nobody for None."""

    def __call__(self, user: User | None = None, **client_options: Any) -> Client: ...


class Gql(Protocol):
    """Sends one GraphQL operation as the user and gives the parsed body: ``data``, ``errors``, ``extensions``."""

    def __call__(self, user: User | None, query: str, **variables: Any) -> dict[str, Any]: ...


class Configure(Protocol):
    """Gives the config of a model other attributes and hooks for one test: ``configure(Order, exclude=("total",))``.

    What is not connected with any model that was configured is not registered; ``configure(Event)`` brings it back.
    """

    def __call__(self, model: Any, **members: Any) -> None: ...


def drop_caches_of_settings() -> None:
    """Drop what conjure caches but the schema, as a changed setting does: to build the schema again takes seconds."""
    setting_changed.send(sender=None, setting="CONJURE", value=None, enter=True)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Throttles count in the cache: no test may inherit another's attempts."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """An empty folder that is MEDIA_ROOT for this test."""
    folder = tmp_path / "media"
    folder.mkdir()
    settings.MEDIA_ROOT = str(folder)
    return folder


# The users. The password of each is its user name.


@pytest.fixture
def admin(db: None) -> User:
    """A superuser."""
    return get_user_model().objects.create_superuser("admin", "admin@example.com", "admin")


@pytest.fixture
def viewer(db: None) -> User:
    """A staff user with every view permission of testapp, and no other."""
    user = get_user_model().objects.create_user("viewer", password="viewer", is_staff=True)
    views = Permission.objects.filter(content_type__app_label="testapp", codename__startswith="view_")
    user.user_permissions.set(views)
    return user


@pytest.fixture
def clerk(db: None) -> User:
    """A staff user without any permission; tests give the ones they speak of."""
    return get_user_model().objects.create_user("clerk", password="clerk", is_staff=True)


@pytest.fixture
def outsider(db: None) -> User:
    """An active user who is not staff."""
    return get_user_model().objects.create_user("outsider", password="outsider")


# The rows.


def import_factories() -> Any:
    """Late, since the tests of other projects share this module, and the test apps are not installed in those."""
    from tests.testapp import factories

    return factories


def fill_empty_tables() -> None:
    """Make rows of every registered model of the test apps that has none, as the walk makes them."""
    maker = RowMaker()
    for model in [config.model for _, config in registry.items()]:
        if model.__module__.startswith("tests."):
            maker.fill(model)


@pytest.fixture(scope="module")
def everything(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """What ``make_everything`` makes, and rows of the test apps that have no factory, for all tests of the module.

    Each test's own writes are rolled back to it.
    """
    folder = tmp_path_factory.mktemp("media")
    before, django_settings.MEDIA_ROOT = django_settings.MEDIA_ROOT, str(folder)
    with django_db_blocker.unblock(), transaction.atomic():
        shop = import_factories().make_everything()
        fill_empty_tables()
        yield shop
        transaction.set_rollback(True)
    django_settings.MEDIA_ROOT = before


@pytest.fixture
def shop(db: None, media_root: Path) -> Shop:
    """The ordinary shop."""
    return import_factories().make_shop()


# The two faces.


@pytest.fixture
def api() -> Api:
    """``api(user)`` is Django's test client, logged in; ``api()`` is nobody's."""

    def client_for(user: User | None = None, **client_options: Any) -> Client:
        client = Client(**client_options)
        if user is not None:
            client.force_login(user)
        return client

    return client_for


@pytest.fixture
def gql(api: Api) -> Gql:
    """``gql(user, query, **variables)`` posts to the GraphQL endpoint and gives the parsed body."""
    clients: dict[Any, Client] = {}

    def execute(user: User | None, query: str, **variables: Any) -> dict[str, Any]:
        key = None if user is None else user.pk
        if key not in clients:
            clients[key] = api(user)
        body = {"query": query, "variables": variables}
        answer: dict[str, Any] = clients[key].post("/conjure/graphql/", body, content_type="application/json").json()
        return answer

    return execute


# What configs say.


@pytest.fixture
def configure() -> Iterator[Configure]:
    """``configure(Order, exclude=("total",))`` gives a model's config other attributes and hooks for this test.

    Only the models that relations connect with it stay registered, since the schema is built again.
    """
    with restored_registry():
        before = {config.model: type(config) for _, config in registry.items()}

        def change(model: Any, **members: Any) -> None:
            if len(registry) == len(before):
                unregister_all_but(*connected_models(model))
            if model not in registry:  # An earlier change took it out.
                for other in connected_models(model):
                    if other in before and other not in registry:
                        registry.register(other, before[other])
            config = type(registry.for_model(model))
            registry.unregister(model)
            registry.register(model, type(config.__name__, (config,), members))

        yield change


def connected_models(*models: Any) -> list[Any]:
    """These models and all that relations connect with them, in either direction and over any number of others."""
    found: set[Any] = set()
    following = [model._meta.concrete_model for model in models]
    while following:
        model = following.pop()
        if model not in found:
            found.add(model)
            related = [field.related_model for field in model._meta.get_fields(include_hidden=True)]
            following += [each._meta.concrete_model for each in related if each]
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.concrete_model in found]


def unregister_all_but(*models: Any) -> None:
    """Take every other model out of the registry, for tests to which the others are only work."""
    for model in [config.model for _, config in registry.items() if config.model not in models]:
        registry.unregister(model)


@contextmanager
def restored_registry() -> Iterator[None]:
    """Put back what was registered, with what was built for it: to build the schema again takes seconds."""
    registered, built = (
        dict(vars(registry)),
        [(each, each._current) for each in (get_specs, get_schema, declared_secrets)],
    )
    for name in ("_configs", "_keys", "_models"):
        setattr(registry, name, dict(registered[name]))
    try:
        yield
    finally:
        vars(registry).update(registered)
        for each, current in built:
            each._current = current
