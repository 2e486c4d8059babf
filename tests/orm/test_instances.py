"""Instances that are made directly are those of Django, whatever the model."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.db.models import QuerySet
from django.db.models.signals import post_init, pre_init
from django.test import Client
from django.test.utils import isolate_apps

from conjure.orm.fast_reads import read
from conjure.orm.instances import can_make_instances
from conjure.registry import registry
from tests.orm.comparing import MODELS, contents
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Corrupt, Customer, Order, RemembersOriginal

pytestmark = pytest.mark.django_db


def test_rows_of_every_model_are_those_of_django(media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    fast = 0
    for model in MODELS:
        if model is Corrupt:
            continue
        rows = QuerySet(model).order_by("pk")
        expected = list(rows[:3])
        read_by_django.clear()
        found = read(rows[:3]).rows
        fast += model not in read_by_django
        assert contents(found) == contents(expected), model
        for copied in (copy.copy, copy.deepcopy, lambda row: pickle.loads(pickle.dumps(row))):
            assert contents(map(copied, found)) == contents(map(copied, expected)), model
    assert fast > 100


def test_a_hook_may_pickle_and_copy_rows(
    admin: User, monkeypatch: pytest.MonkeyPatch, read_by_django: list[Any]
) -> None:
    shop = make_shop()
    copies: list[Any] = []

    def has_view_permission(self: Any, request: Any, obj: Any = None) -> bool:
        if obj is not None:
            copies.extend([pickle.loads(pickle.dumps(obj)), copy.deepcopy(obj), copy.copy(obj)])
        return True

    config = registry.get("testapp.Order")
    assert config is not None
    monkeypatch.setattr(type(config), "has_view_permission", has_view_permission)
    client = Client()
    client.force_login(admin)
    assert client.get(f"/conjure/r/testapp.Order/{shop.orders[0].pk}/").status_code == 200
    assert Order not in read_by_django
    assert len(copies) >= 3
    assert set(copies) == {shop.orders[0]}


@pytest.mark.parametrize("signal", [pre_init, post_init])
def test_receivers_are_told_of_every_instance(signal: Any, admin: User) -> None:
    make_shop()
    made: list[Any] = []

    def receive(sender: Any, **kwargs: Any) -> None:
        made.append(sender)

    client = Client()
    client.force_login(admin)
    client.get("/conjure/r/testapp.Order/")
    signal.connect(receive, sender=Order)
    signal.connect(receive, sender=Customer)
    try:
        assert client.get("/conjure/r/testapp.Order/").json()["count"] == 3
    finally:
        signal.disconnect(receive, sender=Order)
        signal.disconnect(receive, sender=Customer)
    assert made.count(Order) == 3
    assert made.count(Customer) >= 1


def test_a_models_own_init_is_called() -> None:
    RemembersOriginal.objects.create(name="first", amount=3)
    assert [row.original for row in read(RemembersOriginal.objects.all()).rows] == [("first", 3)]


@isolate_apps("tests.testapp")
def test_a_model_with_a_part_in_making_its_instances_makes_them_itself() -> None:
    class Plain(models.Model):
        name = models.CharField(max_length=9)

        class Meta:
            app_label = "testapp"

        def __str__(self) -> str:
            return self.name

    class ComputedAttribute:
        def __init__(self, field: Any) -> None:
            self.field = field

        def __set__(self, instance: Any, value: Any) -> None:
            instance.__dict__["computed"] = value

    class ComputedField(models.CharField):  # type: ignore[type-arg]
        descriptor_class = ComputedAttribute

    class CallsItself(models.base.ModelBase):
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            return super().__call__(*args, **kwargs)

    steps: dict[str, Any] = {
        "__new__": lambda cls, *args, **kwargs: object.__new__(cls),
        "__init__": lambda self, *args, **kwargs: None,
        "__getattribute__": lambda self, *args: object.__getattribute__(self, *args),  # noqa: PLW0108 - another than Django's
        "__setattr__": lambda self, *args: object.__setattr__(self, *args),  # noqa: PLW0108 - likewise
        "from_db": classmethod(lambda cls, *args, **kwargs: None),
        "refresh_from_db": lambda self, *args, **kwargs: None,
    }
    module = {"__module__": Order.__module__}
    others = [type(f"Own{number}", (Plain,), {**module, name: steps[name]}) for number, name in enumerate(steps)]
    others.append(type("Computed", (models.Model,), {**module, "field": ComputedField(max_length=9)}))
    others.append(CallsItself("CallsItself", (models.Model,), dict(module)))
    assert can_make_instances(Plain)
    assert [other for other in others if can_make_instances(other)] == []
