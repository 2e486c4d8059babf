"""Deterministic rows: ``make_shop()`` for most tests, ``make_everything()`` for those that walk every model."""

from __future__ import annotations

from django.apps import apps

from tests.testapp.factories.accounts import make_accounts
from tests.testapp.factories.field_types import make_choices, make_custom, make_field_types
from tests.testapp.factories.inheritance import make_inheritance
from tests.testapp.factories.keys import make_keys
from tests.testapp.factories.relations import make_relations
from tests.testapp.factories.rows import create, day, key, moment, named, png, text_file
from tests.testapp.factories.shapes import (
    make_behaviour,
    make_labels,
    make_managers,
    make_metadata,
    make_names,
    make_orderings,
    make_wide,
)
from tests.testapp.factories.shop import Shop, make_shop, make_users

__all__ = [
    "Shop",
    "create",
    "day",
    "key",
    "make_everything",
    "make_shop",
    "make_users",
    "moment",
    "named",
    "png",
    "text_file",
]


def make_everything() -> Shop:
    """At least three rows of every model of the test apps; gives the shop among them."""
    shop = make_shop()
    make_keys()
    make_inheritance(shop.users, shop.tags)
    make_relations(shop)
    make_field_types()
    make_choices()
    make_custom(shop.tags)
    make_managers()
    make_labels(shop)
    make_orderings(shop)
    make_names(shop)
    make_metadata()
    make_behaviour()
    make_wide(shop)
    make_accounts()
    if apps.is_installed("tests.pgapp"):
        from tests.pgapp.factories import make_postgresql

        make_postgresql()
    return shop
