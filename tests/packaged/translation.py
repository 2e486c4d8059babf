"""Which texts have a column for each language."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from tests.packaged.models import Story


@register(Story)
class StoryTranslation(TranslationOptions):
    """Title and body; a title is required in English alone."""

    fields = ("title", "body")
    required_languages = ("en",)
