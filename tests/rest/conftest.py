"""One row or more of every model, made once for all tests of a module that read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from tests.testapp.factories import Shop, make_everything, make_shop


@pytest.fixture(scope="module")
def everything(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """What ``make_everything`` makes, for all tests of the module; each test's own writes are rolled back to it."""
    folder = tmp_path_factory.mktemp("media")
    before, django_settings.MEDIA_ROOT = django_settings.MEDIA_ROOT, str(folder)
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_everything()
        transaction.set_rollback(True)
    django_settings.MEDIA_ROOT = before


@pytest.fixture
def shop(db: None, media_root: Path) -> Shop:
    """The ordinary shop."""
    return make_shop()
