"""The walk finds each planted fault, says model, field and what went wrong, and leaves healthy models in peace."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest

from conjure import AdminConfig
from conjure.registry import registry
from conjure.testing import Report, Walk
from tests.conftest import restored_registry, unregister_all_but
from tests.planted.models import Counting, Course, Lesson, OneWay

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _alone(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    with restored_registry():
        unregister_all_but()
        yield


def walk(*models: Any, promise: str | None = None, **configs: type[AdminConfig]) -> Report:
    """The report on the models, which are all that is registered, for one promise or for all."""
    for model in models:
        registry.register(model, configs.get(model.__name__, AdminConfig))
    report, made = Report(), Walk(sample=1, promises=None if promise is None else [promise])
    with made.prepared():
        for model in models:
            report.add(made.walk_model(f"planted.{model.__name__}"))
    return report


def details(report: Report, kind: str) -> list[str]:
    return [f"{failure.model}: {failure.detail}" for failure in report.failures if failure.kind == kind]


class ComesAndGoes(AdminConfig):
    """A scope that leaves out another row each time."""

    turn = itertools.count()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.exclude(pk=keys[next(self.turn) % len(keys)]) if keys else rows


class HidesFromWrites(AdminConfig):
    """A scope that is another one for writes."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.none() if request.method == "PATCH" else rows


class AnswersLess(AdminConfig):
    """Hides a field from the answers of writes."""

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("note",) if request.method == "PATCH" else ()


class HidesFromLists(AdminConfig):
    """A scope of lists alone."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.filter(pk=rows.order_by("pk").values("pk")[:1]) if request.path.endswith(".Lesson/") else rows


class AsksForEach(AdminConfig):
    """A permission that asks the database for each row."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or Course.objects.filter(pk=obj.pk).exists()


def test_healthy_models_are_left_in_peace() -> None:
    report = walk(Course, Lesson)
    assert not report.failures, report.explain()
    assert not report.skipped


def test_rows_that_pages_lose_are_found() -> None:
    found = details(walk(Course, promise="pages_in_every_order", Course=ComesAndGoes), "pages lose or repeat rows")
    assert any("planted.Course: REST's pages ordered by" in text and "lost are [" in text for text in found), found
    assert any("the pages of the connection ordered by" in text for text in found)


def test_values_that_are_not_taken_back_are_found() -> None:
    report = walk(OneWay, promise="create")
    copies = details(report, "POST of what was read is refused")
    assert any(
        "planted.OneWay: A copy of row" in text and "for the values served of level: 'level" in text for text in copies
    ), report.explain()


def test_values_that_no_filter_takes_are_found() -> None:
    report = walk(OneWay, promise="filters")
    filters = details(report, "filter by own value")
    assert any("planted.OneWay: level of row" in text and "refuses it" in text for text in filters), report.explain()


def test_answers_of_writes_that_differ_from_the_row_are_found() -> None:
    found = details(
        walk(Course, promise="answers_of_writes", Course=AnswersLess), "answer of a write differs from the row"
    )
    assert any("planted.Course: note: None was answered" in text for text in found), found
    found = details(walk(Counting, promise="answers_of_writes"), "answer of a write differs from the row")
    assert any("planted.Counting: code: " in text and "is read" in text for text in found), found


def test_queries_that_grow_with_the_targets_are_found() -> None:
    found = details(walk(Lesson, Course, promise="growth", Course=AsksForEach), "N+1")
    assert any(
        "planted.Lesson: A list with nested courses takes" in text and "for 20" in text and "planted_course" in text
        for text in found
    ), found


def test_choices_that_are_offered_and_refused_are_found() -> None:
    report = walk(Lesson, Course, promise="offered_targets", Course=HidesFromWrites)
    found = details(report, "offered choice refused")
    assert any("planted.Lesson: course: autocomplete of planted.Course offers" in text for text in found), (
        report.explain()
    )


def test_rows_that_only_the_list_hides_are_found() -> None:
    found = details(walk(Lesson, promise="hidden_rows", Lesson=HidesFromLists), "hidden row shown")
    assert any("planted.Lesson: Row " in text and "is found by its URL" in text for text in found), found
