"""One model on the walk: its rows, its names, and how answers about it are compared."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.test import RequestFactory

from conjure.graphql.context import Context
from conjure.graphql.fields.keys import parse_pk
from conjure.graphql.names import find_names
from conjure.graphql.schema import get_schema
from conjure.specs.fields import FieldSpec
from conjure.specs.models import ModelSpec
from conjure.testing.context import WalkContext
from conjure.testing.report import Report
from conjure.testing.requests import Answer, Caller, describe_exception, savepoints
from conjure.testing.rows import base_rows
from conjure.testing.users import fresh_user

T = TypeVar("T")


class Probe:
    """One model on the walk, with what promises need of it: its rows as a superuser reads them, its names, callers."""

    def __init__(self, context: WalkContext, spec: ModelSpec, report: Report) -> None:
        self.context = context
        self.spec = spec
        self.report = report
        self.key = spec.key
        self.users = context.users
        self.caller = context.users.superuser
        self.url = f"r/{quote(spec.key)}/"
        self.random = random.Random(f"{context.seed}:{spec.key}")  # noqa: S311 - which samples are taken guards nothing

    def fail(self, kind: str, answer: Answer, detail: str = "") -> None:
        """Report a broken promise."""
        self.caller.fail(kind, answer, detail)

    def expect(self, answer: Answer, *statuses: int, kind: str = "status", detail: str = "") -> bool:
        """Whether the answer has one of the statuses; report it if not (a 5xx has been reported already)."""
        if answer.status in statuses and not answer.errors:
            return True
        if answer.status < 500:
            self.fail(kind, answer, detail or f"expected {' or '.join(map(str, statuses))}:")
        return False

    def sample(self, items: Iterable[T], number: int | None = None) -> Sequence[T]:
        """A sample of the items, in their order; ``number`` of them, else as many as the walk's ``sample`` says."""
        all_items = list(items)
        wanted = self.context.sample if number is None else number
        if self.context.sample is None or wanted is None or len(all_items) <= wanted:
            return all_items
        chosen = sorted(self.random.sample(range(len(all_items)), wanted))
        return [all_items[index] for index in chosen]

    def sample_fields(self, fields: Iterable[FieldSpec]) -> Sequence[FieldSpec]:
        """A sample of a model's fields, which is larger than one of its rows."""
        return self.sample(fields, self.context.fields)

    # The model's rows and names.

    @cached_property
    def first_page(self) -> Answer:
        """The first page of the list, with 200 rows."""
        return self.caller.get(self.url, page_size=200)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the first page."""
        body = self.first_page.body
        return list(body["results"]) if self.first_page.ok and isinstance(body, dict) else []

    @property
    def is_walkable(self) -> bool:
        """Whether the model has rows that can be read."""
        return bool(self.rows)

    @cached_property
    def manager_fails(self) -> str | None:
        """Why the model's own default manager gives no rows, None where it does."""
        request = self.request_of(self.caller)
        try:
            with savepoints():
                self.spec.config.get_queryset(request).exists()
        except Exception as first:  # noqa: BLE001 - a project's manager may raise anything
            try:
                self.spec.model._default_manager.db_manager(base_rows(self.spec.model).db).exists()
            except Exception:  # noqa: BLE001 - its own manager alone may raise too
                return describe_exception(first)
        return None

    def request_of(self, caller: Caller) -> Any:
        """A request of the caller's user, for hooks."""
        request = RequestFactory().get("/")
        request.user = AnonymousUser() if caller.user is None else fresh_user(caller)
        return request

    def identity(self, row: dict[str, Any]) -> str:
        """What distinguishes a REST row from the others: its pk, or all of it where the pk is excluded."""
        pk = self.pk_of(row)
        return repr(row) if pk is None else pk

    def pk_of(self, row: dict[str, Any]) -> str | None:
        """The row's pk as text, None where it is excluded."""
        value = row.get(self.spec.pk_name)
        return None if value is None else str(value)

    def row_url(self, row: dict[str, Any]) -> str:
        """The path of the row."""
        return f"{self.url}{quote(str(self.pk_of(row)), safe='')}/"

    @cached_property
    def addressable(self) -> list[dict[str, Any]]:
        """The rows that have a URL of their own."""
        return [row for row in self.rows if self.pk_of(row) not in (None, "", "autocomplete", "bulk", "action")]

    @cached_property
    def fields(self) -> list[FieldSpec]:
        """The served fields that can be read from the database for every row."""
        return [field for field in self.spec.fields if self._is_readable(field)]

    def _is_readable(self, field: FieldSpec) -> bool:
        if field.is_many:
            return True
        try:
            with savepoints():
                list(base_rows(self.spec.model).values_list(field.attname)[:200])
        except Exception:  # noqa: BLE001 - a custom field may raise anything
            return False
        return True

    def identifies(self, field: FieldSpec, row: dict[str, Any], value: Any) -> bool:
        """Whether the served value finds the row again; custom fields may serve only a part of what they hold."""
        value_field: Any = field.value_field
        # In a view on SQLite a computed column compares with nothing but its own type.
        is_plain = type(value_field).__module__.startswith("django.") and self.spec.options.managed
        # SQLite keeps decimals as floats, which hold 15 digits.
        is_plain = is_plain and not isinstance(value_field, models.DecimalField)
        if value is None:
            return True
        if is_plain:
            return field.is_many or self._is_shown_as_stored(field, row)
        if self._finds_by_its_own_value(field, row, value):
            return True
        try:
            stored = value_field.to_python(value)
            with savepoints():
                return bool(self.find(row).filter(**{field.name: stored}).exists())
        except Exception:  # noqa: BLE001 - a custom field may raise anything
            return False

    def _finds_by_its_own_value(self, field: FieldSpec, row: dict[str, Any], served: Any) -> bool:
        """Whether Django itself finds the row by the value that the model's own code has of the column.

        Not if what is served is another value to the field: a text of several languages is served in one of them.
        """
        if field.is_many:
            return False
        try:
            with savepoints():
                value = getattr(self.find(row).get(), field.attname)
                found = value is not None and bool(self.find(row).filter(**{field.attname: value}).exists())
        except Exception:  # noqa: BLE001 - a custom field may raise anything
            return False
        return found and _is_same(field.value_field, value, served)

    def _is_shown_as_stored(self, field: FieldSpec, row: dict[str, Any]) -> bool:
        """Whether the model's own ``__init__`` leaves the column's value as it is."""
        try:
            with savepoints():
                found = self.find(row)
                stored = found.values_list(field.attname, flat=True).first()
                return bool(getattr(found.first(), field.attname) == stored)
        except Exception:  # noqa: BLE001 - a project's model may raise anything
            return False

    def find(self, row: dict[str, Any]) -> Any:
        """The row of the table, as a queryset, whatever the managers hide."""
        return base_rows(self.spec.model).filter(pk=parse_pk(self.spec, str(self.pk_of(row))))

    @cached_property
    def names(self) -> dict[str, str]:
        """The GraphQL name of each value of a REST row."""
        model_names = find_names(self.key, Context(self.request_of(self.caller)))
        words = model_names.row.replace(": ", ":").split()
        pairs = [word.partition(":") for word in words]
        return {model_names.renamed.get(alias, alias): name or alias for alias, _, name in pairs}

    @cached_property
    def selection(self) -> str:
        """The GraphQL selection of everything that a REST row has, without aliases, whose number is limited."""
        return " ".join(dict.fromkeys(self.names.values()))

    @property
    def key_selection(self) -> str:
        """The GraphQL name of the primary key."""
        return self.names[self.spec.pk_name]

    def has_root(self, operation: str) -> bool:
        """Whether the schema has the model's root field for an operation."""
        return get_schema().has_root(self.spec.roots[operation])

    def rename(self, row: dict[str, Any]) -> dict[str, Any]:
        """A GraphQL row, selected by ``selection``, under the names of the REST row."""
        return {rest: row[name] for rest, name in self.names.items()}

    def list_by_graphql(self, **arguments: tuple[str, Any]) -> Answer:
        """A GraphQL list with arguments as ``name=(type, value)``; its data are under ``list``."""
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in arguments.items())
        passed = ", ".join(f"{name}: ${name}" for name in arguments)
        head, call = (f"({declared})", f"({passed})") if arguments else ("", "")
        document = (
            f"query {head} {{ list: {self.spec.roots['list']}{call} "
            f"{{ totalCount pageInfo {{ offset limit page }} results {{ {self.selection} }} }} }}"
        )
        return self.caller.gql(document, **{name: value for name, (_, value) in arguments.items()})

    def rows_of(self, answer: Answer) -> list[dict[str, Any]]:
        """The rows of a list, of either face, under REST names."""
        if isinstance(answer.body, dict) and "results" in answer.body:
            return list(answer.body["results"])
        if answer.data and answer.data.get("list"):
            return [self.rename(row) for row in answer.data["list"]["results"]]
        return []

    def agree(self, rest: Answer, graphql: Answer, what: str) -> bool:
        """Whether the lists of both faces are the same; report it if not."""
        if rest.outcome != graphql.outcome:
            self.fail("faces disagree", graphql, f"{what}: REST {rest.request} says {rest.outcome}:")
            return False
        given, expected = self.rows_of(graphql), self.rows_of(rest)
        if given == expected:
            return True
        self.fail("faces disagree", graphql, f"{what}: {first_difference(expected, given)}:")
        return False


def first_difference(expected: Sequence[dict[str, Any]], given: Sequence[dict[str, Any]]) -> str:
    """Where two lists of rows differ first."""
    if len(expected) != len(given):
        return f"{len(expected)} rows by REST, {len(given)} by GraphQL"
    for number, (one, other) in enumerate(zip(expected, given, strict=True)):
        for name in {**one, **other}:
            if one.get(name) != other.get(name):
                return f"row {number}, {name}: {one.get(name)!r} by REST, {other.get(name)!r} by GraphQL"
    return "no difference"


def _is_same(field: Any, value: Any, served: Any) -> bool:
    """Whether the field takes what is served as the value; one that takes it as nothing at all has yet to be asked."""
    try:
        return bool(field.to_python(served) == value)
    except Exception:  # noqa: BLE001 - a custom field may raise anything
        return True
