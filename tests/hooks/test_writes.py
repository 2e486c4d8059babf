"""A hook that raises while rows are written: the write is refused by a clear 4xx and leaves nothing, or it is whole."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from conjure.models import AdminAuditLog
from tests.hooks.conftest import Keys, World
from tests.hooks.errors import ERRORS, SECRET, errors_for, faces_for, refusals_of
from tests.hooks.models import Item, Owner, Visit
from tests.hooks.raising import raising
from tests.hooks.storages import STORAGE


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A hook that raises, and the writes that are refused for it; all others are as if it did not."""

    model: str
    refused: frozenset[str] = frozenset()
    code: str = ""
    always: bool = False


NEW = frozenset({"create", "create file", "update to marked", "operations"})
CREATED = frozenset({"create", "create file", "create another", "operations"})
FILES = frozenset({"create file", "update file"})
SAVED = frozenset({"create", "update to marked", "update marked", "bulk update", "operations"})
DELETED = frozenset({"delete", "bulk delete", "delete_selected", "operations"})
LINKED = frozenset({"create", "update links", "operations"})
CHANGED = frozenset({"update marked", "update from marked", "bulk update", "update links", "operations", "mark"})
HOOKS = {
    "from_db_value": Hook(model="Item", refused=NEW),
    "to_python": Hook(model="Item", refused=NEW),
    "get_prep_value": Hook(model="Item", refused=NEW),
    "get_db_prep_value": Hook(model="Item", refused=NEW),
    "get_db_prep_save": Hook(model="Item", refused=NEW),
    "clean of a field": Hook(model="Item", refused=NEW),
    "validate": Hook(model="Item", refused=NEW),
    "run_validators": Hook(model="Item", refused=NEW),
    "__get__": Hook(model="Item", refused=NEW),
    "__set__": Hook(model="Item", refused=NEW),
    "value_to_string": Hook(model="Item"),
    "value_from_object": Hook(model="Item"),
    "formfield": Hook(model="Item", always=True),
    "storage save": Hook(model="Item", refused=FILES),
    "storage save that has stored": Hook(model="Item", refused=FILES),
    "storage exists": Hook(model="Item", refused=FILES),
    "storage url": Hook(model="Item", refused=FILES),
    "storage open": Hook(model="Item"),
    "storage size": Hook(model="Item"),
    "storage delete": Hook(model="Item"),
    "upload_to": Hook(model="Item", refused=FILES),
    "choices": Hook(model="Item", refused=NEW | CREATED | {"update from marked"}, always=True),
    "default": Hook(model="Item", refused=CREATED, always=True),
    "validator": Hook(model="Item", refused=frozenset({"update marked", "bulk update"}), always=True),
    "__init__": Hook(model="Owner"),
    "from_db": Hook(model="Owner"),
    "__str__": Hook(model="Owner"),
    "get_mood_display": Hook(model="Owner"),
    "clean": Hook(model="Owner", refused=SAVED),
    "clean_fields": Hook(model="Owner", refused=SAVED),
    "validate_unique": Hook(model="Owner", refused=SAVED),
    "validate_constraints": Hook(model="Owner", refused=SAVED),
    "save": Hook(model="Owner", refused=SAVED),
    "save that has saved": Hook(model="Owner", refused=SAVED),
    "pre_save of a field": Hook(model="Owner", refused=SAVED - {"update from marked"}),
    "delete": Hook(model="Owner", refused=DELETED),
    "delete that has deleted": Hook(model="Owner", refused=DELETED),
    "full_clean": Hook(model="Visit", refused=SAVED | {"update links"}),
    "pre_save": Hook(model="Visit", refused=SAVED),
    "post_save": Hook(model="Visit", refused=SAVED),
    "save_model": Hook(model="Visit", refused=SAVED),
    "save_model that has saved": Hook(model="Visit", refused=SAVED),
    "m2m_changed": Hook(model="Visit", refused=LINKED),
    "pre_delete": Hook(model="Visit", refused=DELETED),
    "post_delete": Hook(model="Visit", refused=DELETED),
    "delete_model": Hook(model="Visit", refused=DELETED),
    "delete_model that has deleted": Hook(model="Visit", refused=DELETED),
    "has_add_permission": Hook(
        model="Visit", refused=frozenset({"create", "create another", "operations"}), code="FORBIDDEN", always=True
    ),
    "has_change_permission": Hook(model="Visit", refused=CHANGED, code="FORBIDDEN"),
    "has_delete_permission": Hook(model="Visit", refused=DELETED, code="FORBIDDEN"),
}


def places_of(world: World, model: str) -> list[str]:
    """The names of the writes."""
    return list(places(world.faces["rest"], model, world.keys))


def places(face: Any, model: str, keys: Keys) -> dict[str, Callable[[], Any]]:
    """The writes by name: each touches the marked row, or gives a row marked values."""
    good, marked, other = keys[model]
    every, owner = [good, marked, other], keys["Owner"][0]
    own: dict[str, Any] = {
        "Owner": {"stamp": "new bad"},
        "Item": {"code": "new bad", "told": "new bad", "kind": "old", "owner": owner},
        "Visit": {"owners": keys["Owner"]},
    }[model]
    new = {"name": "new bad", **own}
    fine = {name: value.replace("bad", "fine") if isinstance(value, str) else value for name, value in new.items()}
    change = {"Owner": {"mood": "good"}, "Item": {"amount": 5}, "Visit": {"amount": 5}}[model]

    operations = [
        {"op": "update", "pk": good, "values": {"name": "good three"}},
        {"op": "create", "values": new},
        {"op": "update", "pk": marked, "values": {"name": "bad four"}},
        {"op": "delete", "pk": marked},
    ]
    found: dict[str, Callable[[], Any]] = {
        "create": lambda: face.create(model, **new),
        "create another": lambda: face.create(model, **fine),
        "update to marked": lambda: face.update(model, good, **new),
        "update from marked": lambda: face.update(model, marked, **fine),
        "update marked": lambda: face.update(model, marked, **change),
        "bulk update": lambda: face.bulk_update(model, every, **change),
        "delete": lambda: face.delete(model, marked),
        "bulk delete": lambda: face.bulk_delete(model, [good, marked]),
        "delete_selected": lambda: face.act(model, "delete_selected", [marked, other]),
        "operations": lambda: face.apply(model, *operations),
    }
    if model == "Item":
        found |= {
            "create file": lambda: face.create(model, **new, file=SimpleUploadedFile("bad.txt", b"new")),
            "update file": lambda: face.update(model, good, file=SimpleUploadedFile("bad.txt", b"new")),
            "update links": lambda: face.update(model, marked, friends=[owner]),
        }
    if model == "Visit":
        found |= {
            "update links": lambda: face.update(model, marked, owners=[owner]),
            "mark": lambda: face.act(model, "mark", [good, marked]),
        }
    return found


def state() -> tuple[Any, ...]:
    """All that is committed: the rows by their names, their links, what the log says was done, and the files."""
    return (
        sorted(Owner.objects.values_list("name", "stamp", "mood")),
        sorted(Item.objects.values_list("name", "code", "told", "kind", "amount", "file", "owner__name"), key=str),
        sorted(Visit.objects.values_list("name", "amount", "item__name"), key=str),
        sorted(Item.friends.through.objects.values_list("item__name", "owner__name")),
        sorted(Visit.owners.through.objects.values_list("visit__name", "owner__name")),
        sorted(AdminAuditLog.objects.values_list("action", "model_label")),
        dict(STORAGE.files),
    )


def run(write: Callable[[], Any], hook: AbstractContextManager[None] | None = None) -> tuple[Any, tuple[Any, ...]]:
    """The answer to a write and what it has left, which is then undone."""
    files = dict(STORAGE.files)
    with transaction.atomic():
        with hook or nullcontext():
            answer = write()
        left = state()
        transaction.set_rollback(True)
    STORAGE.files.clear()
    STORAGE.files.update(files)
    return answer, left


# What a write leaves where no hook raises, by face, model and place.
WHOLE: dict[tuple[str, str, str], tuple[Any, ...]] = {}


@pytest.mark.parametrize("name", HOOKS)
def test_a_write_is_whole_or_leaves_nothing(world: World, db: None, name: str) -> None:
    hook, before, start = HOOKS[name], state(), list(HOOKS).index(name)
    for turn, place in enumerate(places_of(world, hook.model), start):
        for face in faces_for(turn):
            write = places(world.faces[face], hook.model, world.keys)[place]
            for error in errors_for(turn):
                answer, left = run(write, raising(name, error, always=hook.always))
                where = f"{face}: {place} with {error!r}: {answer.text}"
                assert SECRET not in answer.text, where
                if place in hook.refused:
                    assert answer.code in ({hook.code} if hook.code else refusals_of(error)), where
                    assert left == before, where
                    continue
                assert answer.code == "OK", where
                known = (face, hook.model, place)
                if known not in WHOLE:
                    unarmed, WHOLE[known] = run(write)
                    assert unarmed.code == "OK", unarmed.text
                assert left == WHOLE[known], where


# What decides which rows and fields there are is the project's own mistake, whoever asks: it is logged, and masked.
DECIDING = ["get_queryset", "get_readonly_fields", "get_exclude"]


@pytest.mark.parametrize("name", DECIDING)
def test_a_write_that_cannot_be_decided_upon_leaves_nothing(
    world: World, db: None, name: str, logged: list[Any]
) -> None:
    before = state()
    for turn, place in enumerate(places_of(world, "Visit")):
        for face in faces_for(turn):
            error = ERRORS[turn % 2]
            logged.clear()
            answer, left = run(places(world.faces[face], "Visit", world.keys)[place], raising(name, error, always=True))
            where = f"{face}: {place} with {error!r}: {answer.text}"
            assert SECRET not in answer.text
            if answer.code != "OK":
                assert left == before, where
                assert any(record.exc_info and record.exc_info[1] is error for record in logged), where


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("face", ["rest", "graphql"])
def test_a_handler_that_raises_leaves_nothing(world: World, db: None, face: str, error: Exception) -> None:
    before = state()
    write = functools.partial(world.faces[face].act, "Visit", "mark", world.keys["Visit"])
    answer, left = run(write, raising("handler", error))
    expected = {"ValidationError": "INVALID", "PermissionDenied": "FORBIDDEN", "IntegrityError": "INVALID"}
    assert answer.code == expected.get(type(error).__name__, "INTERNAL"), answer.text
    assert SECRET not in answer.text
    assert left == before
