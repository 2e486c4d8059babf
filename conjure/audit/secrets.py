"""Which values the audit log masks because they are secret."""

from __future__ import annotations

import re

from conjure.autoregister import is_secret_name
from conjure.caches import cached

MASK = "•••"


_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cached(maxsize=4_096)
def _names_a_secret(name: str) -> bool:
    return is_secret_name(_CAMEL_HUMP.sub("_", name).replace("-", "_"))
