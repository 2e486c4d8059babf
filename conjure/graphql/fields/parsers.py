"""Values from outside as the Python values of a field, or a message that says what is wrong with them."""

from __future__ import annotations

import datetime
import ipaddress
import json
import math
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date

from conjure.encoding import parse_finite, refuse_constant
from conjure.graphql.fields.files import stored_name
from conjure.orm.time_zones import knows_zone
from conjure.specs.fields import resolve_value_field

TRUE_WORDS = {"true", "1", "yes"}
FALSE_WORDS = {"false", "0", "no"}
_INT64 = range(-(2**63), 2**63)


class ValueProblem(ValueError):  # noqa: N818 - what is said of a value, and caught where the field is known
    """A value that the field cannot take; the message is for the client."""


def check_text(value: str) -> str:
    """The text itself. Raise ValueProblem for NUL and lone surrogates, which no database stores."""
    if "\x00" in value:
        raise ValueProblem("Null characters are not allowed.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueProblem("This is not valid Unicode text.") from None
    return value


def parse_boolean(value: Any) -> bool:
    """``true/1/yes`` and ``false/0/no`` in any case, and JSON Booleans. Raise ValueProblem for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueProblem("Must be true or false.")


def parse_value(field: models.Field[Any, Any], raw: Any) -> Any:
    """The raw value (text from a query string, or JSON) as the field's Python value, ready for a lookup.

    Raise ValueProblem for one that the field cannot take: of the wrong type, out of range, not finite, not Unicode.
    """
    field = resolve_value_field(field)
    if isinstance(raw, str):
        check_text(raw)
    if isinstance(field, models.BooleanField):
        return parse_boolean(raw)
    if isinstance(raw, bool) and not isinstance(field, models.JSONField):
        raise ValueProblem(f"{raw} is not a valid value.")
    if isinstance(field, models.JSONField):
        return _parse_json(raw)
    if isinstance(field, models.GenericIPAddressField):
        return parse_ip(raw)
    if isinstance(field, models.FileField) and isinstance(raw, str):
        raw = stored_name(field, raw)
    value = _to_python(field, raw)
    if value is None and raw is not None:
        raise ValueProblem("This is not a valid value.")
    return value


def _to_python(field: models.Field[Any, Any], raw: Any) -> Any:
    try:
        value = field.to_python(raw)
        if isinstance(value, datetime.datetime):
            value = make_aware(value)
        elif isinstance(field, models.DateTimeField) and isinstance(value, datetime.date):
            value = make_aware(datetime.datetime.combine(value, datetime.time()))
        _check_range(field, value)
        field.get_prep_value(value)
    except ValueProblem:
        raise
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except Exception:  # noqa: BLE001 - a custom field's own parsing may raise anything: the value is what is wrong.
        raise ValueProblem("This is not a valid value.") from None
    return value


def parse_day(raw: Any) -> datetime.date:
    """A date, for the ``date`` lookup of a date-time field. Raise ValueProblem for anything else."""
    try:
        day = parse_date(raw) if isinstance(raw, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueProblem("Enter a valid date: YYYY-MM-DD.")
    return day


def require_zones(using: str) -> None:
    """Raise ValueProblem where the database cannot convert times to the current time zone, and would find nothing."""
    if not knows_zone(using, timezone.get_current_timezone_name()):
        raise ValueProblem("The database knows no time zones: load them with mysql_tzinfo_to_sql.")


def make_aware(value: datetime.datetime) -> datetime.datetime:
    """The moment as ``USE_TZ`` wants it. Raise OverflowError for one that has no name in UTC."""
    from django.conf import settings

    if settings.USE_TZ and timezone.is_naive(value):
        value = timezone.make_aware(value)
    elif not settings.USE_TZ and timezone.is_aware(value):
        value = timezone.make_naive(value)
    if timezone.is_aware(value):
        value.astimezone(datetime.UTC)  # Raises OverflowError at the ends of the calendar.
    return value


def _check_range(field: models.Field[Any, Any], value: Any) -> None:
    if isinstance(value, int) and value not in _INT64:
        raise ValueProblem("This number is too large.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueProblem("This is not a finite number.")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueProblem("This is not a finite number.")
        if isinstance(field, models.DecimalField) and field.max_digits is not None:
            whole_digits = field.max_digits - (field.decimal_places or 0)
            if value and value.adjusted() >= whole_digits:
                raise ValueProblem(f"No more than {whole_digits} digits before the decimal point are allowed.")
        elif value and abs(value.adjusted()) > 1000:
            raise ValueProblem("This number is too large.")


def _parse_json(raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw, parse_constant=refuse_constant, parse_float=parse_finite)
    except (ValueError, RecursionError):
        raise ValueProblem("Enter valid JSON.") from None


def parse_ip(raw: Any) -> str:
    """The address in its usual form. Raise ValueProblem for anything else."""
    try:
        return str(ipaddress.ip_address(raw if isinstance(raw, str) else ""))
    except ValueError:
        raise ValueProblem("Enter a valid IPv4 or IPv6 address.") from None
