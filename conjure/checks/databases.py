"""Checks of the databases: those that ask them run with ``migrate`` and ``check --database``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings as django_settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections

from conjure.conf import settings
from conjure.orm.time_zones import knows_zone
from conjure.orm.timeouts import VENDORS


def check_databases(
    app_configs: Any = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The databases know the project's time zone."""
    zone = django_settings.TIME_ZONE
    return [
        checks.Warning(
            f"The database {alias!r} knows no time zones: filters by parts of times in {zone}, and groups of them, are "
            "refused.",
            hint="Load them: mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql -u root mysql",
            id="conjure.W007",
        )
        for alias in databases or ()
        if not knows_zone(alias, zone)
    ]


def check_statement_timeout() -> Iterator[CheckMessage]:
    """``STATEMENT_TIMEOUT`` has an effect on every database."""
    if settings.STATEMENT_TIMEOUT is None:
        return
    for alias in connections:
        vendor = connections[alias].vendor
        if vendor not in VENDORS:
            message = (
                f'CONJURE["STATEMENT_TIMEOUT"] has no effect on the database {alias!r}, whose backend is {vendor}.'
            )
            yield checks.Warning(message, hint="Set a timeout in the database itself.", id="conjure.W009")
