"""How primary keys are written in a URL."""

from __future__ import annotations


class KeyConverter:
    """Any text, slashes and line breaks included: primary keys may be texts.

    The fixed routes come first in the URLconf and win for every method: ``r/{model}/bulk/`` is never the row ``bulk``.
    """

    regex = r"(?s:.+)"

    def to_python(self, value: str) -> str:
        """The text as it is: the server has decoded it."""
        return value

    def to_url(self, value: object) -> str:
        """The text as it is: ``reverse`` encodes it."""
        return str(value)
