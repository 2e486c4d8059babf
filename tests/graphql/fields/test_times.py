"""Times as they are written: as DRF's own field has it, in any zone and on the days when its clocks change."""

# Hypothesis wants its bounds without a zone; each test gives its values one.
# ruff: noqa: DTZ001, DTZ901

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.serializers import DateTimeField

from conjure.graphql.fields import readers
from conjure.graphql.fields.readers import read_date, read_datetime

ZONES = ["UTC", "Europe/Istanbul", "America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/London"]


@pytest.mark.parametrize("name", ZONES)
@given(moment=st.datetimes(min_value=datetime.datetime(1800, 1, 2), max_value=datetime.datetime(9999, 12, 29)))
@example(moment=datetime.datetime(2026, 3, 29, 0, 59, 59, 999_999))
@example(moment=datetime.datetime(2026, 3, 29, 1))
@example(moment=datetime.datetime(2026, 3, 8, 7, 59))
@example(moment=datetime.datetime(2026, 3, 8, 8))
@example(moment=datetime.datetime(2026, 10, 25, 1))
@example(moment=datetime.datetime(2026, 10, 3, 15, 30))
def test_a_time_is_written_as_drf_writes_it(name: str, moment: datetime.datetime) -> None:
    value = moment.replace(tzinfo=datetime.UTC)
    with timezone.override(ZoneInfo(name)):
        expected = DateTimeField().to_representation(value)
        assert [read_datetime(value), *read_datetime.read_all([value] * 2)] == [expected] * 3


@pytest.mark.parametrize("name", ZONES)
@given(
    start=st.datetimes(min_value=datetime.datetime(1800, 1, 2), max_value=datetime.datetime(9000, 1, 1)),
    steps=st.lists(st.none() | st.timedeltas(datetime.timedelta(), datetime.timedelta(days=400)), max_size=8),
)
def test_the_times_of_many_rows_are_written_as_each_alone(
    name: str, start: datetime.datetime, steps: list[datetime.timedelta | None]
) -> None:
    values = [None if step is None else start.replace(tzinfo=datetime.UTC) + step for step in steps]
    with timezone.override(ZoneInfo(name)):
        assert read_datetime.read_all(values) == [v and DateTimeField().to_representation(v) for v in values]
        naive = [value and value.replace(tzinfo=None) for value in values]
        assert read_datetime.read_all(naive) == [value and value.isoformat() for value in naive]
        days = [value and value.date() for value in values]
        assert read_date.read_all(days) == [day and day.isoformat() for day in days]
        times = [value and value.time() for value in values]
        assert read_date.read_all(times) == [None if time is None else time.isoformat() for time in times]


def test_the_times_of_many_rows_are_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    alone: list[datetime.datetime] = []
    render = readers._render
    monkeypatch.setattr(readers, "_render", lambda value, current: (alone.append(value), render(value, current))[1])
    values = [datetime.datetime(2026, 1, day, tzinfo=datetime.UTC) for day in range(1, 30)]
    for name in ("UTC", "Asia/Kathmandu", "Europe/London"):
        with timezone.override(ZoneInfo(name)):
            read_datetime.read_all(values)  # The offsets of a zone's days are looked up once.
            alone.clear()
            read_datetime.read_all(values)
            assert alone == []
    summer = datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)
    with timezone.override(ZoneInfo("Europe/London")):
        read_datetime(summer)
        read_datetime.read_all([summer])
        alone.clear()
        read_datetime.read_all([*values, summer])
    assert alone == [*values, summer]


def test_the_ends_of_the_calendar_are_served() -> None:
    for moment in (datetime.datetime.min, datetime.datetime.max):
        value = moment.replace(tzinfo=datetime.UTC)
        for name in ZONES:
            with timezone.override(ZoneInfo(name)):
                assert datetime.datetime.fromisoformat(read_datetime(value)) == value
                assert read_datetime.read_all([value, value]) == [read_datetime(value)] * 2
