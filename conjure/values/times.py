"""Dates, times and durations from what a client sent. Each function raises ValueProblem for anything else."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_date as parse_django_date
from django.utils.dateparse import parse_datetime as parse_django_datetime
from django.utils.dateparse import parse_duration as parse_django_duration
from django.utils.dateparse import parse_time as parse_django_time

from conjure.values.numbers import MAX_INT64, number_text
from conjure.values.sources import Source, ValueProblem

_MAX_LENGTH = 100
_MICROSECOND = datetime.timedelta(microseconds=1)


def parse_datetime(raw: Any, source: Source) -> datetime.datetime:
    """A date and time in ISO 8601, or a date, which stands for its first moment, as ``USE_TZ`` wants it."""
    value = _parse(parse_django_datetime, raw)
    if value is None:
        day = _parse(parse_django_date, raw)
        if day is None:
            raise ValueProblem("Enter a valid date and time (ISO 8601).")
        value = datetime.datetime.combine(day, datetime.time())
    return make_aware(value)


def parse_date(raw: Any, source: Source) -> datetime.date:
    """A date in ISO 8601."""
    value = _parse(parse_django_date, raw)
    if value is None:
        raise ValueProblem("Enter a valid date: YYYY-MM-DD.")
    return value  # type: ignore[no-any-return]


def parse_time(raw: Any, source: Source) -> datetime.time:
    """A time of day in ISO 8601."""
    value = _parse(parse_django_time, raw)
    if value is None:
        raise ValueProblem("Enter a valid time: HH:MM[:SS[.uuuuuu]].")
    return value  # type: ignore[no-any-return]


def parse_duration(raw: Any, source: Source) -> datetime.timedelta:
    """A duration, ``[DD] [HH:[MM:]]ss[.uuuuuu]`` or ISO 8601, or a number of seconds.

    It has at most 64 bits of microseconds, which is how some databases store it.
    """
    problem = ValueProblem("Enter a valid duration: [DD] [HH:[MM:]]ss[.uuuuuu].")
    if isinstance(raw, int | float) and not isinstance(raw, bool) and not source.exact_types:
        raw = number_text(raw)
    try:
        value = _parse(parse_django_duration, raw)
    except OverflowError:
        raise problem from None
    if value is None or abs(value // _MICROSECOND) > MAX_INT64:
        raise problem
    return value  # type: ignore[no-any-return]


def make_aware(value: datetime.datetime) -> datetime.datetime:
    """The moment as ``USE_TZ`` wants it. Raise ValueProblem for one that has no name in UTC."""
    try:
        if settings.USE_TZ and timezone.is_naive(value):
            value = timezone.make_aware(value)
        elif not settings.USE_TZ and timezone.is_aware(value):
            value = timezone.make_naive(value)
        if timezone.is_aware(value):
            value.astimezone(datetime.UTC)
    except OverflowError:  # At the ends of the calendar.
        raise ValueProblem("This moment is outside of the calendar.") from None
    return value


def _parse(parse: Any, raw: Any) -> Any:
    """What one of Django's parsers makes of a text, or None."""
    if not isinstance(raw, str) or len(raw) > _MAX_LENGTH:
        return None
    try:
        return parse(raw)
    except ValueError:  # The text has the right shape, but names a day or an hour that does not exist.
        return None
