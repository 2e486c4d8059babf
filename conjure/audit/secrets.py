"""Which values the audit log masks because they are secret."""

from __future__ import annotations

import re

from conjure.autoregister import is_secret_name
from conjure.caches import cached

MASK = "•••"
_WORD_IN_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@cached(maxsize=4_096)
def names_a_secret(name: str) -> bool:
    """Whether a field or a member of a JSON object is secret, by its name: ``api_key``, ``api-key`` or ``apiKey``."""
    return is_secret_name(_WORD_IN_CAMEL_CASE.sub("_", name).replace("-", "_"))
