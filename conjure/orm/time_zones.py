"""Days and time zones, where databases differ: MariaDB and MySQL know of no zone until their tables are loaded."""

from __future__ import annotations

import datetime

from django.conf import settings as django_settings
from django.db import connections
from django.db.models import Q
from django.utils import timezone


def day_bounds(day: datetime.date) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """The first moment of a day in the current time zone, and that of the next day; None beyond the calendar's ends.

    A comparison with them is answered by an index, and by a database that knows no time zones.
    """
    return _midnight(day, 0), _midnight(day, 1)


def on_day(name: str, day: datetime.date) -> Q:
    """The condition that a time, under the name of its field, is on a day of the current time zone."""
    start, end = day_bounds(day)
    condition = Q(**{f"{name}__isnull": False})
    if start is not None:
        condition &= Q(**{f"{name}__gte": start})
    if end is not None:
        condition &= Q(**{f"{name}__lt": end})
    return condition


def _midnight(day: datetime.date, days: int) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time())
        if not django_settings.USE_TZ:
            return moment
        # Where clocks skip midnight this is the moment at which they do, where they strike it twice the first one.
        return timezone.make_aware(moment).astimezone(datetime.UTC)
    except OverflowError:
        return None


def knows_zone(using: str, zone: str) -> bool:
    """Whether the database can convert stored times to a time zone, or need not."""
    connection = connections[using]
    if not django_settings.USE_TZ or connection.timezone_name == zone:
        return True
    return bool(connection.features.has_zoneinfo_database)
