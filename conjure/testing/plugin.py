"""The pytest side of the walk: options, fixtures, one test for each model, and a summary at the end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conjure.testing.walk import Walk

REPORT = "conjure_report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--conjure-full``, ``-sample``, ``-models``, ``-seed`` and ``-report``."""
    group = parser.getgroup("conjure", "conjure: walk every registered model")
    add = group.addoption
    add("--conjure-full", action="store_true", help="Try every row, lookup and garbage value, not a sample.")
    add("--conjure-sample", type=int, default=3, metavar="N", help="How many of each are tried for each thing (3).")
    add("--conjure-models", type=int, metavar="N", help="How many models are walked (all of them).")
    add("--conjure-seed", type=int, default=0, metavar="N", help="Which ones: the same number asks the same (0).")
    add("--conjure-report", metavar="FILE", help="Write the whole report there, as JSON.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``conjure_model`` runs once for each registered model."""
    if "conjure_model" in metafunc.fixturenames:
        # Late, because pytest loads this plugin before Django is set up; the same goes for the imports below.
        from conjure.registry import registry

        options = metafunc.config.option
        keys = list(registry)
        if not options.conjure_full and 0 < (options.conjure_models or 0) < len(keys):
            chosen = set(random.Random(options.conjure_seed).sample(keys, options.conjure_models))  # noqa: S311 - no secret
            keys = [key for key in keys if key in chosen]
        metafunc.parametrize("conjure_model", keys)


@pytest.fixture(scope="session")
def conjure_rows() -> Callable[[], object] | None:
    """Override it to give a function that makes the rows to walk on; empty tables are filled in any case."""
    return None


@pytest.fixture(scope="module")
def conjure_walk(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    conjure_rows: Callable[[], object] | None,
) -> Iterator[Walk]:
    """A prepared walk; everything that it and its tests write is rolled back at the end of the module."""
    from django.test import override_settings

    from conjure.testing.walk import Walk

    options = request.config.option
    sample = None if options.conjure_full else options.conjure_sample
    folder = request.getfixturevalue("tmp_path_factory").mktemp("media")
    walk = Walk(sample=sample, seed=options.conjure_seed)
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=str(folder)), walk.prepared(conjure_rows):
        yield walk


@pytest.fixture
def conjure_expect_no_failures(request: pytest.FixtureRequest) -> Callable[[Any], None]:
    """A function that adds a report to the summary, and fails the test if the report has failures."""

    def expect_no_failures(report: Any) -> None:
        request.node.user_properties.append((REPORT, report.to_data()))
        if report.failures:
            pytest.fail(report.explain(), pytrace=False)

    return expect_no_failures


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sum the reports up, those of other processes included."""
    from conjure.testing.report import Report

    total, seen = Report(), False
    for reports in terminalreporter.stats.values():
        for test in reports:
            if getattr(test, "when", None) != "call":
                continue
            for name, data in getattr(test, "user_properties", ()):
                if name == REPORT:
                    total.add(Report.from_data(data))
                    seen = True
    if not seen:
        return
    if terminalreporter.config.option.conjure_report:
        Path(terminalreporter.config.option.conjure_report).write_text(json.dumps(total.to_data(), indent=1))
    terminalreporter.section("conjure walk")
    for line in total.summary():
        terminalreporter.write_line(line)
