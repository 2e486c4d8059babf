"""Fast reads give what Django gives, and are off where they were not tested."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, override_settings

from conjure.orm import fast_reads
from conjure.orm.fast_reads import read
from conjure.registry import registry
from tests.orm.comparing import contents
from tests.testapp.factories import make_everything, make_shop
from tests.testapp.models import Corrupt, Customer, Order

pytestmark = pytest.mark.django_db


def test_a_value_that_cannot_be_read_fails_as_it_does_in_django(media_root: Path) -> None:
    make_everything()
    for read_all in (list, read):
        with pytest.raises(ValueError, match="corrupt"):
            read_all(Corrupt._base_manager.all())


def test_times_are_read_as_django_reads_them(admin: User, read_by_django: list[Any]) -> None:
    make_shop()
    pks = list(Order._base_manager.values_list("pk", flat=True))
    moments = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC), None]
    moments += [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=step) for step in (0, 1, 10, 500_000)]
    rows = Order._base_manager.filter(pk__in=pks[: len(moments)]).order_by("pk")
    for pk, paid_at in zip(pks, moments, strict=False):
        Order._base_manager.filter(pk=pk).update(paid_at=paid_at)
    expected = contents(rows.all())
    read_by_django.clear()
    assert contents(read(rows.all()).rows) == expected
    assert read_by_django == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE testapp_order SET paid_at = 'infinity' WHERE id = %s", [pks[0]])
        client = Client()
        client.force_login(admin)
        assert client.get("/conjure/r/testapp.Order/?fields=id").status_code < 500


def test_requests_get_the_same_bodies_both_ways(admin: User, media_root: Path, read_by_django: list[Any]) -> None:
    make_everything()
    client = Client()
    client.force_login(admin)
    listed = {key: f"/conjure/r/{key}/?page_size=3" for key, _ in registry.items()}
    for path in listed.values():
        client.get(path)  # What labels read is known from here on, so that it is joined.
    read_by_django.clear()
    fast = {key: client.get(path).content for key, path in listed.items()}
    made_by_django = len(read_by_django)
    read_by_django.clear()
    with override_settings(CONJURE={"FAST_READS": False}):
        assert {key: client.get(path).content for key, path in listed.items()} == fast
    assert made_by_django + 100 < len(read_by_django)


# Where it is off.


def read_in_djangos_way(read_by_django: list[Any]) -> bool:
    read_by_django.clear()
    expected = list(Customer._base_manager.values_list("pk", flat=True))
    assert [row.pk for row in read(Customer._base_manager.all()).rows] == expected
    return read_by_django == [Customer]


def test_it_is_off_where_it_was_not_tested(monkeypatch: pytest.MonkeyPatch, read_by_django: list[Any]) -> None:
    make_shop()
    assert not read_in_djangos_way(read_by_django)
    with override_settings(CONJURE={"FAST_READS": False}):
        assert read_in_djangos_way(read_by_django)
    with monkeypatch.context() as patched:
        patched.setattr(django, "VERSION", (7, 0, 0, "final", 0))
        assert read_in_djangos_way(read_by_django)
    backend = type(connection).__module__
    with monkeypatch.context() as patched:
        patched.setattr(fast_reads, "TESTED_DATABASES", {(backend, "another_driver"), ("another.backend", "sqlite3")})
        assert read_in_djangos_way(read_by_django)
    assert not read_in_djangos_way(read_by_django)
