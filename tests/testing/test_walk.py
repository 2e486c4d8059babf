"""Every model of the test apps, walked through both faces by the plugin that ships with the package."""

from __future__ import annotations

from conjure.testing.test_project import test_model_keeps_its_promises, test_project_keeps_its_promises

__all__ = ["test_model_keeps_its_promises", "test_project_keeps_its_promises"]
