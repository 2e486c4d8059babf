"""One process serves clients in several languages: no answer keeps the language of the one that asked first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from graphql import get_introspection_query

from conjure import register_widget
from conjure.caches import drop_caches
from conjure.widgets import _widgets
from tests.conftest import Api, restored_registry, unregister_all_but
from tests.edges.models import Spoken, in_language

pytestmark = pytest.mark.django_db
URL = "/conjure/r/edges.Spoken/"
JSON = {"content_type": "application/json"}

Asker = Callable[[str], Any]


@pytest.fixture
def ask_as(api: Api, admin: User, settings: Any) -> Iterator[Asker]:
    """Gives a client that prefers a language, in a process that nobody has asked for anything yet."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    settings.CONJURE = {
        "BRAND": {"name": in_language("Shop", "Laden")},
        "APP_GROUPS": {"edges": in_language("Edges", "Kanten")},
    }
    with restored_registry():
        unregister_all_but(Spoken)
        drop_caches()
        yield lambda language: api(admin, headers={"accept-language": language})


ORDERS = [("de", "en", "de"), ("en", "de", "en")]


@pytest.mark.parametrize("order", ORDERS, ids=["german-first", "english-first"])
def test_schemas_are_in_the_language_of_the_request(ask_as: Asker, order: tuple[str, ...]) -> None:
    for language in order:
        client, de = ask_as(language), language == "de"
        schema = client.get("/conjure/schema/edges.Spoken/").json()
        fields = {field["name"]: field for field in schema["fields"]}
        named = [schema["verbose_name"], schema["verbose_name_plural"], schema["inlines"][0]["verbose_name"]]
        assert named == (["Spruch", "Sprüche", "Spruch"] if de else ["saying", "sayings", "saying"])
        assert [fields[name]["verbose_name"] for name in ("word", "parent")] == (
            ["Wort", "von"] if de else ["word", "of"]
        )
        assert fields["word"]["help_text"] == ("ein Wort" if de else "one word")
        say, delete = schema["actions"]
        assert (say["label"], say["confirm"]) == (("Sagen", "Wirklich?") if de else ("Say", "Really?"))
        assert delete["confirm"] == f"Delete the selected {'Sprüche' if de else 'sayings'}?"
        mood, word = say["input"]
        assert (mood["label"], word["help_text"]) == (
            ("Welche Stimmung?", "Sag es.") if de else ("Which mood?", "Say it.")
        )
        labels = [label for field in (fields["mood"], fields["called"], mood) for _, label in field["choices"]]
        assert labels == (
            ["froh", "traurig", "ruhig", "froh", "traurig"] if de else ["glad", "sad", "calm", "glad", "sad"]
        )
        [entry] = [e for e in client.get("/conjure/schema/").json()["models"] if e["model"] == "edges.Spoken"]
        assert (entry["verbose_name"], entry["group"]) == (("Spruch", "Kanten") if de else ("saying", "Edges"))
        assert client.get("/conjure/config/").json()["brand"]["name"] == ("Laden" if de else "Shop")


@pytest.mark.parametrize("order", ORDERS, ids=["german-first", "english-first"])
def test_openapi_is_in_the_language_of_the_request(ask_as: Asker, order: tuple[str, ...]) -> None:
    for language in order:
        document, de = ask_as(language).get("/conjure/openapi.json").json(), language == "de"
        properties = document["components"]["schemas"]["edges.Spoken.New"]["properties"]
        assert document["info"]["title"] == ("Laden" if de else "Shop")
        assert (properties["word"]["title"], properties["word"]["description"]) == (
            ("Wort", "ein Wort") if de else ("word", "one word")
        )
        run = document["paths"]["/r/edges.Spoken/action/say/"]["post"]
        assert run["summary"] == ("Sagen" if de else "Say")


@pytest.mark.parametrize("order", ORDERS, ids=["german-first", "english-first"])
def test_graphql_is_described_in_no_language_and_answers_in_that_of_the_request(
    ask_as: Asker, order: tuple[str, ...]
) -> None:
    full = {"query": get_introspection_query(descriptions=True)}
    bodies = [ask_as(language).post("/conjure/graphql/", full, **JSON).content.decode() for language in order]
    assert bodies[0] == bodies[1] == bodies[2]
    assert "One of the sayings." in bodies[0]
    assert "one word" in bodies[0]
    assert not any(text in bodies[0] for text in ("Spruch", "Sprüche", "ein Wort"))

    Spoken.objects.create()
    query = {"query": "{ edgesSpokens { results { _label moodDisplay calledDisplay } } }"}
    for language in order:
        rows = ask_as(language).post("/conjure/graphql/", query, **JSON).json()["data"]["edgesSpokens"]["results"]
        shown = ("ein Spruch", "froh", "ruhig") if language == "de" else ("a saying", "glad", "calm")
        assert tuple(rows[0].values()) == shown


@pytest.mark.parametrize("order", ORDERS, ids=["german-first", "english-first"])
def test_rows_exports_errors_and_widgets_are_in_the_language_of_the_request(
    ask_as: Asker, order: tuple[str, ...]
) -> None:
    row = Spoken.objects.create()
    register_widget("edges-words")(lambda request: {"word": in_language("word", "Wort")})
    try:
        for language in order:
            client, de = ask_as(language), language == "de"
            served = client.get(f"{URL}{row.pk}/").json()
            assert (served["_label"], served["mood_display"]) == (
                ("ein Spruch", "froh") if de else ("a saying", "glad")
            )
            refused = client.post(URL, {"word": "bad"}, **JSON).json()
            assert refused == {"non_field_errors": ["ein böses Wort" if de else "a bad word"]}
            wrong = client.post(URL, {"mood": "odd"}, **JSON).json()["mood"][0]
            assert ("keine gültige Option" in wrong) is de
            said = client.post(f"{URL}action/say/", {"ids": [row.pk], "input": {"mood": "sad"}}, **JSON).json()
            assert said == {"message": "Gesagt." if de else "Said.", "mood": "traurig" if de else "sad"}
            assert client.get("/conjure/widgets/edges-words/").json() == {"word": "Wort" if de else "word"}
            labels = [card["label"] for card in client.get("/conjure/widgets/model-counts/").json()["cards"]]
            assert ("Sprüche" if de else "sayings") in labels
            related = client.get(f"{URL}{Spoken.objects.create(parent=row).parent_id}/related/").json()["related"]
            assert related[0]["verbose_name"] == ("Spruch" if de else "saying")
    finally:
        del _widgets["edges-words"]
