"""A mount of GraphiQL alone, over a schema of two fields: what the page needs of its endpoint and no more."""

from __future__ import annotations

import json
import time
from typing import Any

import strawberry
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from conjure.graphql.endpoint.graphiql import render_graphiql, serve_graphiql_asset

FIRST_QUERY = "# </script> is text here\nquery First {\n  hello\n}\n"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def authorization(self, info: strawberry.Info) -> str:
        time.sleep(0.3)  # long enough for the page to show that it waits, and to write its history
        return str(info.context.headers.get("Authorization"))


schema = strawberry.Schema(Query)


def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer a query by POST, with Django's own CSRF check in front, and a GET with the page."""
    if request.method == "GET":
        return render_graphiql(request, endpoint=request.path, default_query=FIRST_QUERY)
    body: dict[str, Any] = json.loads(request.body)
    result = schema.execute_sync(
        body["query"], body.get("variables"), request, operation_name=body.get("operationName")
    )
    answer = {"data": result.data, "errors": [error.formatted for error in result.errors or []]}
    return JsonResponse({key: value for key, value in answer.items() if value})


routes = [
    path("graphql/", endpoint, name="graphql"),
    path("graphql/assets/<path:path>", serve_graphiql_asset, name="graphiql-asset"),
]
urlpatterns = [path("mount/", include((routes, "conjure")))]
