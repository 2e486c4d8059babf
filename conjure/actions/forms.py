"""Typed forms of actions: a dataclass is described to clients, and made an instance of from what they send."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import types
import typing
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union

from django.core.exceptions import ValidationError

from conjure.caches import cached
from conjure.exceptions import InvalidError, messages_of
from conjure.values import numbers, texts, times
from conjure.values.sources import ACTION_FORM, Source, ValueProblem

_KINDS: dict[type, tuple[str, Callable[[Any, Source], Any]]] = {
    # By the type of the dataclass's field: what the schema calls it, and how what a client sends for it is read.
    str: ("CharField", texts.parse_text),
    bool: ("BooleanField", numbers.parse_boolean),
    int: ("IntegerField", numbers.parse_integer),
    float: ("FloatField", numbers.parse_float),
    decimal.Decimal: ("DecimalField", numbers.parse_decimal),
    datetime.datetime: ("DateTimeField", times.parse_datetime),
    datetime.date: ("DateField", times.parse_date),
    datetime.time: ("TimeField", times.parse_time),
    datetime.timedelta: ("DurationField", times.parse_duration),
    uuid.UUID: ("UUIDField", texts.parse_uuid),
}


@dataclass(frozen=True, kw_only=True)
class InputField:
    """One field of a form.

    ``python_type`` is the type without its ``None``; ``choices`` has ``(value as sent, Python value)``, or is None
    where anything of the type goes. Labels are asked for each time they are shown, since they may be translated.
    """

    name: str
    python_type: type
    nullable: bool
    declared: dataclasses.Field[Any]
    choices: tuple[tuple[Any, Any], ...] | None = None

    @property
    def has_default(self) -> bool:
        """Whether the dataclass says what to take where nothing is sent."""
        return not (
            self.declared.default is dataclasses.MISSING and self.declared.default_factory is dataclasses.MISSING
        )

    @property
    def required(self) -> bool:
        """Whether a value must be sent. A Boolean that is not sent is false, as it is in a form."""
        return not (self.has_default or self.nullable or self.python_type is bool)

    @property
    def default(self) -> Any:
        """What is taken where nothing is sent."""
        if self.declared.default_factory is not dataclasses.MISSING:
            return self.declared.default_factory()
        if self.declared.default is not dataclasses.MISSING:
            return self.declared.default
        return False if self.python_type is bool and not self.nullable else None

    @property
    def label(self) -> str:
        """``metadata={"label": ...}``, else the name as words."""
        return str(self.declared.metadata.get("label") or self.name.replace("_", " ").capitalize())

    @property
    def help_text(self) -> str:
        """``metadata={"help_text": ...}``, else nothing."""
        return str(self.declared.metadata.get("help_text") or "")


def describe_input(form: type) -> list[dict[str, Any]]:
    """The fields of a form in the words in which the schema describes a model's: ``type`` is a Django field's name."""
    return [_describe(field) for field in input_fields(form)]


def _describe(field: InputField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": _KINDS[field.python_type][0],
        "label": field.label,
        "required": field.required,
        "null": field.nullable,
    }
    if field.choices is not None:
        described["choices"] = [[sent, _label_of(chosen)] for sent, chosen in field.choices]
    if field.help_text:
        described["help_text"] = field.help_text
    default = None if field.required else field.default
    if isinstance(default, enum.Enum):
        default = default.value
    if isinstance(default, datetime.date | datetime.time):
        default = default.isoformat()
    if isinstance(default, float) and not math.isfinite(default):
        default = None  # JSON has no such number.
    if default is not None:
        described["default"] = default if isinstance(default, str | int | float) else str(default)
    return described


@cached(maxsize=512)
def input_fields(form: Any) -> tuple[InputField, ...]:
    """The fields of a dataclass. Raise TypeError for anything else, and for types that a client cannot send."""
    if not (isinstance(form, type) and dataclasses.is_dataclass(form)):
        raise TypeError(f"{form!r} is not a dataclass.")
    hints = typing.get_type_hints(form)
    return tuple(_build_field(declared, hints[declared.name]) for declared in dataclasses.fields(form) if declared.init)


def _build_field(declared: dataclasses.Field[Any], hint: Any) -> InputField:
    options = typing.get_args(hint) if typing.get_origin(hint) in (Union, types.UnionType) else (hint,)
    nullable = types.NoneType in options
    options = tuple(option for option in options if option is not types.NoneType)
    problem = TypeError(f"The field {declared.name!r} has the type {hint!r}, which a form cannot have.")
    if len(options) != 1:
        raise problem
    choices = _choices_of(options[0])
    python_type = type(choices[0][0]) if choices else options[0]
    if python_type not in _KINDS:
        raise problem
    return InputField(
        name=declared.name, python_type=python_type, nullable=nullable, declared=declared, choices=choices or None
    )


def _choices_of(hint: Any) -> tuple[tuple[Any, Any], ...]:
    if typing.get_origin(hint) is Literal:
        return tuple((value, value) for value in typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return tuple((member.value, member) for member in hint)
    return ()


def _label_of(chosen: Any) -> str:
    """What users read for a member of an enumeration, or a literal value."""
    label = getattr(chosen, "label", None) if isinstance(chosen, enum.Enum) else None
    words = chosen.name if isinstance(chosen, enum.Enum) else str(chosen)
    return str(label or words.replace("_", " ").capitalize())


def parse_input(form: type, sent: Any) -> Any:
    """An instance of the form made of what a client sent, None counting as nothing.

    Raise InvalidError, keyed by field, with all that is wrong: missing, unknown and malformed values, and what the
    validators (``metadata={"validators": [...]}``) or the form's own ``__post_init__`` refuse by ValidationError.
    """
    sent = {} if sent is None else sent
    if not isinstance(sent, Mapping):
        raise InvalidError({"input": ["Must be an object."]})
    fields = input_fields(form)
    errors: dict[str, list[str]] = {}
    values = dict(_parse_fields(fields, sent, errors))
    known = {field.name for field in fields}
    errors.update({str(name): ["The action has no such field."] for name in sent if name not in known})
    if errors:
        raise InvalidError(errors)
    try:
        return form(**values)
    except ValidationError as error:
        raise InvalidError(messages_of(error)) from None


def _parse_fields(
    fields: tuple[InputField, ...], sent: Mapping[str, Any], errors: dict[str, list[str]]
) -> Iterator[tuple[str, Any]]:
    for field in fields:
        try:
            yield field.name, _parse(field, sent)
        except ValidationError as error:
            errors[field.name] = list(error.messages)
        except ValueProblem as problem:
            errors[field.name] = [str(problem)]


def _parse(field: InputField, form: Mapping[str, Any]) -> Any:
    sent = form.get(field.name)
    is_text = field.python_type is str and field.choices is None
    if isinstance(sent, str) and not sent.strip():
        sent = "" if is_text and not (field.required or field.nullable) else None
    if sent is None:
        if field.required:
            raise ValueProblem("This field is required.")
        return None if field.nullable and field.name in form else field.default
    if field.choices is not None:
        return _parse_choice(field.choices, sent)
    _, parse = _KINDS[field.python_type]
    value = parse(sent, ACTION_FORM)
    if value != "":
        _run_validators(field, value)
    return value


def _run_validators(field: InputField, value: Any) -> None:
    """Raise ValidationError with the messages of all of the field's own validators that refuse the value."""
    errors: list[ValidationError] = []
    for validate in field.declared.metadata.get("validators", ()):
        try:
            validate(value)
        except ValidationError as error:
            errors.append(error)
    if errors:
        raise ValidationError(errors)


def _parse_choice(choices: tuple[tuple[Any, Any], ...], sent: Any) -> Any:
    if isinstance(sent, str | int) and not isinstance(sent, bool):
        text = sent if isinstance(sent, str) else numbers.number_text(sent)
        for value, chosen in choices:
            if str(value) == text:
                return chosen
    raise ValueProblem("Choose one of: " + ", ".join(str(value) for value, _ in choices) + ".")
