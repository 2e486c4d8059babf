"""The URLs of one model: its list, its rows, choices of them, and what hangs on a row."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.http import QueryDict
from rest_framework.request import Request

from conjure.exceptions import ConflictError
from conjure.graphql.names import ModelNames, find_names, is_readonly
from conjure.responses import JSONResponse
from conjure.rest import documents
from conjure.rest.bodies import is_form, read_object
from conjure.rest.etags import parse_if_match
from conjure.rest.parameters import list_variables, page_links, page_variables, read_query
from conjure.rest.views.base import SAFE_METHODS, ConjureView


def answer_page(
    request: Request, query: QueryDict, page: dict[str, Any], results: list[dict[str, Any]]
) -> JSONResponse:
    """One page of a list, with the URLs of those before and behind it."""
    info, count = page["pageInfo"], page["count"]
    following, previous = page_links(request, query, info["page"], info["limit"], count)
    return JSONResponse({"count": count, "next": following, "previous": previous, "results": results})


class ModelView(ConjureView):
    """A view of one model's rows."""

    serves_readonly_models = False
    """Whether the unsafe methods work on read-only models too."""

    @cached_property
    def names(self) -> ModelNames:
        """The names of the model in the URL. Raise NotFoundError for an unknown one."""
        return find_names(self.kwargs["model"], self.runner.context)

    @property
    def allowed_methods(self) -> list[str]:
        """The methods of the URL, for a read-only model without those that write.

        No code of the project runs here: DRF asks while it answers an error.
        """
        methods = super().allowed_methods
        if not self.serves_readonly_models and is_readonly(self.kwargs["model"]):
            return [method for method in methods if method in SAFE_METHODS]
        return methods

    def run_prepared(self, write: Callable[[ModelNames], str], **variables: Any) -> dict[str, Any]:
        """The data of one of the model's documents, executed for the request's user."""
        return self.runner.run(self.names.document(write), variables)

    def read_body(self, request: Request) -> dict[str, Any]:
        """The body as an object. Raise NotFoundError first where there is no such model."""
        _names = self.names
        body = read_object(request)
        self.runner.context.sends_form = is_form(request)
        return body

    def rename(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows under the names that GraphQL could not write."""
        renamed = self.names.renamed
        if not renamed:
            return rows
        return [{renamed.get(name, name): value for name, value in row.items()} for row in rows]

    def answer_row(self, answer: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> JSONResponse:
        """One row, with its version as the ``ETag``."""
        version = answer["row"].pop(self.names.version)
        [row] = self.rename([answer["row"]])
        return JSONResponse(row, status=status, headers={"ETag": f'"{version}"'})


class ListView(ModelView):
    """``r/{model}/``."""

    def get(self, request: Request, model: str) -> JSONResponse:
        """A page of rows."""
        query = read_query(request)
        page = self.run_prepared(documents.write_list, **list_variables(query))["list"]
        return answer_page(request, query, page, self.rename(page["results"]))

    def post(self, request: Request, model: str) -> JSONResponse:
        """Create a row."""
        written = self.run_prepared(documents.write_create, values=self.read_body(request))["written"]
        return self.answer_row(written, HTTPStatus.CREATED)


class RowView(ModelView):
    """``r/{model}/{pk}/``."""

    def get(self, request: Request, model: str, pk: str) -> JSONResponse:
        """One row."""
        return self.answer_row(self.run_prepared(documents.write_retrieve, pk=pk))

    def patch(self, request: Request, model: str, pk: str) -> JSONResponse:
        """Change what the body names; with ``If-Match``, only a row of that version."""
        variables = {"values": self.read_body(request), "version": self.expected_version(request, pk)}
        return self.answer_row(self.run_prepared(documents.write_update, pk=pk, **variables)["written"])

    def delete(self, request: Request, model: str, pk: str) -> JSONResponse:
        """Delete one row; with ``If-Match``, only a row of that version."""
        self.run_prepared(documents.write_delete, pk=pk, version=self.expected_version(request, pk))
        return JSONResponse(status=HTTPStatus.NO_CONTENT)

    def expected_version(self, request: Request, pk: str) -> str | None:
        """The version that the row must have, or None for any. Raise ConflictError where it has none of several."""
        wanted = parse_if_match(request.headers.get("If-Match"))
        if wanted is None or len(wanted) == 1:
            return wanted[0] if wanted else None
        current: str = self.run_prepared(documents.write_version, pk=pk)["row"][self.names.version]
        if current not in wanted:
            raise ConflictError
        return current


class AutocompleteView(ModelView):
    """``r/{model}/autocomplete/``."""

    def get(self, request: Request, model: str) -> JSONResponse:
        """Choices for a combobox."""
        query = read_query(request)
        variables = {"q": query.get("q"), "page": query.get("page"), "toField": query.get("to_field") or None}
        return JSONResponse(self.run_prepared(documents.write_autocomplete, **variables)["options"])


class RelatedView(ModelView):
    """``r/{model}/{pk}/related/``."""

    def get(self, request: Request, model: str, pk: str) -> JSONResponse:
        """Count what a delete would delete too and, where there are any, the rows that protect this one."""
        counts = self.run_prepared(documents.write_related, pk=pk)["counts"]
        if not counts["protected"]:
            del counts["protected"]
        return JSONResponse(counts)


class HistoryView(ModelView):
    """``r/{model}/{pk}/history/``."""

    def get(self, request: Request, model: str, pk: str) -> JSONResponse:
        """A page of what was done to the row."""
        query = read_query(request)
        page = self.run_prepared(documents.write_history, pk=pk, **page_variables(query))["history"]
        return answer_page(request, query, page, page["results"])
