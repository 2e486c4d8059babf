"""``r/{model}/bulk/``: many rows written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from conjure.exceptions import InvalidError
from conjure.responses import JSONResponse
from conjure.rest import documents
from conjure.rest.views.rows import ModelView


class BulkView(ModelView):
    """Deletes or changes rows alike, or applies operations in order."""

    def post(self, request: Request, model: str) -> JSONResponse:
        """``{"action", "ids", "data"}``, or ``{"operations"}``."""
        body = self.read_body(request)
        if "operations" in body:
            operations = read_operations(body["operations"])
            self.spend_rows(len(operations))
            return JSONResponse(self.run_prepared(documents.write_operations, operations=operations)["written"])
        # The core refuses an empty list; anything that is not a list is refused with the same words.
        pks = body["ids"] if isinstance(body.get("ids"), list) else []
        self.spend_rows(len(pks))
        match body.get("action"):
            case "delete":
                written = self.run_prepared(documents.write_bulk_delete, pks=pks)["written"]
            case "update":
                written = self.run_prepared(documents.write_bulk_update, pks=pks, values=read_data(body))["written"]
            case _:
                raise InvalidError({"action": ["Must be delete or update."]})
        return JSONResponse(written)


def read_data(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an update sets. Raise InvalidError for anything but an object."""
    data = body.get("data")
    if not isinstance(data, dict):
        raise InvalidError({"data": ["This field is required." if data is None else "Must be an object."]})
    return data


def read_operations(operations: Any) -> list[dict[str, Any]]:
    """The operations as GraphQL takes them. Raise InvalidError for one that is not an object, or whose data are not."""
    if not isinstance(operations, list):
        return []
    return [_read_operation(number, operation) for number, operation in enumerate(operations, 1)]


def _read_operation(number: int, operation: Any) -> dict[str, Any]:
    if not isinstance(operation, dict):
        raise InvalidError({"operations": [f"Operation {number} must be an object."]})
    op, data = operation.get("op"), operation.get("data")
    if data is not None and not isinstance(data, dict):
        raise InvalidError({"operations": [f"Operation {number}: data must be an object."]})
    return {"op": op if isinstance(op, str) else "", "pk": operation.get("pk"), "values": data or {}}
