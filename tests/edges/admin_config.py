"""Registers every model of the app: with what is inferred, but for paths to filter by."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps

from conjure import AdminConfig, action, register
from tests.edges.models import Bounded, Listed, Mood, Spoken, in_language


@dataclass
class AmountForm:
    """A form that asks for a decimal."""

    amount: Decimal


@register(Bounded)
class BoundedConfig(AdminConfig):
    """Can be filtered across a relation, and has an action that tells the digits of its input."""

    list_filter = ("small", "tick__number")
    actions = ("export", "tell")

    @action(input=AmountForm)
    def tell(self, request: Any, queryset: Any, input: AmountForm) -> dict[str, Any]:  # noqa: A002 - conjure's name
        """Answer the digits that were sent."""
        return {"digits": str(input.amount)}


@register(Listed)
class ListedConfig(AdminConfig):
    """Can be filtered across a relation, and exported."""

    list_filter = ("name", "same__name")
    actions = ("export",)


@dataclass
class SayForm:
    """A form whose texts are translated."""

    mood: Mood = field(metadata={"label": in_language("Which mood?", "Welche Stimmung?")})
    word: str = field(default="", metadata={"help_text": in_language("Say it.", "Sag es.")})


@register(Spoken)
class SpokenConfig(AdminConfig):
    """Its action and its inline have translated texts."""

    inlines = ((Spoken, "parent"),)
    actions = ("say", "delete_selected")

    @action(label=in_language("Say", "Sagen"), confirm=in_language("Really?", "Wirklich?"), input=SayForm)
    def say(self, request: Any, queryset: Any, input: SayForm) -> dict[str, Any]:  # noqa: A002 - conjure's name
        """Answer in the language of whoever asks."""
        return {"message": in_language("Said.", "Gesagt."), "mood": input.mood.label}


OWN = {Bounded, Listed, Spoken}
register(*(model for model in apps.get_app_config("edges").get_models() if model not in OWN))(AdminConfig)
