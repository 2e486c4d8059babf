"""Rows with keys of every kind."""

from __future__ import annotations

import datetime
from decimal import Decimal

from tests.testapp.factories.rows import create, day, key, moment
from tests.testapp.models import keys

AWKWARD_TEXTS = ["plain", "a/b c?d#e", "bulk", "autocomplete", "42", "1,2", "%2F", "größe", " padded", "..%", "a&b=c+d"]


def make_keys() -> None:
    """At least three rows of each kind of key, then references to them."""
    kinds = {
        keys.IntegerKey: ("number", [0, -7, 2**31 - 1]),
        keys.BigKey: ("number", [2**63 - 1, -(2**63), 1]),
        keys.SmallAutoKey: ("key", [1, 2, 3]),
        keys.UUIDKey: ("key", [key(number) for number in range(1, 5)]),
        keys.StringKey: ("code", AWKWARD_TEXTS),
        keys.SlugKey: ("slug", ["a-slug", "action", "123"]),
        keys.ChoiceKey: ("size", ["S", "M", "XL"]),
        keys.DateKey: ("day", [day(0), day(1), datetime.date(1800, 1, 1)]),
        keys.DateTimeKey: ("moment", [moment(0), moment(1), moment(-100_000)]),
        keys.TimeKey: ("time", [datetime.time(0), datetime.time(12, 30), datetime.time(23, 59, 59, 999999)]),
        keys.DurationKey: (
            "length",
            [datetime.timedelta(), datetime.timedelta(days=-3, microseconds=5), datetime.timedelta(days=400, hours=1)],
        ),
        keys.DecimalKey: ("amount", [Decimal("0.00"), Decimal("-12.50"), Decimal("999999.99")]),
        keys.IPKey: ("address", ["192.0.2.1", "2001:db8::1", "::1"]),
    }
    made = {
        model: create(model, *({name: value, "name": f"row {number}"} for number, value in enumerate(values)))
        for model, (name, values) in kinds.items()
    }
    uuids = made[keys.UUIDKey]
    made[keys.OneToOneKey] = create(keys.OneToOneKey, *({"target": uuids[i], "name": f"row {i}"} for i in range(3)))
    made[keys.OneToOneKeyOfKey] = create(
        keys.OneToOneKeyOfKey, *({"extension": row, "name": row.name} for row in made[keys.OneToOneKey])
    )
    made[keys.ForeignKeyKey] = create(
        keys.ForeignKeyKey, *({"target": row, "name": row.name} for row in made[keys.IntegerKey])
    )
    foreign_keys = [field for field in keys.KeyReferences._meta.concrete_fields if field.many_to_one]
    create(
        keys.KeyReferences,
        *(
            {field.name: made[field.related_model][number] for field in foreign_keys}
            | {"strings": made[keys.StringKey][: number * 5], "uuids": uuids[:number], "dates": made[keys.DateKey]}
            for number in range(3)
        ),
    )
    _make_composites(uuids)


def _make_composites(uuids: list[keys.UUIDKey]) -> None:
    create(
        keys.CompositeKey,
        *(
            {"tenant": tenant, "number": number, "name": f"{tenant}, {number}"}
            for tenant in (1, 2)
            for number in (1, -2, 3)
        ),
    )
    create(
        keys.CompositeForeignKey,
        {"owner": uuids[0], "code": "a", "day": day(0)},
        {"owner": uuids[0], "code": "b,c", "day": day(0), "amount": Decimal("1.25")},
        {"owner": uuids[1], "code": 'd"/e', "day": day(1)},
    )
    create(
        keys.CompositeReference,
        {"tenant": 1, "number": 1, "name": "first"},
        {"tenant": 2, "number": -2, "name": "second"},
        {"tenant": 2, "number": 3, "name": "third"},
    )
