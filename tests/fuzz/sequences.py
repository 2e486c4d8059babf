"""Sequences of steps: taken, judged, and where something is wrong made as short as it stays so."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from conjure.specs.build import get_specs
from conjure.testing.requests import savepoints
from tests.fuzz.judging import Judge
from tests.fuzz.project import MODELS, Person, leaks_in_the_log_table
from tests.fuzz.steps import STEPS, World, take_step

Steps = list[tuple[str, int]]
LENGTH = 25
MOST_FAULTS = 5
_MAX_TRIALS = 60
# How often kinds of steps are taken.
_WEIGHTS = {
    **dict.fromkeys(("update", "look", "page", "aggregate", "ask"), 3),
    **dict.fromkeys(("create", "bulk", "export", "history", "mutate", "twice"), 2),
}


@dataclass(frozen=True)
class Fault:
    """Something that is wrong: what, in which call, and the steps that lead to it."""

    what: str
    steps: Steps
    calls: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        steps = " ".join(f"{kind}:{number}" for kind, number in self.steps)
        calls = "".join(f"\n    {call}" for call in self.calls)
        return f"{self.what}\n  CONJURE_FUZZ_STEPS='{steps}'{calls}"


class Fuzz:
    """Takes sequences of steps in a project of canaries. What they write is undone after each."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = list(people)
        self.judge = Judge(self.people)
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.calls = 0
        self.succeeded: Counter[str] = Counter()

    def run(self, steps: Steps) -> Fault | None:
        """Take the steps until something is wrong, and give that."""
        names = {model._meta.label for model in MODELS} | {"conjure.AdminAuditLog"}
        world = World(people=self.people, specs=[spec for spec in get_specs() if spec.key in names])
        with savepoints(undo=True):
            for number, (kind, choice) in enumerate(steps, 1):
                before = len(world.answers)
                take_step(kind, choice, world)
                new = world.answers[before:]
                self.calls += len(new)
                for answer in new:
                    self.statuses[answer.call.method, answer.status] += 1
                    self.succeeded[kind] += answer.ok
                found = [problem for answer in new for problem in self.judge.problems(answer)]
                found += world.unequal
                found += [f"the log table holds {text}" for text in self._logged(kind)]
                if found:
                    return Fault(found[0], list(steps[:number]), [str(answer) for answer in world.answers[-4:]])
        return None

    @staticmethod
    def _logged(kind: str) -> list[str]:
        return leaks_in_the_log_table() if kind in ("create", "update", "bulk", "act", "upload", "export") else []

    def shorten(self, fault: Fault) -> Fault:
        """The shortest sequence that can be had by leaving out steps, with which the same is wrong."""
        trials = 0
        size = max(1, len(fault.steps) // 2)
        while size and trials < _MAX_TRIALS:
            start = 0
            while start < len(fault.steps) - 1 and trials < _MAX_TRIALS:
                fewer = [*fault.steps[:start], *fault.steps[start + size :]]
                trials += 1
                again = self.run(fewer) if fewer else None
                if again is not None and again.what == fault.what:
                    fault = again
                else:
                    start += size
            size //= 2
        return fault

    def search(
        self, seed: str, seconds: float, *, most: int = MOST_FAULTS, say: Callable[[str], object] = print
    ) -> list[Fault]:
        """Sequences until the time is over or that many faults are found; gives these, one of each kind."""
        end = time.monotonic() + seconds
        found: dict[str, Fault] = {}
        number = 0
        while time.monotonic() < end and len(found) < most:
            random = Random(f"{seed}:{number}")
            number += 1
            fault = self.run(list(make_up(random, LENGTH)))
            if fault is not None and fault.what not in found:
                found[fault.what] = fault = self.shorten(fault)
                say(str(fault))
        say(f"{number} sequences, {self.calls} calls, seed {seed}: {len(found)} faults")
        return list(found.values())


def read_steps(text: str) -> Steps:
    """The steps as a fault prints them. Raise ValueError for anything else."""
    return [(kind, int(number)) for kind, _, number in (each.partition(":") for each in text.split())]


def make_up(random: Random, length: int) -> Iterator[tuple[str, int]]:
    """A sequence of that many steps."""
    kinds = list(STEPS)
    weights = [_WEIGHTS.get(kind, 1) for kind in kinds]
    for kind in random.choices(kinds, weights, k=length):
        yield kind, random.randrange(10**6)
