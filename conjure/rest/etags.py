"""Entity tags (RFC 9110, section 8.8.3) as the versions of rows."""

from __future__ import annotations

import re

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def parse_if_match(header: str | None) -> list[str] | None:
    """The versions that ``If-Match`` names; None where there is no header, or ``*``, which any row satisfies.

    Weak tags count as strong ones: middleware that compresses responses makes ours weak. Anything that is not a list
    of tags is taken for one tag, which no row has.
    """
    if header is None or header.strip() == "*":
        return None
    return _TAG.findall(header) or [header.strip()]
