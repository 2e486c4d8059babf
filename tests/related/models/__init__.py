"""The models, by what is odd about them."""

from __future__ import annotations

from tests.related.models.columns import (
    Badge,
    Call,
    Club,
    Line,
    Linked,
    Membership,
    Node,
    Person,
    Seat,
    Trophy,
    Win,
)
from tests.related.models.parents import Hybrid, Left, Patron, Right

__all__ = [
    "Badge",
    "Call",
    "Club",
    "Hybrid",
    "Left",
    "Line",
    "Linked",
    "Membership",
    "Node",
    "Patron",
    "Person",
    "Right",
    "Seat",
    "Trophy",
    "Win",
]
