"""The URLs of one model: lists, rows, choices and what hangs on a row."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from conjure.exceptions import ConflictError, NotFoundError
from conjure.graphql.names import Vocabulary, find_vocabulary
from conjure.rest import documents
from conjure.rest.bodies import read_object
from conjure.rest.etags import parse_if_match
from conjure.rest.parameters import list_variables, page_links, read_query
from conjure.rest.views.base import ConjureView


class ModelView(ConjureView):
    """A view of one model's rows."""

    @cached_property
    def names(self) -> Vocabulary:
        """How the model of the URL is spoken of. Raise NotFoundError for an unknown one."""
        return find_vocabulary(self.kwargs["model"], self.django_request)

    def rename(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows under the names that GraphQL could not write."""
        renamed = self.names.renamed
        if not renamed:
            return rows
        return [{renamed.get(name, name): value for name, value in row.items()} for row in rows]

    def answer_row(self, answer: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
        """One row, with its version as the ``ETag``."""
        [row] = self.rename([answer["row"]])
        return Response(row, status=status, headers={"ETag": f'"{answer["version"]}"'})


class ListView(ModelView):
    """``r/{model}/``."""

    def get(self, request: Request, model: str) -> Response:
        """A page of rows."""
        query = read_query(request)
        page = self.run(documents.list_document(self.names), **list_variables(query))["list"]
        info, count = page["pageInfo"], page["count"]
        following, previous = page_links(request, query, info["page"], info["limit"], count)
        rows = self.rename(page["results"])
        return Response({"count": count, "next": following, "previous": previous, "results": rows})

    def post(self, request: Request, model: str) -> Response:
        """A new row."""
        written = self.run(documents.create_document(self.names), values=read_object(request))["written"]
        return self.answer_row(written, HTTPStatus.CREATED)


class RowView(ModelView):
    """``r/{model}/{pk}/``."""

    def get(self, request: Request, model: str, pk: str) -> Response:
        """One row."""
        return self.answer_row(self.run(documents.retrieve_document(self.names), pk=pk))

    def patch(self, request: Request, model: str, pk: str) -> Response:
        """Change what the body names; with ``If-Match``, only a row of that version."""
        names, values = self.names, read_object(request)
        variables = {"pk": pk, "values": values, "version": self.expected_version(request, pk)}
        return self.answer_row(self.run(documents.update_document(names), **variables)["written"])

    def delete(self, request: Request, model: str, pk: str) -> Response:
        """Delete it; with ``If-Match``, only a row of that version."""
        self.run(documents.delete_document(self.names), pk=pk, version=self.expected_version(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def expected_version(self, request: Request, pk: str) -> str | None:
        """The version that the row must have, None where any will do. Raise ConflictError where none of many is its."""
        wanted = parse_if_match(request.headers.get("If-Match"))
        if wanted is None or len(wanted) == 1:
            return wanted[0] if wanted else None
        current: str = self.run(documents.version_document(self.names), pk=pk)["version"]
        if current not in wanted:
            raise ConflictError
        return current


class FixedRouteView(RowView):
    """A fixed route that looks like a row's: where it has no such method and the row is there, the row answers."""

    def handle_exception(self, exc: Exception) -> Response:
        """A row that is not there is no 404: the URL exists, the method does not."""
        if isinstance(exc, NotFoundError) and getattr(type(self), self.method_name) is getattr(
            RowView, self.method_name, None
        ):
            exc = MethodNotAllowed(self.request.method or "")
        return super().handle_exception(exc)

    @property
    def method_name(self) -> str:
        """The name of the method that handles the request."""
        method = (self.request.method or "").lower()
        return "get" if method == "head" else method

    @property
    def allowed_methods(self) -> list[str]:
        """Those that the route itself has."""
        own = [name for name in self.http_method_names if name in vars(type(self))]
        return [name.upper() for name in (*own, *(["head"] if "get" in own else []))]


class AutocompleteView(FixedRouteView):
    """``r/{model}/autocomplete/``."""

    def get(self, request: Request, model: str, pk: str) -> Response:
        """Choices for a combobox."""
        query = read_query(request)
        document = documents.autocomplete_document(self.names)
        return Response(self.run(document, q=query.get("q"), page=query.get("page"))["options"])


class RelatedView(FixedRouteView):
    """``r/{model}/{pk}/related/``."""

    def get(self, request: Request, model: str, pk: str) -> Response:
        """What a delete would take along, and what stands in its way, if anything does."""
        counts = self.run(documents.related_document(self.names), pk=pk)["counts"]
        if not counts["protected"]:
            del counts["protected"]
        return Response(counts)
