"""Hooks that raise: each calls ``meet``, which does what a test has armed that hook with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MARK = "bad"
"""What is in the values of the rows that hooks raise for."""

_armed: dict[str, tuple[Callable[[], Any], bool]] = {}


@contextmanager
def raising(hook: str, error: BaseException, *, always: bool = False) -> Iterator[None]:
    """Have a hook raise in the block: for values and rows that are marked, or for all."""

    def act() -> None:
        raise error

    with doing(hook, act, always=always):
        yield


@contextmanager
def doing(hook: str, act: Callable[[], Any], *, always: bool = False) -> Iterator[None]:
    """Have a hook do something in the block before it does what it is there for."""
    _armed[hook] = act, always
    try:
        yield
    finally:
        del _armed[hook]


def meet(hook: str, *about: Any) -> None:
    """Do what the hook is armed with, if one of the things that it is about is marked."""
    if hook in _armed:
        act, always = _armed[hook]
        if always or any(map(_is_marked, about)):
            act()


def _is_marked(thing: Any) -> bool:
    if isinstance(thing, list | tuple):
        return any(map(_is_marked, thing))
    text = thing if isinstance(thing, str) else getattr(thing, "__dict__", {}).get("name")
    return isinstance(text, str) and MARK in text
