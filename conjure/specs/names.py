"""GraphQL names made from Django's names: camelCase, legal and unique."""

from __future__ import annotations

import re

_LEGAL = re.compile(r"[_A-Za-z0-9]")


def to_camel_case(name: str) -> str:
    """``created_at`` -> ``createdAt``; one leading underscore is kept; GraphQL reserves names that begin with two."""
    body = name.lstrip("_")
    prefix = "_" if name.startswith("_") else ""
    head, *rest = body.split("_")
    return to_legal(prefix + head + "".join(part[:1].upper() + part[1:] for part in rest))


def to_pascal_case(name: str) -> str:
    """``order_item`` -> ``OrderItem``, ``Order`` -> ``Order``."""
    return to_legal("".join(part[:1].upper() + part[1:] if part else "_" for part in name.split("_")))


def to_legal(name: str) -> str:
    """The name with every character that GraphQL does not allow written as ``u`` and its code point in hex.

    GraphQL names match ``[_A-Za-z][_0-9A-Za-z]*`` (specification of October 2021, section 2.1.9).
    """
    legal = "".join(c if _LEGAL.fullmatch(c) else f"u{ord(c):x}" for c in name)
    return f"_{legal}" if legal[:1].isdigit() else legal


def to_plural(name: str) -> str:
    """The English plural of a name: ``Order`` -> ``Orders``, ``Category`` -> ``Categories``, ``Box`` -> ``Boxes``."""
    if re.search(r"[^aeiouAEIOU]y$", name):
        return f"{name[:-1]}ies"
    if re.search(r"(s|x|z|ch|sh)$", name):
        return f"{name}es"
    return f"{name}s"


class NameAllocator:
    """Gives out names, each once: a name that is taken gets the next free number appended."""

    def __init__(self, taken: set[str] | None = None) -> None:
        self._taken = set(taken or ())

    def take(self, name: str) -> str:
        """The name itself, or ``name2``, ``name3`` and so on where it is taken."""
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}{number}"
        self._taken.add(candidate)
        return candidate
