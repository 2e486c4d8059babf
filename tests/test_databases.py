"""What docs/databases.md says of the databases: where their answers differ, and that they differ nowhere else."""

# Moments are given their zone in the tests.
# ruff: noqa: DTZ001

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conjure.checks import check_databases
from conjure.orm.time_zones import day_bounds
from tests.conftest import Api, Gql
from tests.testapp.models.field_types import EveryNullableField, Limits
from tests.thoroughness import examples

URL = "/conjure/r/testapp.EveryNullableField/"
DOCUMENTS: list[Any] = [
    {"b": 1, "a": 2},
    {"a": 2, "b": 1},
    {"a": 2},
    [1, 2],
    [2, 1],
    1,
    1.0,
    True,
    "1",
    "true",
    "A",
    "a",
    {"x": 10**20},
    {"x": 10**20 + 1},
    {"é": "ü", "n": None},
]


@pytest.fixture
def client(admin: User, api: Api) -> Client:
    return api(admin)


def values(client: Client, name: str, **parameters: Any) -> list[Any]:
    answer = client.get(URL, {"page_size": 100, "ordering": "id", **parameters})
    assert answer.status_code == 200, answer.content
    return [row[name] for row in answer.json()["results"]]


def test_json_values_are_equal_by_what_they_say(client: Client) -> None:
    EveryNullableField.objects.bulk_create(EveryNullableField(a_json=document) for document in DOCUMENTS)
    EveryNullableField.objects.create()
    for document in DOCUMENTS:
        expected = [other for other in DOCUMENTS if is_equal(document, other)]
        if connection.vendor == "sqlite":  # Compares the texts.
            expected = [other for other in DOCUMENTS if json.dumps(other) == json.dumps(document)]
        assert values(client, "a_json", a_json=json.dumps(document)) == expected


def is_equal(one: Any, other: Any) -> bool:
    """Equality of JSON values: Python has True equal to 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def test_what_is_not_equal_to_a_json_value_is_the_rest(admin: User, gql: Gql) -> None:
    rows = [*DOCUMENTS, None]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_json=document) for document in rows)
    query = "{ testappEveryNullableFields(filters: %s, pagination: {limit: 100}) { totalCount } }"
    found = gql(admin, query % '{aJson: {exact: "a"}}')["data"]["testappEveryNullableFields"]["totalCount"]
    rest = gql(admin, query % '{NOT: [{aJson: {exact: "a"}}]}')["data"]["testappEveryNullableFields"]["totalCount"]
    assert (found, rest) == (1, len(rows) - 1)


@pytest.mark.parametrize("lookup", ["exact", "in"])
@pytest.mark.parametrize("number", ["1e999", "-1e999", "[1e999]", '{"a": 1e999}', "NaN", "Infinity"])
def test_a_number_that_no_float_holds_is_no_json(client: Client, lookup: str, number: str) -> None:
    EveryNullableField.objects.create(a_json=1)
    assert client.get(URL, {f"a_json__{lookup}": number}).status_code == 400


def test_texts_differ_in_case_accents_and_trailing_spaces_but_on_mariadb(client: Client) -> None:
    names = ["alpha", "Alpha", "älpha", "alpha "]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_char=name) for name in names)
    expected = names if connection.vendor == "mysql" else ["alpha"]
    assert values(client, "a_char", a_char="alpha") == expected
    assert values(client, "a_char", a_char__in="alpha,beta") == expected


def test_case_is_ignored_beyond_ascii_but_on_sqlite(client: Client) -> None:
    names = ["Über", "über", "UBER", "uber"]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_char=name) for name in names)
    expected = {"sqlite": ["Über"], "postgresql": ["Über", "über"], "mysql": names}[connection.vendor]
    assert values(client, "a_char", a_char__icontains="ÜBER") == expected
    assert values(client, "a_char", search="ÜBER") == expected
    plain = ["UBER", "uber"] if connection.vendor != "mysql" else names
    assert values(client, "a_char", a_char__icontains="uBeR") == plain


def test_parts_of_texts_differ_in_case_but_on_sqlite(admin: User, gql: Gql) -> None:
    names = ["alpha", "ALPHA"]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_char=name) for name in names)
    query = "{ testappEveryNullableFields(filters: {aChar: {%s}}, ordering: [{id: ASC}]) { results { aChar } } }"
    for lookup in ('contains: "lph"', 'startsWith: "alp"', 'endsWith: "pha"'):
        rows = gql(admin, query % lookup)["data"]["testappEveryNullableFields"]["results"]
        assert [row["aChar"] for row in rows] == (names if connection.vendor == "sqlite" else names[:1])


def test_what_is_unique_differs_in_case_but_on_mariadb(client: Client) -> None:
    statuses = [
        client.post("/conjure/r/testapp.Tag/", {"slug": slug, "name": "x"}, "application/json").status_code
        for slug in ("one", "ONE")
    ]
    assert statuses == [201, 400 if connection.vendor == "mysql" else 201]


def test_texts_are_in_the_order_of_the_database(client: Client) -> None:
    names = ["b", "B", "a", "A", "ä", "_", "10", "9"]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_char=name) for name in names)
    shown = values(client, "a_char", ordering="a_char")
    if connection.vendor == "sqlite":
        assert shown == sorted(names)
    elif connection.vendor == "mysql":
        letters = [name.upper().replace("Ä", "A") for name in shown if name.isalpha()]
        assert letters == ["A", "A", "A", "B", "B"]
    else:
        by_database = EveryNullableField.objects.order_by("a_char", "-pk").values_list("a_char", flat=True)
        assert shown == list(by_database)


def test_keys_of_json_objects_come_as_they_were_sent_but_on_postgresql(client: Client) -> None:
    EveryNullableField.objects.create(a_json={"second": 1, "b": 2, "a": 3})
    keys = list(values(client, "a_json")[0])
    assert keys == (["a", "b", "second"] if connection.vendor == "postgresql" else ["second", "b", "a"])


def test_decimals_keep_their_digits_but_on_sqlite(client: Client) -> None:
    precise = Decimal("12345678901234567890.1234567891")
    row = Limits.objects.create(
        big=1, precise=precise, ratio=1, moment=timezone.now(), day=date.min, time=time.min, length=timedelta()
    )
    served = Decimal(client.get(f"/conjure/r/testapp.Limits/{row.pk}/").json()["precise"])
    if connection.vendor == "sqlite":
        assert served != precise
        assert abs(served / precise - 1) < Decimal("1e-14")
    else:
        assert served == precise


def test_null_is_last_on_postgresql_and_first_elsewhere(client: Client) -> None:
    EveryNullableField.objects.bulk_create(EveryNullableField(an_integer=number) for number in (2, None, 1))
    expected = [1, 2, None] if connection.vendor == "postgresql" else [None, 1, 2]
    assert values(client, "an_integer", ordering="an_integer") == expected
    assert values(client, "an_integer", ordering="-an_integer") == expected[::-1]


ZONES = ["UTC", "Europe/Istanbul", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "America/Havana"]


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_of_a_moment_is_that_of_the_current_time_zone(client: Client, settings: Any, zone: str) -> None:
    """On days when clocks skip midnight, strike it twice, or a day is left out of the calendar."""
    settings.TIME_ZONE = zone
    changes = [datetime(2018, 11, 4), datetime(2018, 2, 18), datetime(2022, 3, 27), datetime(2011, 12, 30)]
    changes += [datetime(2024, 3, 10), datetime(2024, 11, 3), datetime(2024, 3, 2)]
    hours = [change.replace(tzinfo=UTC) + timedelta(hours=hour) for change in changes for hour in range(-14, 39)]
    moments = [moment + timedelta(microseconds=shift) for moment in hours for shift in (-1, 0)]
    EveryNullableField.objects.bulk_create(EveryNullableField(a_datetime=moment) for moment in moments)
    EveryNullableField.objects.create()
    for change in changes:
        day = change.date()
        expected = sorted(moment for moment in moments if moment.astimezone(ZoneInfo(zone)).date() == day)
        found = values(client, "a_datetime", a_datetime__date=day.isoformat(), page_size=200)
        assert sorted(map(datetime.fromisoformat, found)) == expected, day


@pytest.mark.parametrize("zone", ZONES)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(200))
@given(moment=st.datetimes(min_value=datetime(1900, 1, 3), max_value=datetime(2100, 1, 1)))
@example(moment=datetime(2018, 11, 4, 3))
def test_a_moment_is_within_the_bounds_of_its_day(zone: str, moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    with timezone.override(ZoneInfo(zone)):
        start, end = day_bounds(aware.astimezone(ZoneInfo(zone)).date())
    assert start is not None
    assert end is not None
    assert start <= aware < end


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_any_other(client: Client, settings: Any, day: str) -> None:
    for zone in ZONES:
        settings.TIME_ZONE = zone
        assert values(client, "a_datetime", a_datetime__date=day) == []
    with timezone.override(ZoneInfo("Europe/Istanbul")):
        assert None in (*day_bounds(date.min), *day_bounds(date.max))


def test_parts_of_times_are_found_or_refused(admin: User, gql: Gql, settings: Any) -> None:
    """The tests' MariaDB may have time zones loaded or not; nothing is ever found to be missing that is there."""
    settings.TIME_ZONE = "Europe/Istanbul"
    EveryNullableField.objects.create(a_datetime=datetime(2024, 2, 29, 22, 30, tzinfo=UTC))
    knows = connection.features.has_zoneinfo_database
    for part in ("month: 3", "day: 1", "hour: 1", "minute: 30"):
        answer = gql(admin, "{ testappEveryNullableFields(filters: {aDatetime: {%s}}) { totalCount } }" % part)
        if knows:
            assert answer["data"]["testappEveryNullableFields"]["totalCount"] == 1
        else:
            assert "mysql_tzinfo_to_sql" in answer["errors"][0]["message"]
            assert answer["errors"][0]["extensions"]["code"] == "INVALID"
    answer = gql(admin, "{ testappEveryNullableFields(filters: {aDatetime: {year: 2024}}) { totalCount } }")
    assert answer["data"]["testappEveryNullableFields"]["totalCount"] == 1
    group = "{ testappEveryNullableFieldsAggregate(groupBy: [{field: aDatetime, part: MONTH}]) { key { aDatetime } } }"
    answer = gql(admin, group)
    if knows:
        key = answer["data"]["testappEveryNullableFieldsAggregate"][0]["key"]
        assert key == {"aDatetime": "2024-03-01T00:00:00+03:00"}
    else:
        assert list(answer["errors"][0]["extensions"]["errors"]) == ["groupBy"]


@pytest.mark.django_db
def test_a_database_without_time_zones_is_warned_of(settings: Any) -> None:
    assert check_databases(databases=["default"]) == []
    settings.TIME_ZONE = "Europe/Istanbul"
    expected = [] if connection.features.has_zoneinfo_database else ["conjure.W007"]
    assert [message.id for message in check_databases(databases=["default"])] == expected
    said = StringIO()
    call_command("check", databases=["default"], tags=["database"], stderr=said, stdout=said)
    assert ("conjure.W007" in said.getvalue()) == bool(expected)
