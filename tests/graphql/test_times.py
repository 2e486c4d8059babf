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

from conjure.graphql.field_types import read_datetime

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
        assert [read_datetime(value), read_datetime.bind()(value)] == [expected, expected]


def test_the_ends_of_the_calendar_are_served() -> None:
    for moment in (datetime.datetime.min, datetime.datetime.max):
        value = moment.replace(tzinfo=datetime.UTC)
        for name in ZONES:
            with timezone.override(ZoneInfo(name)):
                assert datetime.datetime.fromisoformat(read_datetime(value)) == value
