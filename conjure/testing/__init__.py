"""A pytest plugin that sends requests for every model of a project through both faces, and checks the answers.

``pytest -p conjure.testing --pyargs conjure.testing.test_project`` walks a project; ``Walk`` does it without pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conjure.testing.report import Failure, Report
    from conjure.testing.walk import Walk

__all__ = ["Failure", "Report", "Walk"]

pytest_plugins = ("conjure.testing.plugin",)


def __getattr__(name: str) -> Any:
    """Import on first use: pytest loads this module in every run, before Django is set up."""
    if name == "Walk":
        from conjure.testing.walk import Walk

        return Walk
    if name in ("Failure", "Report"):
        from conjure.testing import report

        return getattr(report, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
