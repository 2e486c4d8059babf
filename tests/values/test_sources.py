"""What clients may send for each kind of plain value, and what only some of them may."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest

from conjure.encoding import parse_json
from conjure.values import json_values, numbers, texts, times
from conjure.values.sources import (
    ACTION_FORM,
    FORM,
    JSON_BODY,
    QUERY_STRING,
    TYPED_FILTER,
    Source,
    ValueProblem,
    json_type_of,
)

SOURCES = [QUERY_STRING, TYPED_FILTER, JSON_BODY, FORM, ACTION_FORM]


def outcome(parse: Any, raw: Any, source: Source) -> Any:
    """The value, or ValueProblem where it is refused."""
    try:
        return parse(raw, source)
    except ValueProblem:
        return ValueProblem


def accepting(parse: Any, raw: Any) -> list[Source]:
    """The sources that the raw value is a value of."""
    return [source for source in SOURCES if outcome(parse, raw, source) is not ValueProblem]


# The leniencies, each by its name.


def test_checkbox_words_are_booleans_in_bodies_and_forms_and_the_contracts_three_everywhere() -> None:
    for word in ("on", "Y", "t", "off", "N", "f"):
        assert accepting(numbers.parse_boolean, word) == [JSON_BODY, FORM, ACTION_FORM]
    for source in SOURCES:
        assert [numbers.parse_boolean(word, source) for word in ("True", "1", " YES ", True)] == [True] * 4
        assert [numbers.parse_boolean(word, source) for word in ("FALSE", "0", "no", False)] == [False] * 4
        assert outcome(numbers.parse_boolean, "maybe", source) is ValueProblem


def test_whole_decimals_are_whole_numbers_but_in_keys_and_query_strings() -> None:
    for text in ("5.0", "5.", "5.000"):
        assert accepting(numbers.parse_integer, text) == [JSON_BODY, FORM, ACTION_FORM]
    for source in SOURCES:
        assert numbers.parse_integer(5.0, source) == 5
        assert outcome(numbers.parse_integer, "5.5", source) is ValueProblem
        assert outcome(numbers.parse_integer, "5.0.0", source) is ValueProblem


def test_json_texts_are_parsed_where_everything_is_text() -> None:
    parsed = [json_values.parse_json_value("[1.0]", source) for source in SOURCES]
    assert parsed == [[1.0], "[1.0]", "[1.0]", [1.0], "[1.0]"]
    assert accepting(json_values.parse_json_value, "{") == [TYPED_FILTER, JSON_BODY, ACTION_FORM]


def test_exact_types_are_asked_of_actions() -> None:
    others = [source for source in SOURCES if source is not ACTION_FORM]
    assert accepting(texts.parse_text, 5) == others
    assert accepting(numbers.parse_boolean, 1) == others
    assert accepting(times.parse_duration, 5) == others
    assert numbers.parse_integer(5, ACTION_FORM) == 5


def test_texts_of_actions_are_trimmed() -> None:
    assert [texts.parse_text(" a ", source) for source in SOURCES] == [" a ", " a ", " a ", " a ", "a"]


# What is the same for all.


@pytest.mark.parametrize("source", SOURCES, ids=["query", "filter", "json", "form", "action"])
@pytest.mark.parametrize(
    ("parse", "raw", "value"),
    [
        (numbers.parse_integer, " -7 ", -7),
        (numbers.parse_float, "1e-5", 1e-5),
        (numbers.parse_float, 10**20, 1e20),
        (numbers.parse_decimal, 1.1, Decimal("1.1")),
        (numbers.parse_decimal, "1.10", Decimal("1.10")),
        (times.parse_date, "2024-02-29", datetime.date(2024, 2, 29)),
        (times.parse_datetime, "2024-02-29", datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC)),
        (times.parse_datetime, "2024-02-29T10:00Z", datetime.datetime(2024, 2, 29, 10, tzinfo=datetime.UTC)),
        (times.parse_time, "10:30", datetime.time(10, 30)),
        (times.parse_duration, "1 02:00:00", datetime.timedelta(days=1, hours=2)),
        (texts.parse_uuid, "12345678123456781234567812345678", uuid.UUID("12345678123456781234567812345678")),
        (texts.parse_ip, "2001:DB8::1", "2001:db8::1"),
        (texts.parse_bytes, "YWI=", b"ab"),
    ],
)
def test_a_value_is_read(parse: Any, raw: Any, value: Any, source: Source) -> None:
    read = parse(raw, source)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("parse", "raws"),
    [
        (numbers.parse_integer, [True, 1.5, "1.5", "1_0", "²", "x", "", [], {}, 2**63, -(2**63) - 1, "9" * 5_000]),
        (numbers.parse_float, [True, "nan", "inf", float("nan"), "1e999", 10**400, "1_0", "x", []]),
        (numbers.parse_decimal, [True, "NaN", "Infinity", "1e999999", "1_0", "\u0661", "x", "", [], 10**5_000]),
        (numbers.parse_boolean, [2, 1.0, "", "2", [], None]),
        (texts.parse_text, [True, [], {}, "a\x00b", "\ud800", 10**5_000]),
        (texts.parse_uuid, ["x", "", 5, [], True]),
        (texts.parse_ip, ["1.2.3", 5, "", []]),
        (texts.parse_bytes, ["?", "YWI", "é", 5, []]),
        (times.parse_date, ["2023-02-29", "0000-01-01", "x", "", 20240229, [], "2" * 5_000]),
        (times.parse_datetime, ["2024-02-29T25:00", "9999-12-31T23:59:59-23:59", "x", 5, []]),
        (times.parse_time, ["25:00", "x", 5, []]),
        (times.parse_duration, ["long", True, [], "1e30", 10**30, 10**5_000, "999999999 00:00:00"]),
        (json_values.parse_json_value, [{"a": "\x00"}, float("inf"), 10**2_000, {1, 2}, [b""]]),
    ],
)
def test_what_is_not_a_value_is_refused(parse: Any, raws: list[Any]) -> None:
    for raw in raws:
        for source in SOURCES:
            assert outcome(parse, raw, source) is ValueProblem, (raw, source)


def test_a_number_of_json_reaches_a_decimal_by_its_text_and_json_as_a_plain_float() -> None:
    [number] = parse_json("[1234567890123456.7891]")
    assert numbers.parse_decimal(number, JSON_BODY) == Decimal("1234567890123456.7891")
    stored = json_values.parse_json_value({"n": [number]}, JSON_BODY)
    assert type(stored["n"][0]) is float
    assert texts.parse_text(number, JSON_BODY) == str(float(number))


@pytest.mark.parametrize(
    "text", ["0.1", "1.10", "-123456789.12345", "1e22", "1.5e-7", "123456789012345.678", "0.30000"]
)
def test_no_digit_of_a_number_of_json_is_lost(text: str) -> None:
    assert numbers.parse_decimal(parse_json(text), JSON_BODY) == Decimal(text)


def test_a_message_names_a_number_of_json_as_what_it_is() -> None:
    [number] = parse_json("[1234567890123456.7891]")
    assert json_type_of(number) == "float"
