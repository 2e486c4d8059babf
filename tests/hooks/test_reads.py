"""A hook that raises while rows are read costs one value at most: every request serves every row, in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.hooks.conftest import World
from tests.hooks.errors import SECRET, errors_for, faces_for
from tests.hooks.faces import GraphQL
from tests.hooks.raising import raising


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A hook that raises: ``shown`` is what is served instead, as ``{key: (value, what takes its place)}``.

    ``refused`` are the places where it is the client's value that is refused.
    """

    model: str
    shown: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    always: bool = False


COMPARED = frozenset({"code", "code__in"})
LABELS = dict.fromkeys(("_label", "owner_label", "label"), ("bad one", "Owner ({pk})"))
NO_CODE, NO_FILE = {"code": ("bad one", None)}, {"file": ("*bad one.txt", None)}
HOOKS = {
    "from_db_value": Hook(model="Item", shown=NO_CODE),
    "to_python": Hook(model="Item", refused=COMPARED),
    "get_prep_value": Hook(model="Item", refused=COMPARED),
    "get_db_prep_value": Hook(model="Item", refused=COMPARED),
    "get_db_prep_save": Hook(model="Item"),
    "clean of a field": Hook(model="Item"),
    "value_to_string": Hook(model="Item"),
    "value_from_object": Hook(model="Item"),
    "formfield": Hook(model="Item", always=True),
    "__get__": Hook(model="Item", shown={"told": ("bad one", None)}),
    "__set__": Hook(model="Item"),
    "storage url": Hook(model="Item", shown=NO_FILE),
    "storage open": Hook(model="Item"),
    "storage size": Hook(model="Item"),
    "storage exists": Hook(model="Item"),
    "choices": Hook(model="Item", shown={"kind_display": ("New", "new")}, always=True),
    "default": Hook(model="Item", always=True),
    "__init__": Hook(model="Owner"),
    "from_db": Hook(model="Owner"),
    "__str__": Hook(model="Owner", shown=LABELS),
    "get_mood_display": Hook(model="Owner", shown={"mood_display": ("Low", "Bad")}),
    "clean": Hook(model="Owner"),
    "post_init": Hook(model="Visit"),
}


Place = tuple[list[str], Callable[[], Any]]
"""The faces that have it, none for both, and the request, which gives anything that holds rows."""


def places(name: str, world: World, model: str) -> dict[str, Place]:
    """The requests of one face, by name."""
    face, graphql, keys = world.faces[name], world.faces["graphql"], world.keys[model]
    text = {"Owner": "stamp", "Item": "code", "Visit": "name"}[model]
    more = ["told"] if model == "Item" else []

    def data(answer: Any) -> Any:
        return answer.data if answer.code == "OK" else answer.code

    def pages() -> Any:
        return [data(face.list(model, page_size=2, page=page)) for page in (1, 2)]

    both: dict[str, Callable[[], Any]] = {
        "list": lambda: data(face.list(model)),
        "pages": pages,
        "ordering": lambda: data(face.list(model, ordering=f"-{text}")),
        "search": lambda: data(face.list(model, search="ONE")),
        text: lambda: data(face.list(model, **{text: "bad one"})),
        f"{text}__in": lambda: data(face.list(model, **{f"{text}__in": "bad one,good one"})),
        f"{text}__icontains": lambda: data(face.list(model, **{f"{text}__icontains": "bad"})),
        "detail": lambda: [data(face.row(model, pk)) for pk in keys],
        "autocomplete": lambda: data(face.autocomplete(model, "one")),
        "related": lambda: [data(face.related(model, pk)) for pk in keys],
        "export": lambda: face.export(model, keys),
    }
    own: dict[str, Callable[[], Any]] = {
        "connection": lambda: [list(walk(graphql, model, order)) for order in dict.fromkeys(["name", text, *more])],
        "nested": lambda: data(graphql.ask(NESTED[model])),
        "aggregate": lambda: data(graphql.ask(AGGREGATE.format(model=model, name=text))),
    }
    return {place: ([], ask) for place, ask in both.items()} | {place: (["graphql"], ask) for place, ask in own.items()}


NESTED = {
    "Owner": "{ answer: hooksItems { results { id owner { id name _label } friends { name _label } } } }",
    "Item": "{ answer: hooksOwners { results { id items { id code told file } friendlyItems { code told file } } } }",
    "Visit": "{ answer: hooksItems { results { id visits { id name } } } }",
}
AGGREGATE = """{{ answer: hooks{model}sAggregate(groupBy: [{{field: {name}}}]) {{
    count key {{ {name} }} min {{ {name} }} max {{ id }} }} }}"""


def walk(face: GraphQL, model: str, ordering: str) -> Iterator[Any]:
    """The pages of a connection, a row each, as far as they lead."""
    after = None
    for _ in range(5):
        answer = face.connection(model, ordering, 1, after)
        assert answer.code == "OK", answer.text
        yield answer.data["totalCount"], answer.data["edges"]
        if not answer.data["pageInfo"]["hasNextPage"]:
            return
        after = answer.data["pageInfo"]["endCursor"]


def with_cells(hook: Hook, data: Any, pk: Any) -> Any:
    """What is expected of an answer, made of the answer that is given where no hook raises."""
    if isinstance(data, list | tuple):
        return type(data)(with_cells(hook, item, pk) for item in data)
    if not isinstance(data, dict):
        return data
    expected = {}
    for key, value in data.items():
        was, instead = hook.shown.get(key, (None, None))
        is_it = was is not None and (value == was or (was[0] == "*" and str(value).endswith(was[1:])))
        found = instead.format(pk=pk) if isinstance(instead, str) else instead
        expected[key] = found if is_it else with_cells(hook, value, pk)
    return expected


# What is answered where no hook raises, by face, model and place.
WHOLE: dict[tuple[str, str, str], Any] = {}


@pytest.mark.parametrize("name", HOOKS)
def test_every_row_is_served(world: World, db: None, name: str) -> None:
    hook, start = HOOKS[name], list(HOOKS).index(name)
    for turn, (place, (faces, _)) in enumerate(places("rest", world, hook.model).items(), start):
        for face in faces or faces_for(turn):
            _, ask = places(face, world, hook.model)[place]
            known = (face, hook.model, place)
            whole = WHOLE[known] if known in WHOLE else WHOLE.setdefault(known, ask())
            expected = "INVALID" if place in hook.refused else with_cells(hook, whole, world.keys[hook.model][1])
            for error in errors_for(turn):
                with raising(name, error, always=hook.always):
                    answer = ask()
                assert answer == expected, (face, place, error)
                assert SECRET not in json.dumps(answer)


@pytest.mark.parametrize("name", ["choices", "default", "formfield"])
@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_a_model_is_described(world: World, db: None, face: str, name: str) -> None:
    for error in errors_for(0):
        with raising(name, error, always=True):
            answer = world.faces[face].schema("Item")
        assert answer.code == "OK", answer.text
        [described] = [each for each in answer.data["fields"] if each["name"] == "kind"]
        assert ("choices" in described, "default" in described) == (name != "choices", name != "default")
