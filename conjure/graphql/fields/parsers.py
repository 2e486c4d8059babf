"""How a value is read for each kind of Django field; each parser raises ValueProblem for one that it cannot take."""

from __future__ import annotations

import datetime
import logging
import math
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, models, router

from conjure.conf import settings
from conjure.encoding import JSONNumber
from conjure.graphql.fields.bounds import integer_range
from conjure.graphql.fields.files import stored_name
from conjure.graphql.fields.uploads import read_upload
from conjure.specs.origins import is_django_code
from conjure.values.json_values import parse_json_text, parse_json_value, to_plain_json
from conjure.values.numbers import MAX_DIGITS, check_bounds
from conjure.values.sources import INVALID_VALUE, Source, ValueProblem
from conjure.values.times import make_aware

Parser = Callable[[Any, Any, Source], Any]
"""Takes the Django field, the raw value (neither None nor one that stands for nothing) and where it comes from."""


def make_parser(
    parse: Callable[[Any, Source], Any], fit: Callable[[Any, Any, Source], Any] | None = None, *, booleans: bool = False
) -> Parser:
    """The parser of a kind of field, made of that of its Python values.

    ``fit`` takes the field, the value and the source, and makes the value one of this very field. A custom field class
    that has a ``to_python`` of its own is asked instead. ``True`` and ``False`` are values of Boolean fields only.
    """

    def parse_field(field: Any, raw: Any, source: Source) -> Any:
        if isinstance(raw, bool) and not booleans:
            raise ValueProblem(f"{raw} is not a valid value.")
        if not is_django_code(type(field).to_python):
            return parse_by_field(field, raw, source)
        value = parse(raw, source)
        return value if fit is None else fit(field, value, source)

    return parse_field


def parse_by_field(field: Any, raw: Any, source: Source) -> Any:
    """The value as the field's own ``to_python`` reads it."""
    if isinstance(raw, dict | list):
        raw = to_plain_json(raw)
    elif isinstance(raw, bool) and not source.stores and not isinstance(field, models.BooleanField):
        raise ValueProblem(f"{raw} is not a valid value.")
    elif isinstance(raw, JSONNumber):
        raw = Decimal(raw.text) if isinstance(field, models.DecimalField) else float(raw)
    value = _check_value(field, call_to_python(field, raw))
    if value is None and not source.stores:
        raise ValueProblem(INVALID_VALUE)
    return value


def call_to_python(field: Any, raw: Any) -> Any:
    """What the field's ``to_python`` gives. Raise ValueProblem for whatever it raises."""
    try:
        return field.to_python(raw)
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except Exception:  # noqa: BLE001 - a custom field's own parsing may raise anything: the value is what is wrong
        raise ValueProblem(INVALID_VALUE) from None


def require_preparable(field: Any, value: Any) -> None:
    """Raise ValueProblem for a value that a custom field cannot make a database value of."""
    using = router.db_for_read(field.model) if hasattr(field, "model") else DEFAULT_DB_ALIAS
    try:
        prepared = field.get_db_prep_value(value, connections[using])
        if isinstance(prepared, int):
            check_bounds(prepared)
    except ValueProblem:
        raise
    except ValidationError as error:
        raise ValueProblem(" ".join(error.messages)) from None
    except Exception:  # noqa: BLE001 - a field of a third party
        raise ValueProblem(INVALID_VALUE) from None


def _check_value(field: Any, value: Any) -> Any:
    """The value of a custom field, as far as it can be compared and stored."""
    if isinstance(value, datetime.datetime):
        return make_aware(value)
    if isinstance(value, int):
        check_bounds(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueProblem("This is not a finite number.")
    elif isinstance(value, Decimal):
        _check_decimal(field, value)
    return value


def _check_decimal(field: Any, value: Decimal) -> None:
    if not value.is_finite():
        raise ValueProblem("This is not a finite number.")
    max_digits = getattr(field, "max_digits", None)
    whole_digits = MAX_DIGITS if max_digits is None else max_digits - (field.decimal_places or 0)
    if value and value.adjusted() >= whole_digits:
        raise ValueProblem(f"No more than {whole_digits} digits before the decimal point are allowed.")


# Fitting a value to its field.


def fit_integer(field: Any, value: int, source: Source) -> int:
    """A number to be stored is within the range of its column; rows may be compared with any."""
    if not source.stores:
        return value
    return check_bounds(value, *integer_range(field))


def fit_decimal(field: Any, value: Decimal, source: Source) -> Decimal:
    """A number to be stored has the places that the field declares; one with more is left to the validators."""
    if not source.stores:
        _check_decimal(field, value)
        return value
    places = field.decimal_places
    exponent = value.as_tuple().exponent
    if places is None or not isinstance(exponent, int) or exponent < -places:
        return value
    # Written out, because quantize() rounds to the current context's precision.
    fitted = Decimal(f"{value:.{places}f}")
    _require_kept(field, fitted)
    return fitted


def _require_kept(field: Any, value: Decimal) -> None:
    """Raise ValueProblem for a number that the database rounds to one that Django cannot read.

    SQLite keeps decimals as floats, of which Django reads 15 digits: 9999999999999999.9999 becomes 10000000000000000,
    which may be a digit too long.
    """
    using = router.db_for_write(field.model) if hasattr(field, "model") else DEFAULT_DB_ALIAS
    if connections[using].vendor != "sqlite" or field.max_digits is None:
        return
    if value and value.adjusted() >= field.max_digits - field.decimal_places:
        return  # It has too many digits for the field itself, which its validators say.
    try:
        kept = Context(prec=15).create_decimal_from_float(float(value))
        kept.quantize(Decimal(1).scaleb(-field.decimal_places), context=field.context)
    except InvalidOperation:
        raise ValueProblem("The database cannot keep all digits of this number.") from None


def fit_ip(field: Any, value: str, source: Source) -> Any:
    """An address as the field stores it: of IPv4 or IPv6."""
    return call_to_python(field, value)


# Kinds that are more than one plain value.


def parse_file_path(field: Any, raw: Any, source: Source) -> str:
    """The path of a file: to be stored, it must be one of the field's choices."""
    problem = ValueProblem(f'"{str(raw)[:100]}" is not a valid path choice.')
    if not isinstance(raw, str):
        raise problem
    if source.stores and raw not in _paths_of(field):
        raise problem
    return raw


def _paths_of(field: Any) -> list[str]:
    try:
        return [str(value) for value, _ in field.formfield().choices]
    except Exception as error:  # noqa: BLE001 - the folder is not there, or the project's function that names it fails
        problem = type(error).__name__
        logging.getLogger(settings.LOGGER_NAME).warning("The files for %s cannot be listed: %s.", field, problem)
        return []


def parse_file(field: Any, raw: Any, source: Source) -> Any:
    """An upload to be stored, or the name of a stored file, which may be given by its URL."""
    if source.stores:
        return read_upload(field, raw)
    if not isinstance(raw, str):
        raise ValueProblem("Not a valid string.")
    return stored_name(field, raw)


def parse_json_field(field: Any, raw: Any, source: Source) -> Any:
    """Any JSON."""
    return parse_json_value(raw, source)


def parse_list(field: Any, raw: Any, source: Source) -> Any:
    """A list of texts: as JSON, or as the text that the field itself makes a list of."""
    if isinstance(raw, str) and raw.startswith("["):
        raw = parse_json_text(raw)
    return parse_by_field(field, raw, source)


def parse_pairs(field: Any, raw: Any, source: Source) -> dict[str, str | None]:
    """PostgreSQL's hstore: an object of texts."""
    pairs = to_plain_json(parse_json_text(raw))
    if not isinstance(pairs, dict) or any(isinstance(value, dict | list) for value in pairs.values()):
        raise ValueProblem("Expected an object of texts.")
    return {key: None if value is None else str(value) for key, value in pairs.items()}
