"""Fields of every type, at their limits."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import models

from tests.graphql.writes.conftest import Open, refused
from tests.testapp.factories import Shop
from tests.testapp.models import City, Country, EveryNullableField, Limits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_null_and_nothing_empty_a_nullable_field(form: bool, everything: Shop, admin: User, writer: Open) -> None:
    full = EveryNullableField.objects.exclude(a_char=None).exclude(a_char="").first()
    assert full is not None
    client = writer(admin, "testapp.EveryNullableField", form=form)
    names = [f.name for f in EveryNullableField._meta.fields if not f.primary_key]
    client.update(full.pk, dict.fromkeys(names, "" if form else None))
    full.refresh_from_db()
    for name in names:
        value = getattr(full, name)
        assert value is None or (isinstance(value, models.fields.files.FieldFile) and not value), name


def test_integers_are_held_to_the_range_that_every_database_has(everything: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.EveryNullableField")
    key = EveryNullableField.objects.values_list("pk", flat=True)[0]
    ranges = {
        "a_small": (-(2**15), 2**15 - 1),
        "an_integer": (-(2**31), 2**31 - 1),
        "a_big_integer": (-(2**63), 2**63 - 1),
        "a_positive_small": (0, 2**15 - 1),
        "a_positive": (0, 2**31 - 1),
        "a_positive_big": (0, 2**63 - 1),
    }
    for name, (lowest, highest) in ranges.items():
        for value in (lowest, highest):
            assert client.update(key, {name: str(value)})[name] == value
        for value in (lowest - 1, highest + 1, 10**30):
            assert list(refused(client.update, key, {name: value})) == [name]
        for value in (True, 1.5, "1.5", "x", "1 2", "²", [], {}, "9" * 5_000):
            assert list(refused(client.update, key, {name: value})) == [name], value
    assert client.update(key, an_integer=5.0)["an_integer"] == 5


def test_floats_must_be_finite(everything: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.EveryNullableField")
    key = EveryNullableField.objects.values_list("pk", flat=True)[0]
    assert client.update(key, a_float="1e-5")["a_float"] == 1e-5
    for value in ("nan", "inf", float("inf"), float("nan"), "1e999", 10**400, True, "1_0", []):
        assert list(refused(client.update, key, a_float=value)) == ["a_float"], value


def test_limit_choices_to_holds(everything: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.LimitedChoices")
    allowed, other = Country.objects.get(code="DE"), Country.objects.exclude(code__in=["DE", "TR"])[0]
    row = client.create(country=allowed.pk)
    assert list(refused(client.update, row["id"], country=other.pk)) == ["country"]
    wrong = City.objects.exclude(name__startswith="B")[0]
    assert list(refused(client.update, row["id"], city=wrong.pk)) == ["city"]


def test_extreme_values_survive(everything: Shop, admin: User, writer: Open) -> None:
    client = writer(admin, "testapp.Limits")
    for key in Limits.objects.values_list("pk", flat=True):
        row = client.get(key)
        values = {name: value for name, value in row.items() if name not in {"id", "_label"}}
        copy = client.create(**values)
        assert {**copy, "id": key, "_label": row["_label"]} == row
