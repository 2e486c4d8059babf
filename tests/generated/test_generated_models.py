"""Models that nobody thought of keep the promises too: hypothesis draws them, and the walk goes over their tables.

``CONJURE_TEST_SEED=7`` draws what 7 draws; without it each run draws others, and ``python -m tests`` prints its seed.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, reject, seed, settings

from conjure.testing.walk import Walk
from tests.generated.building import UnusableProjectError, built
from tests.generated.drawing import ModelPlan, projects

SEED = int(os.environ.get("CONJURE_TEST_SEED") or random.SystemRandom().randrange(10**6))
# `make walk` sets it; without it a run takes some seconds.
EXAMPLES = int(os.environ.get("CONJURE_TEST_PROJECTS") or 3)


@pytest.mark.django_db(transaction=True)
def test_models_that_are_made_up_keep_all_promises(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    walk_projects()


@seed(SEED)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # A walk takes seconds, so that to look for the smallest plan that fails would take very long.
    phases=[Phase.generate],
)
@given(projects())
def walk_projects(plans: list[ModelPlan]) -> None:
    """Walk one project, and fail with what was found, the plan of the models and the seed."""
    note(f"CONJURE_TEST_SEED={SEED}\n{pformat(plans, width=118)}")
    try:
        with built(plans):
            report = Walk(sample=1, seed=SEED).run()
    except UnusableProjectError:
        reject()
    assert not report.failures, report.explain()
