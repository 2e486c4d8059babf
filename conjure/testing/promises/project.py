"""The URLs that belong to no one model: schema, config, widgets, and unknown ones."""

from __future__ import annotations

from conjure.testing.context import WalkContext

_WIDGETS = ("recent-audit", "model-counts", "stats", "recent-activity", "trend")
_UNKNOWN = ("nonsense/", "r/no.Such/", "r/no.Such/1/", "schema/no.Such/", "widgets/nonsense/", "r/", "%00/", "r/%ff/")


def verify_project_urls(context: WalkContext) -> None:
    """Schema, widgets, config and ``auth/me`` answer; unknown URLs are 404 in JSON."""
    caller = context.users.superuser
    known = ("schema/", "auth/me/", "config/", *(f"widgets/{name}/" for name in _WIDGETS))
    for path in known:
        answer = caller.get(path)
        if answer.status != 200:
            caller.fail("status", answer, "expected 200:")
    for path in _UNKNOWN:
        answer = caller.get(path)
        if answer.status not in (400, 404):
            caller.fail("status", answer, "expected 404:")
    for path in known:
        if path != "config/":
            answer = context.users.anonymous.get(path)
            if answer.status != 401:
                context.users.anonymous.fail("permission", answer, "expected 401:")
    answer = caller.gql("{ __schema { queryType { name } types { name kind fields { name } } } }")
    if not answer.ok:
        caller.fail("status", answer, "introspection:")
