"""Rows of the types that only PostgreSQL has."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.search import SearchVector
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange, NumericRange

from tests.pgapp import models
from tests.testapp.factories.rows import create, day, moment


def make_postgresql() -> None:
    """Three rows of each, with empty, unbounded and null ones."""
    targets = create(
        models.Arrays,
        {
            "numbers": [1, -2, 3],
            "words": ["a,b", "", 'q"uote'],
            "board": [[1, 2], [3, 4]],
            "days": [day(0), day(1)],
            "amounts": [Decimal("1.50")],
            "sizes": ["S", "L"],
            "gaps": [1, None, 3],
            "moments": [moment(0), moment(1)],
            "noted_at": moment(2),
        },
        {},
        {"words": [], "numbers": [2**31 - 1]},
    )
    create(models.ArrayKeyReference, *({"target": target} for target in targets))
    create(
        models.Ranges,
        {
            "integers": NumericRange(1, 10),
            "bigs": NumericRange(-(2**40), None),
            "decimals": NumericRange(Decimal("1.50"), Decimal("2.50"), bounds="[]"),
            "days": DateRange(day(0), day(5)),
            "moments": DateTimeTZRange(moment(0), moment(1)),
            "noted_at": moment(2),
        },
        {"integers": NumericRange(empty=True), "decimals": NumericRange(None, None), "days": DateRange(None, day(1))},
        {},
    )
    create(
        models.HStores,
        {"pairs": {"a": "1", "ü": "zwei", "quote": '"=>'}, "optional_pairs": {"null": None}},
        {},
        {"pairs": {"": ""}},
    )
    create(models.SearchVectors, {"text": "a fat cat"}, {"text": "a thin dog"}, {"text": ""})
    models.SearchVectors.objects.update(vector=SearchVector("text"))
