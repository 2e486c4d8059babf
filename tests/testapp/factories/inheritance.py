"""Rows of inherited models."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.models import User

from tests.testapp.factories.rows import create, named
from tests.testapp.models import inheritance
from tests.testapp.models.shop import Tag


def make_inheritance(users: list[User], tags: list[Tag]) -> None:
    """Three or more of each level, so that a parent's list has its children's rows too."""
    memos = create(
        inheritance.Memo,
        {"name": "first", "owner": users[0], "text": "of Alice"},
        {"name": "second", "owner": users[1]},
        {"name": "third"},
    )
    create(inheritance.Letter, {"name": "to Ada", "owner": users[0]}, {"name": "to Bob"}, {"name": ""})
    named(inheritance.Place, "Old square", "New square", "Bridge")
    create(
        inheritance.Restaurant,
        {"name": "Noma", "address": "Copenhagen", "stars": 3, "serves": tags[:1]},
        {"name": "Mikla", "address": "Istanbul", "stars": 1},
        {"name": "Corner", "serves": tags},
    )
    pizzerias = create(
        inheritance.Pizzeria,
        {"name": "Da Michele", "address": "Naples", "stars": 2},
        {"name": "Sorbillo", "has_wood_oven": False},
        {"name": "Brandi", "address": "Naples", "serves": tags[1:]},
    )
    inheritance.Pizzeria.objects.filter(pk=pizzerias[1].pk).update(partner=pizzerias[0])
    bars = create(
        inheritance.Bar,
        {"name": "Blue", "address": "Berlin", "has_music": True},
        {"name": "Red", "address": "Rome"},
        {"name": "Green"},
    )
    branches = create(
        inheritance.Branch,
        {"name": "North", "code": "N/1"},
        {"name": "South", "code": "S"},
        {"name": "West", "code": "7", "address": "West End"},
    )
    create(inheritance.Book, {"title": "One"}, {"title": "Two"}, {"title": "Three"})
    create(inheritance.Article, {"headline": "Uno"}, {"headline": "Due"}, {"headline": "Tre"})
    create(
        inheritance.BookArticle,
        {"title": "Both", "headline": "Beide"},
        {"title": "Also", "headline": "Auch", "remark": "a remark"},
        {"title": "Again", "headline": "Wieder"},
    )
    places = inheritance.PlaceProxy.open.order_by("pk")
    create(
        inheritance.Critique,
        {"pizzeria": pizzerias[0], "place": places[0], "branch": branches[0], "memo": memos[0], "bars": bars},
        {"pizzeria": pizzerias[0], "place": places[1], "text": "Good."},
        {"pizzeria": pizzerias[2], "place": places[0], "branch": branches[2]},
    )
    target_model = inheritance.SwappedReference._meta.get_field("target").related_model
    for label in {"testapp.Replacement", target_model._meta.label}:
        targets = named(apps.get_model(label))
        if target_model._meta.label == label:
            create(inheritance.SwappedReference, *({"target": target} for target in targets))
