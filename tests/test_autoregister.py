"""``AUTO_REGISTER``: what nobody registered is served, its secrets are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conjure.autoregister import register_remaining_models
from conjure.registry import registry
from tests.conftest import restored_registry
from tests.testapp.models import Customer


@pytest.fixture
def _nobody_registered_customers() -> Iterator[None]:
    with restored_registry():
        registry.unregister(Customer)
        register_remaining_models()
        yield


@pytest.mark.usefixtures("_nobody_registered_customers")
def test_fields_whose_names_speak_of_secrets_are_excluded() -> None:
    config = registry.for_model(Customer)
    assert config is not None
    assert list(config.exclude) == ["api_token"]
