"""Which values the audit log masks because they are secret."""

from __future__ import annotations

import itertools
import re

from conjure.caches import cached

MASK = "•••"
_SECRETS = ("password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey")
_KINDS_OF_KEYS = {"access", "api", "private", "secret"}
# Between the words of a name: api_key, api-key, apiKey, APIKey, api2key.
_BETWEEN_WORDS = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cached(maxsize=4_096)
def names_a_secret(name: str) -> bool:
    """Whether a field or a member of a JSON object is secret, by the words of its name.

    ``api_key``, ``authToken`` and ``passwords`` are; ``secretary``, ``basalt`` and ``tokens_used`` are not: a word
    counts as a whole, or as the end of a longer one (``authtoken``), and a plural only as the last word.
    """
    words = [word.lower() for word in _BETWEEN_WORDS.split(name) if word]
    if not words:
        return False
    words[-1] = words[-1].removesuffix("s")
    pairs = itertools.pairwise(words)
    return any(word.endswith(_SECRETS) or word == "salt" for word in words) or any(
        kind in _KINDS_OF_KEYS and key == "key" for kind, key in pairs
    )
