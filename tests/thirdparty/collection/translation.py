"""Which texts have a column for each language."""

from modeltranslation.translator import TranslationOptions, register

from tests.thirdparty.collection.models import News


@register(News)
class NewsTranslation(TranslationOptions):
    """Title and body, the title required in one language."""

    fields = ("title", "body")
    required_languages = ("en",)
