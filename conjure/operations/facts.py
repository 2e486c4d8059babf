"""The facts about one operation: what it was, on which models, and what it took. Never what was sent or answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

_ATTRIBUTE = "_conjure_operation"


@dataclass(kw_only=True, slots=True)
class Operation:
    """One request to a face, filled in while it is answered.

    ``name`` is that of the operation in a GraphQL document (empty where it has none), or method and URL name in REST:
    ``GET list``. ``kind`` is ``query`` or ``mutation``, empty where nothing was executed. ``rows`` counts rows that
    were loaded and entries that writes made in the audit log, by model; a model of a root field is there with 0 too.
    ``cost`` is the estimate for a client's document. ``ms`` are milliseconds until the response was there; a download
    is sent after that.
    """

    face: str
    request_id: str
    name: str = ""
    kind: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    queries: int = 0
    ms: float = 0.0
    cost: int | None = None
    user_id: Any = None
    status: int = 500

    def count_rows(self, model: str, count: int) -> None:
        """Take note of so many rows of a model."""
        self.rows[model] = self.rows.get(model, 0) + count

    def as_dict(self) -> dict[str, Any]:
        """The facts as a log line has them: the models' names, and the rows of all of them taken together."""
        return {
            "face": self.face,
            "name": self.name,
            "kind": self.kind,
            "models": sorted(self.rows),
            "rows": sum(self.rows.values()),
            "queries": self.queries,
            "ms": round(self.ms, 1),
            "cost": self.cost,
            "user": None if self.user_id is None else str(self.user_id),
            "status": self.status,
            "request_id": self.request_id,
        }


def operation_of(request: HttpRequest) -> Operation | None:
    """The facts about the request's operation, for who answers it to fill in; None where nobody listens."""
    return getattr(request, _ATTRIBUTE, None)


def begin_operation(request: HttpRequest, operation: Operation) -> None:
    """Have ``operation_of`` give the operation."""
    setattr(request, _ATTRIBUTE, operation)
