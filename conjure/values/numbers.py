"""Numbers and Booleans from what a client sent. Each function raises ValueProblem for anything else."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from conjure.encoding import JSONNumber
from conjure.values.sources import Source, ValueProblem

MIN_INT64, MAX_INT64 = -(2**63), 2**63 - 1
MAX_DIGITS = 1_000
_TRUE_WORDS = {"true", "1", "yes"}
_FALSE_WORDS = {"false", "0", "no"}
_TRUE_CHECKBOX_WORDS = _TRUE_WORDS | {"t", "y", "on"}
_FALSE_CHECKBOX_WORDS = _FALSE_WORDS | {"f", "n", "off"}
_WHOLE = "A valid integer is required."
_NUMBER = "A valid number is required."


def parse_boolean(raw: Any, source: Source) -> bool:
    """``true/1/yes`` and ``false/0/no`` in any case, and JSON Booleans."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and not source.exact_types:
        raw = str(raw) if raw in (0, 1) else ""
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in (_TRUE_CHECKBOX_WORDS if source.checkbox_words else _TRUE_WORDS):
        return True
    if word in (_FALSE_CHECKBOX_WORDS if source.checkbox_words else _FALSE_WORDS):
        return False
    raise ValueProblem("Must be a valid boolean.")


def parse_integer(raw: Any, source: Source) -> int:
    """A whole number of at most 64 bits, which is what a database has."""
    if isinstance(raw, str):
        raw = _digits(raw, _WHOLE)
        whole, _, places = raw.partition(".")
        if source.whole_decimals and not places.strip("0"):
            raw = whole
    elif isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueProblem(_WHOLE)
    try:
        value = int(raw)
    except (ValueError, OverflowError):
        raise ValueProblem(_WHOLE) from None
    if isinstance(raw, float) and value != raw:
        raise ValueProblem(_WHOLE)
    return check_bounds(value)


def check_bounds(value: int, lowest: int = MIN_INT64, highest: int = MAX_INT64) -> int:
    """The number as an exact ``int``.

    Numbers are compared with the bounds, never looked up in a ``range``: it steps through all of its numbers to find
    one of a subclass of ``int``, such as a member of an enumeration.
    """
    value = int(value)
    if value < lowest:
        raise ValueProblem(f"Ensure this value is greater than or equal to {lowest}.")
    if value > highest:
        raise ValueProblem(f"Ensure this value is less than or equal to {highest}.")
    return value


def parse_float(raw: Any, source: Source) -> float:
    """A finite number."""
    if isinstance(raw, str):
        raw = _digits(raw, _NUMBER)
    elif isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueProblem(_NUMBER)
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        raise ValueProblem(_NUMBER) from None
    if not math.isfinite(value):
        raise ValueProblem(_NUMBER)
    return value


def parse_decimal(raw: Any, source: Source) -> Decimal:
    """A finite decimal number, read from the digits that were sent and never through a float."""
    if isinstance(raw, str):
        text = _digits(raw, _NUMBER)
    elif isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueProblem(_NUMBER)
    else:
        text = number_text(raw)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueProblem(_NUMBER) from None
    if not value.is_finite():
        raise ValueProblem(_NUMBER)
    if value and abs(value.adjusted()) > MAX_DIGITS:
        raise ValueProblem("Ensure that there are no more digits than the field can hold.")
    return value


def number_text(number: int | float) -> str:
    """The digits of a number of a JSON text or a GraphQL document. Raise ValueProblem for too many."""
    if isinstance(number, JSONNumber):
        return number.text
    if isinstance(number, float):
        return float.__repr__(number)
    if abs(number) >= 10**MAX_DIGITS:  # Python refuses to write integers that are too long.
        raise ValueProblem(_NUMBER)
    return int.__repr__(number)


def _digits(text: str, problem: str) -> str:
    """The text of a number without white space around it."""
    digits = text.strip()
    # What Python reads and no other language does: underscores, and the digits of other scripts.
    if not 0 < len(digits) <= MAX_DIGITS or "_" in digits or not digits.isascii():
        raise ValueProblem(problem)
    return digits
