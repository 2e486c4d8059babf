"""A session engine of a project's own, which keeps a list of sessions that were ended from elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    ended: ClassVar[set[str | None]] = set()

    def load(self) -> dict[str, Any]:
        return {} if self.session_key in self.ended else super().load()
