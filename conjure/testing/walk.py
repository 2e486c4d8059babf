"""The walk: asks of every registered model everything that can be generated for it, and undoes each model's writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from conjure.registry import registry
from conjure.specs.build import get_specs
from conjure.specs.models import ModelSpec
from conjure.testing.context import WalkContext
from conjure.testing.crowds import make_crowd
from conjure.testing.probe import Probe
from conjure.testing.promises import CROWD_PROMISES, MODEL_PROMISES, PROJECT_PROMISES
from conjure.testing.report import Failure, Report
from conjure.testing.requests import describe_exception, printable, savepoints
from conjure.testing.rows import RowMaker, has_table
from conjure.testing.users import Users

Promise = Callable[[Any], None]
DEFAULT_SAMPLE = 3
_PROJECT = "(project)"


@dataclass(kw_only=True)
class Walk:
    """Walks models and gives reports.

    ``sample`` is how many of each kind of thing are tried (rows, lookups, garbage values), all of them for None;
    ``seed`` decides which. ``promises`` names those that are verified, as the table in the documentation names them,
    all of them for None. Call ``walk_model`` within ``prepared()``, or ``run()`` for everything at once::

        report = Walk(sample=1).run()
        assert not report.failures, report.explain()
    """

    sample: int | None = DEFAULT_SAMPLE
    seed: int = 0
    promises: Collection[str] | None = None
    maker: RowMaker = field(default_factory=RowMaker)

    @contextmanager
    def prepared(self, make_rows: Callable[[], object] | None = None) -> Iterator[Walk]:
        """Make users and rows (``make_rows`` first, then some for every empty table), and undo all at the end."""
        with savepoints(undo=True):
            if make_rows is not None:
                make_rows()
            users = Users(self.maker)
            self._context = WalkContext(sample=self.sample, seed=self.seed, users=users, maker=self.maker)
            self._why_empty = {key: self.maker.fill(config.model) for key, config in registry.items()}
            # Rows that lacked rows of others to point to may find them now.
            self.maker.failed.clear()
            still_empty = [(key, config) for key, config in registry.items() if self._why_empty[key]]
            self._why_empty |= {key: self.maker.fill(config.model) for key, config in still_empty}
            yield self

    def run(self) -> Report:
        """Walk every registered model and the project, and give what was found."""
        total = Report()
        with self.prepared():
            for key in registry:
                total.add(self.walk_model(key))
            total.add(self.walk_project())
        return total

    def walk_model(self, key: str) -> Report:
        """Walk one model and give what was found on it."""
        report = Report(models={key})
        spec = get_specs().get(key)
        if spec is None:
            report.skipped[key] = "it is left out of the schema"
        elif not has_table(spec.model):
            report.skipped[key] = "it has no table"
        else:
            reason = self._why_empty.get(key)
            if reason:
                report.skipped[key] = reason
            self._context.users.report_to(report, key)
            probe = Probe(self._context, spec, report)
            for promise in self._wanted(MODEL_PROMISES):
                _verify(promise, probe, report, key)
            with savepoints(undo=True):
                self._walk_crowd(spec, report)
        return report

    def _walk_crowd(self, spec: ModelSpec, report: Report) -> None:
        """Make many rows of a model and verify what only they show."""
        if not spec.options.managed or spec.key in report.skipped or not self._wanted(CROWD_PROMISES):
            return
        models = [config.model for _, config in registry.items()]
        reason = make_crowd(self.maker, spec.model, self._context.crowd[-1], models)
        if reason:
            report.skipped[f"many rows of {spec.key}"] = reason
        probe = Probe(self._context, spec, report)
        for promise in self._wanted(CROWD_PROMISES):
            _verify(promise, probe, report, spec.key)

    def _wanted(self, promises: Iterable[Promise]) -> list[Promise]:
        named = [(promise.__name__.removeprefix("verify_"), promise) for promise in promises]
        return [promise for name, promise in named if self.promises is None or name in self.promises]

    def walk_project(self) -> Report:
        """Walk what belongs to no one model: schema, widgets, requests made up at random."""
        report = Report()
        self._context.users.report_to(report, _PROJECT)
        for promise in self._wanted(PROJECT_PROMISES):
            _verify(promise, self._context, report, _PROJECT)
        return report


def _verify(promise: Promise, subject: Any, report: Report, key: str) -> None:
    try:
        with savepoints(undo=True):
            promise(subject)
    except Exception as error:  # noqa: BLE001 - the code of an odd model may raise anything: a finding, not the end
        detail = printable(describe_exception(error))
        report.failures.append(Failure(kind="promise not verified", model=key, request=promise.__name__, detail=detail))
