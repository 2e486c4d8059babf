"""Where a value comes from, as far as that decides how leniently it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INVALID_VALUE = "This is not a valid value."


class ValueProblem(ValueError):  # noqa: N818 - what is said of a value, and caught where the field is known
    """A value that cannot be taken; the message is for the client."""


def json_type_of(raw: Any) -> str:
    """The name of the Python type that a raw value has, for messages, as DRF has it."""
    return "float" if isinstance(raw, float) else type(raw).__name__


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one kind of client may send for a value, beyond what every client may.

    ``stores``: the value is going to be stored. It must fit its column, a file must be an upload, and the path of a
    file one of the field's choices. Otherwise rows are compared with it.

    ``checkbox_words``: ``on``, ``y``, ``t`` and their opposites are Booleans too.
    ``whole_decimals``: the text ``1.0`` is a whole number, as in DRF.
    ``json_texts``: what a JSON field is given as text is JSON that is still to be parsed.
    ``exact_types``: text is read only from JSON strings, Booleans only from ``true``, ``false`` and words for them,
    times and durations never from numbers.
    ``blank_is_null``: ``""`` is null where a column may be null.
    ``trims``: white space around a text is left out, as Django's forms do.
    """

    stores: bool = False
    checkbox_words: bool = False
    whole_decimals: bool = False
    json_texts: bool = False
    exact_types: bool = False
    blank_is_null: bool = False
    trims: bool = False


QUERY_STRING = Source(json_texts=True)
"""The parameters of a list, keys in URLs and arguments, cursors. Booleans are the contract's three words."""

TYPED_FILTER = Source()
"""The filters of GraphQL, whose values are typed: a JSON string is a string."""

JSON_BODY = Source(stores=True, checkbox_words=True, whole_decimals=True)
"""The values of a row in JSON or in GraphQL."""

FORM = Source(stores=True, checkbox_words=True, whole_decimals=True, json_texts=True, blank_is_null=True)
"""The values of a row in a form or in a multipart body, where everything is text."""

ACTION_FORM = Source(checkbox_words=True, whole_decimals=True, exact_types=True, trims=True)
"""The input of an action, whose dataclass says what is wanted."""
