"""Registers the second app's models with what is inferred."""

from __future__ import annotations

from conjure import AdminConfig, register
from tests.otherapp.models import Order, Product, Tag

register(Product, Tag, Order)(AdminConfig)
