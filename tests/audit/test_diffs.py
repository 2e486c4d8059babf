"""Diffs: what counts as changed, how each kind of value is kept, and what is masked."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from conjure.audit.diffs import MAX_DEPTH, diff_values, to_json, to_safe_diff
from conjure.audit.secrets import MASK
from tests.testapp.models import Customer, Tag

BERLIN = datetime.timezone(datetime.timedelta(hours=1))


def test_only_what_differs_is_in_the_diff() -> None:
    before = {"name": "Ada", "stock": 3, "note": None}
    after = {"name": "Ada", "stock": 4, "note": None}
    assert diff_values(before, after) == {"stock": [3, 4]}


def test_an_absent_field_counts_as_null() -> None:
    assert diff_values({}, {"name": "Ada", "note": None}) == {"name": [None, "Ada"]}
    assert diff_values({"name": "Ada", "note": None}, {}) == {"name": ["Ada", None]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (decimal.Decimal("1.0"), decimal.Decimal("1.00")),
        (
            datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC),
            datetime.datetime(2024, 2, 29, 13, tzinfo=BERLIN),
        ),
        ({"a": [1, 2]}, {"a": [1, 2]}),
        (b"ab", memoryview(b"ab")),
        ([1, 2], (1, 2)),
    ],
)
def test_equal_values_are_no_change(before: Any, after: Any) -> None:
    assert diff_values({"field": before}, {"field": after}) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (1, True),
        ({"a": 1}, {"a": True}),
        ([0], [False]),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        (None, ""),
        (datetime.datetime(2024, 2, 29, 12), datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)),  # noqa: DTZ001
    ],
)
def test_values_that_only_look_alike_are_a_change(before: Any, after: Any) -> None:
    assert diff_values({"field": before}, {"field": after}) == {"field": [before, after]}


def test_a_value_that_cannot_be_compared_is_compared_as_json() -> None:
    class Vector(list[int]):
        def __eq__(self, other: object) -> bool:
            raise ValueError("The truth value of an array is ambiguous.")

        __hash__ = None  # type: ignore[assignment]

    class Holder:
        def __init__(self, numbers: list[int]) -> None:
            self.vector = Vector(numbers)

        def __eq__(self, other: object) -> bool:
            return self.vector == other

        def __str__(self) -> str:
            return ",".join(map(str, self.vector))

        __hash__ = None  # type: ignore[assignment]

    assert diff_values({"v": Holder([1])}, {"v": Holder([1])}) == {}
    assert list(diff_values({"v": Holder([1])}, {"v": Holder([2])})) == ["v"]


def test_a_file_is_remembered_by_the_name_that_it_had() -> None:
    file = ContentFile(b"", name="old.txt")
    diff = diff_values({"file": file}, {"file": ContentFile(b"", name="new.txt")})
    file.name = None
    assert to_safe_diff(diff) == {"file": ["old.txt", "new.txt"]}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("text", "text"),
        ("a\x00b\ud800c", "a\ufffdb\ufffdc"),
        (gettext_lazy("Monday"), "Monday"),
        (Customer.Tier.GOLD, "gold"),
        (decimal.Decimal("12.50"), "12.50"),
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (datetime.time(12, 30), "12:30:00"),
        (datetime.datetime(2024, 2, 29, 13, tzinfo=BERLIN), "2024-02-29T12:00:00Z"),
        (datetime.datetime(2024, 2, 29, 13), "2024-02-29T13:00:00"),  # noqa: DTZ001
        (datetime.datetime.min.replace(tzinfo=BERLIN), "0001-01-01T00:00:00+01:00"),
        (datetime.timedelta(days=1, hours=2, seconds=3), "1 02:00:03"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"abc", "<3 bytes>"),
        (memoryview(b"abcd"), "<4 bytes>"),
        (ContentFile(b"", name="a.txt"), "a.txt"),
        (ContentFile(b""), ""),
        ((1, "a"), [1, "a"]),
        ({"b", "a"}, ["a", "b"]),
        (range(3), [0, 1, 2]),
        ({1: decimal.Decimal(2)}, {"1": "2"}),
        (Tag(pk=5), 5),
        (SimpleLazyObject(lambda: decimal.Decimal(1)), "1"),
    ],
)
def test_every_kind_of_value_is_kept_as_json(value: Any, kept: Any) -> None:
    assert to_json(value) == kept
    json.dumps(to_json(value), allow_nan=False)


def test_an_integer_too_long_to_be_written_is_named_by_its_size() -> None:
    assert to_json(10**5000) == "<integer of 16610 bits>"


def test_a_value_whose_str_fails_is_named_by_its_type() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no")

    assert to_json(Broken()) == "<Broken>"


def test_nesting_is_cut_where_it_is_too_deep() -> None:
    value: Any = "bottom"
    for _ in range(50_000):
        value = [value]
    kept = to_json(value)
    assert diff_values({"json": value}, {"json": [value]}) == {}
    depth = 0
    while isinstance(kept, list):
        kept, depth = kept[0], depth + 1
    assert (kept, depth) == ("…", MAX_DEPTH)


@pytest.mark.parametrize(
    "name",
    [
        *["password", "password2", "passwords", "passwordHash", "userpassword", "passwd", "passphrase"],
        *["api_token", "authtoken", "refreshTokens", "secret", "secret_note", "clientSecret", "AWSSecretAccessKey"],
        *["apikey", "API_KEY", "api-key", "APIKey", "apiKeys", "private_key", "access_key", "salt", "password_salt"],
    ],
)
def test_secrets_are_masked_but_their_absence_is_told(name: str) -> None:
    assert to_safe_diff({name: [None, "hunter2"]}) == {name: [None, MASK]}
    assert to_safe_diff({name: ["", {"deep": "hunter2"}]}) == {name: [MASK, MASK]}


def test_secrets_inside_json_are_masked_too() -> None:
    secrets = dict.fromkeys(["api_key", "apiKey", "api-key", "Password2", "privateKey"], "hunter2")
    diff = to_safe_diff({"config": [None, [{**secrets, "name": "mail"}]]})
    assert diff == {"config": [None, [{**dict.fromkeys(secrets, MASK), "name": "mail"}]]}


@pytest.mark.parametrize(
    "name",
    [
        *[
            "basal_temperature",
            "basalt",
            "salted",
            "secretary",
            "secretion",
            "tokens_used",
            "tokenizer",
            "max_tokens_count",
        ],
        *["key", "primary_key", "keyboard", "api", "access", "keys_private", "___", ""],
    ],
)
def test_names_that_only_look_like_secrets_are_not_masked(name: str) -> None:
    assert to_safe_diff({name: [36, 37], "config": [None, {name: 1}]}) == {name: [36, 37], "config": [None, {name: 1}]}


def test_a_queryset_is_kept_whole() -> None:
    rows = models.QuerySet(Tag)
    rows._result_cache = [Tag(pk=number) for number in range(30)]
    assert to_json(rows) == list(range(30))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.decimals()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.timedeltas()
    | st.uuids(),
    lambda children: st.lists(children) | st.dictionaries(st.text(st.characters()), children),
)


@given(value=anything)
def test_any_value_becomes_strict_json_that_can_be_encoded(value: Any) -> None:
    text = json.dumps(to_safe_diff({"field": [value, value]}), allow_nan=False, ensure_ascii=False)
    # A backslash before the u0000 of somebody's text is written as two.
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()


@given(value=anything)
def test_nothing_has_changed_between_a_value_and_itself_as_json(value: Any) -> None:
    safe = to_json(value)
    assert diff_values({"field": safe}, {"field": to_json(safe)}) == {}
