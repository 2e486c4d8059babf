"""Primary keys from URLs and arguments."""

from __future__ import annotations

from typing import Any

from conjure.graphql.fields.parsers import ValueProblem, parse_value
from conjure.specs.models import ModelSpec
from conjure.values.keys import split_pk_text


def parse_pk(spec: ModelSpec, raw: Any) -> Any:
    """A primary key from a URL or an argument: text or a number; a composite one is comma-separated.

    Raise ValueProblem for one that no row of the model can have.
    """
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValueProblem("This is not a valid primary key.")
    if not spec.has_composite_pk:
        return parse_value(spec.options.pk, raw)
    parts = split_pk_text(str(raw))
    if len(parts) != len(spec.pk_fields):
        raise ValueProblem("This is not a valid primary key.")
    return tuple(parse_value(field, part) for field, part in zip(spec.pk_fields, parts, strict=True))
