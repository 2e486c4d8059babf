"""Texts, and what is sent as text, from what a client sent. Each function raises ValueProblem for anything else."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import uuid
from typing import Any

from conjure.encoding import is_storable
from conjure.values.sources import Source, ValueProblem

MAX_PASSWORD_LENGTH = 4_096
"""Hashing a password costs time in proportion to its length, so longer ones are refused unhashed."""


def check_text(text: str) -> str:
    """The text itself, if a database can store it."""
    if not is_storable(text):
        if "\x00" in text:
            raise ValueProblem("Null characters are not allowed.")
        raise ValueProblem("This is not valid Unicode text.")
    return text


def parse_text(raw: Any, source: Source) -> str:
    """A text, or a number as text."""
    if isinstance(raw, str):
        return check_text(raw.strip() if source.trims else raw)
    if isinstance(raw, bool) or source.exact_types or not isinstance(raw, int | float):
        raise ValueProblem("Not a valid string.")
    try:
        return str(float(raw) if isinstance(raw, float) else raw)
    except ValueError:  # Python refuses to write integers that are too long.
        raise ValueProblem("Not a valid string.") from None


def parse_uuid(raw: Any, source: Source) -> uuid.UUID:
    """A UUID in any of its usual forms."""
    try:
        return uuid.UUID(raw if isinstance(raw, str) else "")
    except ValueError:
        raise ValueProblem("Must be a valid UUID.") from None


def parse_ip(raw: Any, source: Source) -> str:
    """An IP address, in its usual form."""
    try:
        return str(ipaddress.ip_address(raw if isinstance(raw, str) else ""))
    except ValueError:
        raise ValueProblem("Enter a valid IPv4 or IPv6 address.") from None


def parse_bytes(raw: Any, source: Source) -> bytes:
    """Bytes, sent as base64."""
    try:
        return base64.b64decode(raw.encode("ascii") if isinstance(raw, str) else b"?", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueProblem("Expected base64 text.") from None
