"""Projects that were drawn once and broke a promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conjure.testing.walk import Walk
from tests.generated.building import built
from tests.generated.drawing import FieldPlan, ModelPlan, RelationPlan

TEXT = FieldPlan("text", "CharField", {"max_length": 20})

PLANS = {
    # The key of the rows that the links lead to is a relation itself, which has few lookups.
    "links to rows whose key is a relation": [
        ModelPlan(key="char", fields=[TEXT]),
        ModelPlan(key="relation", fields=[TEXT]),
        ModelPlan(key="auto", fields=[TEXT], relations=[RelationPlan("others", "many_to_many", 1, {"blank": True})]),
    ],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("plans", PLANS.values(), ids=PLANS)
def test_it_keeps_all_promises(plans: list[ModelPlan], tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    with built(plans):
        report = Walk(sample=2).run()
    assert not report.failures, report.explain()
