"""Writers and what they write to; writes go through documents, as both faces send them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import RequestFactory

from conjure.exceptions import InvalidError
from conjure.graphql.execution import Runner
from conjure.graphql.names import ModelNames, find_names
from conjure.models import AdminAuditLog
from conjure.values.keys import pk_text

Grant = Callable[..., User]


@pytest.fixture
def grant(clerk: User) -> Grant:
    """``grant("change_order", ...)`` is the clerk with exactly these permissions of the test app."""

    def give(*codenames: str, app_label: str = "testapp") -> User:
        found = Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
        assert found.count() == len(codenames)
        clerk.user_permissions.add(*found)
        return User.objects.get(pk=clerk.pk)  # without the permissions that were cached

    return give


class Writer:
    """One user's writes of one model, through the prepared documents that the REST face uses."""

    def __init__(self, user: Any, key: str, *, form: bool = False) -> None:
        content_type = "multipart/form-data; boundary=x" if form else "application/json"
        self.request = RequestFactory().post("/", b"-", content_type=content_type, REMOTE_ADDR="192.0.2.7")
        self.request.user = user
        self.runner = Runner(self.request)
        self.runner.context.sends_form = form
        self.names: ModelNames = find_names(key, self.runner.context)

    def _run(self, document: str, **variables: Any) -> Any:
        if "pk" in variables:
            variables["pk"] = pk_text(variables["pk"])
        return self.runner.run(document, variables)["answer"]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {self.names.renamed.get(name, name): value for name, value in row.items()}

    def get(self, pk: Any) -> dict[str, Any]:
        """The row as it is served."""
        root, row = self.names.roots["retrieve"], self.names.row
        return self._row(self._run(f"query ($pk: ID!) {{ answer: {root}(pk: $pk) {{ {row} }} }}", pk=pk))

    def version(self, pk: Any) -> str:
        """The row's version."""
        root, version = self.names.roots["retrieve"], self.names.version
        return str(self._run(f"query ($pk: ID!) {{ answer: {root}(pk: $pk) {{ {version} }} }}", pk=pk)[version])

    def create(self, /, **values: Any) -> dict[str, Any]:
        """The row that is created."""
        root, row = self.names.roots["create"], self.names.row
        document = f"mutation ($values: Values) {{ answer: {root}(values: $values) {{ result {{ {row} }} }} }}"
        return self._row(self._run(document, values=values)["result"])

    def update(self, pk: Any, values: dict[str, Any] | None = None, version: str | None = None, /, **more: Any) -> Any:
        """The row that is changed."""
        root, row = self.names.roots["update"], self.names.row
        document = (
            "mutation ($pk: ID!, $values: Values, $version: String) { "
            f"answer: {root}(pk: $pk, values: $values, expectedVersion: $version) {{ result {{ {row} }} }} }}"
        )
        return self._row(self._run(document, pk=pk, values={**(values or {}), **more}, version=version)["result"])

    def delete(self, pk: Any, version: str | None = None) -> int:
        """How many rows were deleted."""
        root = self.names.roots["delete"]
        document = (
            "mutation ($pk: ID!, $version: String) { "
            f"answer: {root}(pk: $pk, expectedVersion: $version) {{ deleted }} }}"
        )
        return int(self._run(document, pk=pk, version=version)["deleted"])

    def bulk_update(self, pks: list[Any], /, **values: Any) -> int:
        """How many rows were updated."""
        root = self.names.roots["bulk_update"]
        document = f"mutation ($pks: [JSON]!, $v: Values) {{ answer: {root}(pks: $pks, values: $v) {{ updated }} }}"
        return int(self._run(document, pks=pks, v=values)["updated"])

    def bulk_delete(self, pks: list[Any]) -> int:
        """How many rows were deleted."""
        root = self.names.roots["bulk_delete"]
        return int(
            self._run(f"mutation ($pks: [JSON]!) {{ answer: {root}(pks: $pks) {{ deleted }} }}", pks=pks)["deleted"]
        )

    def apply(self, *operations: dict[str, Any]) -> list[dict[str, Any]]:
        """What became of each operation."""
        root, item = self.names.roots["operations"], self.names.types["operation"]
        document = f"mutation ($o: [{item}!]!) {{ answer: {root}(operations: $o) {{ results {{ op pk }} }} }}"
        return list(self._run(document, o=list(operations))["results"])


Open = Callable[..., Writer]


def refused(call: Callable[..., Any], *arguments: Any, **values: Any) -> dict[str, list[str]]:
    """The errors of a write that is not valid, which has no effect on the log."""
    before = AdminAuditLog.objects.count()
    with pytest.raises(InvalidError) as caught:
        call(*arguments, **values)
    assert AdminAuditLog.objects.count() == before
    return caught.value.errors


@pytest.fixture
def writer() -> Open:
    """``writer(user, "testapp.Order")`` writes orders as that user."""
    return Writer
