"""Lists in one text: what is quoted as in CSV may hold commas, and all else is read as it always was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conjure.values.comma_lists import quote_item, split_list


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_whatever_is_quoted_is_read_again(items: list[str]) -> None:
    assert split_list(",".join(map(quote_item, items))) == items


@given(st.lists(st.text("ab,\"' \n"), min_size=1))
def test_lists_are_read_as_pythons_csv_writes_them(items: list[str]) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(items)
    assert split_list(written.getvalue()) == items


@given(st.text("ab,' \n"))
def test_a_list_without_quotes_is_split_at_its_commas(text: str) -> None:
    assert split_list(text) == [part for part in text.split(",") if part]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('6",8"', ['6"', '8"']),
        ('"a,b', ['"a', "b"]),
        ('a"b,c"', ['a"b', 'c"']),
        ('"a"b,c', ['"a"b', "c"]),
        ('a, "b,c"', ["a", ' "b', 'c"']),
        ('"a,b",', ["a,b"]),
        ('""', [""]),
        ('"""a"""', ['"a"']),
    ],
)
def test_quotes_count_around_a_whole_item_alone(text: str, items: list[str]) -> None:
    assert split_list(text) == items
