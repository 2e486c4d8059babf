"""What a walk did and what it found: models, requests, and failures by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One broken promise: its kind, the model, the request and what was seen."""

    kind: str
    model: str
    request: str
    detail: str

    def __str__(self) -> str:
        return f"[{self.kind}] {self.model}: {self.request}\n    {self.detail}"


@dataclass(kw_only=True)
class Report:
    """The sum of one or more walks. ``skipped`` gives the reason why a model, or a part of one, was not walked."""

    models: set[str] = field(default_factory=set)
    requests: int = 0
    failures: list[Failure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        """Add another report's numbers and failures."""
        self.models |= other.models
        self.requests += other.requests
        self.failures += other.failures
        self.skipped.update(other.skipped)

    def by_kind(self) -> dict[str, int]:
        """The number of failures of each kind, the most frequent first."""
        return dict(Counter(failure.kind for failure in self.failures).most_common())

    def to_data(self) -> dict[str, Any]:
        """The report as JSON can hold it, to be sent between processes."""
        return {
            "models": sorted(self.models),
            "requests": self.requests,
            "failures": [asdict(failure) for failure in self.failures],
            "skipped": self.skipped,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Report:
        """The report that ``to_data`` gave."""
        failures = [Failure(**failure) for failure in data["failures"]]
        return cls(models=set(data["models"]), requests=data["requests"], failures=failures, skipped=data["skipped"])

    def summary(self) -> Iterator[str]:
        """The report as lines for a terminal."""
        yield f"{len(self.models)} models, {self.requests} requests, {len(self.failures)} failures"
        for kind, number in self.by_kind().items():
            yield f"  {number:>6} {kind}"
        for name, reason in sorted(self.skipped.items()):
            yield f"  not walked: {name}: {reason}"

    def explain(self, shown: int = _SHOWN) -> str:
        """The failures in full, up to ``shown`` of each kind."""
        lines: list[str] = []
        seen: Counter[str] = Counter()
        for failure in self.failures:
            seen[failure.kind] += 1
            if seen[failure.kind] <= shown:
                lines.append(str(failure))
        lines += [f"[{kind}] and {number - shown} more" for kind, number in seen.items() if number > shown]
        return "\n".join(lines)
