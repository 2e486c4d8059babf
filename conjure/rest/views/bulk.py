"""``r/{model}/bulk/``: many rows written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from conjure.exceptions import InvalidError
from conjure.rest import documents
from conjure.rest.bodies import read_object
from conjure.rest.views.rows import FixedRouteView

DELETE, UPDATE = "delete", "update"


class BulkView(FixedRouteView):
    """Deletes or changes rows alike, or applies operations in order."""

    def post(self, request: Request, model: str, pk: str) -> Response:
        """``{"action", "ids", "data"}``, or ``{"operations"}``."""
        names, body = self.names, read_object(request)
        if "operations" in body:
            variables = {"operations": read_operations(body["operations"])}
            return Response(self.run(documents.operations_document(names), **variables)["written"])
        # No list is as good as an empty one, of which the core says what is wrong.
        pks = body["ids"] if isinstance(body.get("ids"), list) else []
        match body.get("action"):
            case "delete":
                document, values = documents.bulk_delete_document(names), {}
            case "update":
                document, values = documents.bulk_update_document(names), {"values": read_data(body)}
            case _:
                raise InvalidError({"action": [f"Must be {DELETE} or {UPDATE}."]})
        return Response(self.run(document, pks=pks, **values)["written"])


def read_data(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an update sets. Raise InvalidError for what is no object."""
    data = body.get("data")
    if not isinstance(data, dict):
        raise InvalidError({"data": ["This field is required." if data is None else "Must be an object."]})
    return data


def read_operations(operations: Any) -> list[dict[str, Any]]:
    """The operations in GraphQL's terms. Raise InvalidError for one that is no object, or has data that is none."""
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
