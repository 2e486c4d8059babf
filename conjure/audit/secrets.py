"""Which values the audit log masks because they are secret."""

from __future__ import annotations

import functools
import re

from conjure.autoregister import is_secret_name

MASK = "•••"


_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@functools.lru_cache(maxsize=4_096)
def _names_a_secret(name: str) -> bool:
    return is_secret_name(_CAMEL_HUMP.sub("_", name).replace("-", "_"))
