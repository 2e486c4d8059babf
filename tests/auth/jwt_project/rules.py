"""Who may use a token; a hook that SimpleJWT calls in the middle of a refresh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

interruptions: list[Callable[[], Any]] = []
"""What is done once while the next token is looked at, such as another request."""


def may_use_tokens(user: Any) -> bool:
    while interruptions:
        interruptions.pop()()
    return user is not None and bool(user.is_active)
