"""The first build of a schema: ``python -m tests.bench.schema_build MODELS`` prints seconds and megabytes as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def main(count: int) -> dict[str, float]:
    """Make that many models of 15 fields, two of them foreign keys, and build their schema."""
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "conjure"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="for a bench only",
    )
    django.setup()
    from conjure import AdminConfig, registry
    from conjure.graphql.schema import get_schema

    for model in _make_models(count):
        registry.register(model, AdminConfig)
    before = _resident_megabytes()
    begin = time.perf_counter()
    get_schema()
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "megabytes": _resident_megabytes() - before}


def _resident_megabytes() -> float:
    """The process's memory now; its peak would be inherited from the process that started it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _make_models(count: int) -> list[Any]:
    from django.db import models

    made: list[Any] = []
    kinds: tuple[Any, ...] = (
        lambda: models.CharField(max_length=20),
        models.IntegerField,
        models.DateTimeField,
        lambda: models.DecimalField(max_digits=9, decimal_places=2),
    )
    for number in range(count):
        fields: dict[str, Any] = {f"field_{n}": kinds[n % 4]() for n in range(11)}
        fields["status"] = models.CharField(max_length=3, choices=[("a", "A"), ("b", "B")])
        if made:
            fields["parent"] = models.ForeignKey(
                made[number // 2 - 1], models.CASCADE, related_name=f"children_{number}"
            )
            fields["other"] = models.ForeignKey(made[-1], models.CASCADE, related_name=f"others_{number}")
        meta = type("Meta", (), {"app_label": "auth"})
        made.append(type(f"Model{number}", (models.Model,), {"__module__": __name__, "Meta": meta, **fields}))
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
