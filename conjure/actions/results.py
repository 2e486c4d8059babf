"""What an action answers with beside a dict: a report of each row, or a file made while it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from conjure.exceptions import ConjureError
from conjure.values.keys import pk_json

if TYPE_CHECKING:
    from django.db.models import Model


class ActionReport:
    """What became of each row; an action that returns it answers with it.

    ``expected`` are exceptions of the project's own that mean "not this row", beside Django's ValidationError and
    conjure's errors::

        report = ActionReport(RefundNotPossible)
        for invoice in queryset.order_by("pk"):
            with report.attempt(invoice):
                refund(invoice)
        return report

    The answer is ``{"message", "succeeded", "failures": [{"pk", "label", "message"}]}``.
    """

    def __init__(self, *expected: type[Exception], message: str = "") -> None:
        self.expected: tuple[type[Exception], ...] = (ConjureError, *expected)
        self.message = message
        self.succeeded = 0
        self.failures: list[dict[str, Any]] = []

    @contextmanager
    def attempt(self, obj: Model) -> Iterator[None]:
        """Serve one row in the block. An expected exception undoes what the block wrote, is noted, and ends there."""
        try:
            with transaction.atomic(using=obj._state.db):
                yield
        except ValidationError as error:
            self.fail(obj, " ".join(error.messages))
        except self.expected as error:
            self.fail(obj, str(error))
        else:
            self.succeeded += 1

    def fail(self, obj: Model, message: str) -> None:
        """Note that a row could not be served, and why."""
        self.failures.append({"pk": pk_json(obj.pk), "label": str(obj), "message": message})

    def as_dict(self) -> dict[str, Any]:
        """The answer."""
        total = self.succeeded + len(self.failures)
        message = self.message or f"{self.succeeded} of {total} done."
        return {"message": message, "succeeded": self.succeeded, "failures": self.failures}


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file for the client; ``chunks`` are taken once, one by one, after the action's transaction has ended."""

    filename: str
    content_type: str
    chunks: Iterable[bytes]
