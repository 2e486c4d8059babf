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
from tests.related.models.deleted import Account, Marked, Other, Owner
from tests.related.models.parents import Hybrid, Left, Patron, Right

__all__ = [
    "Account",
    "Badge",
    "Call",
    "Club",
    "Hybrid",
    "Left",
    "Line",
    "Linked",
    "Marked",
    "Membership",
    "Node",
    "Other",
    "Owner",
    "Patron",
    "Person",
    "Right",
    "Seat",
    "Trophy",
    "Win",
]
