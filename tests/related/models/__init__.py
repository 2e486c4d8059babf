"""The models, by what is odd about them."""

from __future__ import annotations

from tests.related.models.classes import Journal, Letter, Message, Truck, Vehicle
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
from tests.related.models.labels import Frame, Hall, Mayor, Photo, Region, Sign, Street, Town
from tests.related.models.parents import Hybrid, Left, Patron, Right

__all__ = [
    "Account",
    "Badge",
    "Call",
    "Club",
    "Frame",
    "Hall",
    "Hybrid",
    "Journal",
    "Left",
    "Letter",
    "Line",
    "Linked",
    "Marked",
    "Mayor",
    "Membership",
    "Message",
    "Node",
    "Other",
    "Owner",
    "Patron",
    "Person",
    "Photo",
    "Region",
    "Right",
    "Seat",
    "Sign",
    "Street",
    "Town",
    "Trophy",
    "Truck",
    "Vehicle",
    "Win",
]
