"""Sequences of calls on both faces, for ``CONJURE_FUZZ_SECONDS``; ``make fuzz`` runs them for an hour."""

from __future__ import annotations

import os
import secrets

import pytest

from tests.fuzz.sequences import Fuzz, read_steps

pytestmark = pytest.mark.django_db

SECONDS = float(os.environ.get("CONJURE_FUZZ_SECONDS", "5"))


def test_every_answer_is_by_contract_and_holds_nothing_hidden(fuzz: Fuzz) -> None:
    steps = os.environ.get("CONJURE_FUZZ_STEPS")
    if steps:
        fault = fuzz.run(read_steps(steps))
        faults = [fault] if fault else []
    else:
        seed = os.environ.get("CONJURE_TEST_SEED") or str(secrets.randbelow(10**6))
        faults = fuzz.search(seed, SECONDS, most=int(os.environ.get("CONJURE_FUZZ_FAULTS", "5")))
        print(sorted(fuzz.statuses.items()), dict(fuzz.succeeded), sep="\n")
        assert fuzz.calls
    assert not faults, "\n\n".join(map(str, faults))
