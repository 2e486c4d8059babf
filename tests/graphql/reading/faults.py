"""A schema of the test project in which some fields fail to be read."""

from __future__ import annotations

import dataclasses
import functools
import math
import zlib
from collections.abc import Callable
from typing import Any

from conjure.exceptions import InvalidError
from conjure.graphql.reading.bindings import ColumnBinding
from conjure.graphql.reading.values import make_resolver
from conjure.graphql.schema import BuiltSchema, build_schema
from conjure.specs.build import get_specs


def fail(value: Any) -> Any:
    raise RuntimeError(f"{value} cannot be read.")


def refuse(value: Any) -> Any:
    raise InvalidError({"paid_at": [f"{value} cannot be read."]})


# Fields whose values fail to be read, or are not what their type says, in about every second row.
FAULTS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("TestappOrder", "weight"): lambda value: math.inf,
    ("TestappOrder", "deliveryWindow"): fail,
    ("TestappOrder", "giftWrapped"): lambda value: "perhaps",
    ("TestappOrder", "paidAt"): refuse,
    ("TestappOrder", "comment"): lambda value: [value],
    ("TestappOrder", "priority"): lambda value: 2**40 + value,
    ("TestappCustomer", "email"): fail,
    ("TestappCustomer", "name"): lambda value: None,
    ("TestappCategory", "position"): lambda value: 0.5,
    ("TestappProduct", "price"): fail,
    ("TestappNote", "title"): fail,
}


def failing(binding: ColumnBinding, fault: Callable[[Any], Any]) -> ColumnBinding:
    """The binding, with a reader that has the fault for about every second value."""
    before = binding.reader or (lambda value: value)

    def read(value: Any) -> Any:
        return (before if zlib.crc32(repr(value).encode()) % 2 else fault)(value)

    return dataclasses.replace(binding, reader=read)


@functools.cache
def faulty_schema() -> BuiltSchema:
    """The schema of the test project, with faults in some fields."""
    schema = build_schema(get_specs())
    bindings = schema.core.extensions["conjure_bindings"]
    for (type_name, name), fault in FAULTS.items():
        binding = bindings[type_name][name] = failing(bindings[type_name][name], fault)
        named: Any = schema.core.type_map[type_name]
        named.fields[name].resolve = make_resolver(binding)
    return schema
