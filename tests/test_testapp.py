"""The test apps themselves: every table is there, and the factories fill it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import checks
from django.db import models, transaction

from conjure import registry
from tests.testapp.factories import make_everything

pytestmark = pytest.mark.django_db

APPS = [app for app in ("testapp", "otherapp", "pgapp") if apps.is_installed(f"tests.{app}")]
ROWS = 3


def all_rows(model: Any) -> models.QuerySet[Any]:
    """The rows of the table, whatever the model's managers hide."""
    return models.QuerySet(model)


def test_the_factories_make_three_rows_of_every_model(media_root: Path) -> None:
    make_everything()
    counts = {
        model._meta.label: all_rows(model).count() for app in APPS for model in apps.get_app_config(app).get_models()
    }
    assert {label: count for label, count in counts.items() if count < ROWS} == {}


def test_the_factories_make_the_same_rows_each_time(media_root: Path) -> None:
    fields = {
        model: [
            field.attname
            for field in model._meta.concrete_fields
            if field.column and not field.is_relation and not isinstance(field, models.AutoField | models.FileField)
        ]
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed and model.__name__ not in {"Corrupt", "GenericItem"}
    }

    def read() -> dict[str, Any]:
        return {
            model._meta.label: sorted(repr(row) for row in all_rows(model).order_by().values_list(*names))
            for model, names in fields.items()
            if names
        }

    runs = []
    for _ in range(2):
        with transaction.atomic():
            make_everything()
            runs.append(read())
            transaction.set_rollback(True)
    assert runs[0] == runs[1]


def test_the_test_apps_register_every_model() -> None:
    missing = [model for app in APPS for model in apps.get_app_config(app).get_models() if model not in registry]
    assert missing == []


def test_the_test_apps_pass_djangos_own_checks() -> None:
    configs = [apps.get_app_config(app) for app in APPS]
    messages = checks.run_checks(app_configs=configs, tags=[checks.Tags.models, checks.Tags.database])
    assert [message for message in messages if message.level >= checks.ERROR] == []
