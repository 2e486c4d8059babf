"""What the schema says of a field of a model."""

from __future__ import annotations

from conjure.specs.fields import FieldSpec


def describe_field(field: FieldSpec, *notes: str) -> str:
    """Its name for people, notes on the place where it stands, and its help text."""
    name = str(field.verbose_name)
    texts = [f"{name[:1].upper()}{name[1:]}.", *notes, str(getattr(field.field, "help_text", "") or "")]
    return " ".join(filter(None, texts))


def describe_keys(field: FieldSpec) -> str:
    """What the values of a relation are."""
    return f"The {'keys' if field.is_many else 'key'} of the {field.verbose_name}."
