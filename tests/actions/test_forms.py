"""Forms of actions: what each type takes and refuses, and how it is described."""

from __future__ import annotations

import datetime
import enum
import math
import uuid
from dataclasses import dataclass, field, make_dataclass
from decimal import Decimal
from typing import Any, Literal, Optional

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models

from conjure.actions.forms import describe_input, parse_input
from conjure.exceptions import InvalidError


class Colour(models.TextChoices):
    RED = "red", "Bright red"
    BLUE = "blue"


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


@dataclass
class Everything:
    text: str = "x"
    whole: int = 0
    real: float = 0.0
    money: Decimal = Decimal("0.00")
    flag: bool = True
    maybe: bool | None = None
    day: datetime.date = datetime.date(2024, 2, 29)
    moment: datetime.datetime | None = None
    clock: datetime.time | None = None
    span: datetime.timedelta | None = None
    key: uuid.UUID | None = None
    colour: Colour = Colour.BLUE
    size: Size | None = None
    speed: Literal["slow", "fast"] = "slow"
    rank: Literal[1, 2] = 1
    note: Optional[str] = None  # noqa: UP045 - as older code has it


@dataclass
class Required:
    reason: str = field(
        metadata={"label": "Why", "help_text": "In a few words.", "validators": [MinLengthValidator(3)]}
    )
    colour: Colour
    flag: bool
    amount: Decimal | None
    tags: str = field(default_factory=lambda: "made")
    hidden: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.reason == "nothing":
            raise ValidationError("There must be a reason.")


VALID: list[tuple[str, Any, Any]] = [
    ("text", "", ""),
    ("text", " trimmed ", "trimmed"),
    ("text", "  ", ""),
    ("text", None, "x"),
    ("whole", 5, 5),
    ("whole", "-5", -5),
    ("whole", 3.0, 3),
    ("whole", "", 0),
    ("real", 1, 1.0),
    ("real", "1.5", 1.5),
    ("money", "1.10", Decimal("1.10")),
    ("money", 7, Decimal(7)),
    ("money", 1.5, Decimal("1.5")),
    ("flag", False, False),
    ("flag", "false", False),
    ("flag", "true", True),
    ("flag", None, True),
    ("maybe", None, None),
    ("maybe", True, True),
    ("day", "2025-01-31", datetime.date(2025, 1, 31)),
    ("moment", "2025-01-31T10:00:00Z", datetime.datetime(2025, 1, 31, 10, tzinfo=datetime.UTC)),
    ("moment", "2025-01-31T10:00", datetime.datetime(2025, 1, 31, 10, tzinfo=datetime.UTC)),
    ("moment", "", None),
    ("clock", "10:30", datetime.time(10, 30)),
    ("span", "1 02:00:00", datetime.timedelta(days=1, hours=2)),
    ("key", "12345678-1234-5678-1234-567812345678", uuid.UUID("12345678123456781234567812345678")),
    ("colour", "red", Colour.RED),
    ("colour", "", Colour.BLUE),
    ("size", 2, Size.LARGE),
    ("size", "2", Size.LARGE),
    ("size", None, None),
    ("speed", "fast", "fast"),
    ("rank", "2", 2),
    ("note", "", None),
    ("note", "n", "n"),
]
INVALID: list[tuple[str, Any]] = [
    ("text", 5),
    ("text", ["x"]),
    ("text", "a\x00b"),
    ("text", "\ud800"),
    ("whole", "x"),
    ("whole", 1.5),
    ("whole", True),
    ("whole", 10**23),
    ("whole", "9" * 5_000),
    ("whole", {"a": 1}),
    ("real", "nan"),
    ("real", float("inf")),
    ("real", True),
    ("money", "NaN"),
    ("money", "1e999999"),
    ("money", "many"),
    ("flag", "maybe"),
    ("flag", 1),
    ("day", "29.2.2024"),
    ("day", "2023-02-29"),
    ("day", 20240229),
    ("moment", "yesterday"),
    ("clock", "25:00"),
    ("span", "long"),
    ("key", "1"),
    ("colour", "green"),
    ("colour", ["red"]),
    ("size", True),
    ("size", 3),
    ("speed", "SLOW"),
    ("note", 5),
]


@pytest.mark.parametrize(("name", "sent", "value"), VALID)
def test_what_a_client_sends_is_read_as_the_fields_type(name: str, sent: Any, value: Any) -> None:
    read = getattr(parse_input(Everything, {name: sent}), name)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("name", "sent"), INVALID)
def test_what_a_field_cannot_take_is_refused_under_its_name(name: str, sent: Any) -> None:
    with pytest.raises(InvalidError) as raised:
        parse_input(Everything, {name: sent})
    assert list(raised.value.errors) == [name]


@pytest.mark.parametrize("name", ["whole", "real", "money", "size", "rank"])
def test_a_number_too_long_to_be_written_is_refused(name: str) -> None:
    with pytest.raises(InvalidError):
        parse_input(Everything, {name: 10**5_000})


def test_nothing_sent_leaves_the_defaults() -> None:
    assert parse_input(Everything, None) == parse_input(Everything, {}) == Everything()


def test_every_bad_field_is_named_in_the_forms_order_and_unknown_ones_last() -> None:
    with pytest.raises(InvalidError) as raised:
        parse_input(Required, {"unknown": 1, "reason": "ab", "amount": "x", "hidden": 1})
    assert raised.value.errors["reason"] == ["Ensure this value has at least 3 characters (it has 2)."]
    assert raised.value.errors["colour"] == ["This field is required."]
    assert list(raised.value.errors) == ["reason", "colour", "amount", "unknown", "hidden"]


def test_a_required_text_is_not_blank() -> None:
    for sent in ("", "   ", None):
        with pytest.raises(InvalidError) as raised:
            parse_input(Required, {"reason": sent, "colour": "red"})
        assert raised.value.errors == {"reason": ["This field is required."]}


def test_a_boolean_that_is_not_sent_is_false_and_a_nullable_field_null() -> None:
    assert parse_input(Required, {"reason": "because", "colour": "red"}) == Required(
        reason="because", colour=Colour.RED, flag=False, amount=None
    )


def test_the_form_may_refuse_as_a_whole() -> None:
    with pytest.raises(InvalidError) as raised:
        parse_input(Required, {"reason": "nothing", "colour": "red"})
    assert raised.value.errors == {"non_field_errors": ["There must be a reason."]}


def test_fields_are_described_as_a_models_are() -> None:
    assert describe_input(Required) == [
        {
            "name": "reason",
            "type": "CharField",
            "label": "Why",
            "required": True,
            "null": False,
            "help_text": "In a few words.",
        },
        {
            "name": "colour",
            "type": "CharField",
            "label": "Colour",
            "required": True,
            "null": False,
            "choices": [["red", "Bright red"], ["blue", "Blue"]],
        },
        {"name": "flag", "type": "BooleanField", "label": "Flag", "required": False, "null": False, "default": False},
        {"name": "amount", "type": "DecimalField", "label": "Amount", "required": False, "null": True},
        {"name": "tags", "type": "CharField", "label": "Tags", "required": False, "null": False, "default": "made"},
    ]
    described = {each["name"]: each for each in describe_input(Everything)}
    assert described["colour"]["default"] == "blue"
    assert described["day"]["default"] == "2024-02-29"
    assert described["money"]["default"] == "0.00"
    assert described["size"]["choices"] == [[1, "Small"], [2, "Large"]]
    assert described["rank"]["type"] == "IntegerField"


def test_a_default_that_json_does_not_have_is_not_described() -> None:
    form = make_dataclass("Form", [("rate", float, math.nan), ("most", float, math.inf), ("least", float, 0.5)])
    assert [each.get("default") for each in describe_input(form)] == [None, None, 0.5]
