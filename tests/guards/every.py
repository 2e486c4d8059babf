"""All guards."""

from __future__ import annotations

from tests.guards import (
    access,
    actions,
    effects,
    endpoint,
    hidden,
    limits,
    reading,
    rows,
    secrets,
    speed,
    throttles,
    writes,
)

GUARDS = [
    *access.GUARDS,
    *endpoint.GUARDS,
    *rows.GUARDS,
    *reading.GUARDS,
    *hidden.GUARDS,
    *secrets.GUARDS,
    *writes.GUARDS,
    *effects.GUARDS,
    *actions.GUARDS,
    *limits.GUARDS,
    *throttles.GUARDS,
    *speed.GUARDS,
]
