"""Registers the PostgreSQL models with what is inferred."""

from __future__ import annotations

from conjure import AdminConfig, register
from tests.pgapp.models import ArrayKeyReference, Arrays, HStores, Ranges, SearchVectors

register(Arrays, Ranges, HStores, SearchVectors, ArrayKeyReference)(AdminConfig)
