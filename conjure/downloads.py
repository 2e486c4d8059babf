"""A file that is made while it is sent: what an action gives instead of a dict where its answer is a download."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file for the client; ``chunks`` are taken once, one by one, after the action's transaction has ended."""

    filename: str
    content_type: str
    chunks: Iterable[bytes]
