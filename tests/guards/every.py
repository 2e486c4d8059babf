"""All guards."""

from __future__ import annotations

from tests.guards import access, actions, effects, endpoint, limits, reading, rows, speed, writes

GUARDS = [
    *access.GUARDS,
    *endpoint.GUARDS,
    *rows.GUARDS,
    *reading.GUARDS,
    *writes.GUARDS,
    *effects.GUARDS,
    *actions.GUARDS,
    *limits.GUARDS,
    *speed.GUARDS,
]
