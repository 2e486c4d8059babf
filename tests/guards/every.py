"""All guards."""

from __future__ import annotations

from tests.guards import access, actions, rows, speed, writes

GUARDS = [*access.GUARDS, *rows.GUARDS, *writes.GUARDS, *actions.GUARDS, *speed.GUARDS]
