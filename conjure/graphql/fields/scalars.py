"""Python stand-ins for the GraphQL scalars beyond GraphQL's own; their values are JSON-ready."""

from __future__ import annotations

from typing import NewType

BigInt = NewType("BigInt", int)
DecimalText = NewType("DecimalText", str)
DateText = NewType("DateText", str)
DateTimeText = NewType("DateTimeText", str)
TimeText = NewType("TimeText", str)
DurationText = NewType("DurationText", str)
UUIDText = NewType("UUIDText", str)
JSONValue = NewType("JSONValue", object)
Parameters = NewType("Parameters", dict)  # type: ignore[type-arg]
Values = NewType("Values", dict)  # type: ignore[type-arg]
Upload = NewType("Upload", object)
