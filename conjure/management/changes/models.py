"""Changes between two dumps of the models' schemas, as ``conjure_dump_schema`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conjure.management.changes.found import Changes, NotComparableError

Model = Mapping[str, Any]
# What clients may rely on: of a field, and of a model as a whole.
_OF_FIELDS = ("type", "related_model", "to_field", "upload", "max_digits", "decimal_places")
_LISTS = ("list_display", "search_fields", "list_filter", "ordering", "readonly_fields")


def compare_models(before: Any, after: Mapping[str, Model]) -> Changes:
    """What differs. Raise NotComparableError where the older value is not such a dump."""
    if not isinstance(before, dict) or not all(isinstance(m, dict) and "fields" in m for m in before.values()):
        raise NotComparableError("it is not a dump of models")
    changes = Changes()
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            changes.add(f"{key} is no longer there.", breaks=True)
        elif key not in before:
            changes.add(f"{key} is new.", breaks=False)
        else:
            _compare_model(key, before[key], after[key], changes)
    return changes


def _compare_model(key: str, before: Model, after: Model, changes: Changes) -> None:
    old, new = ({field["name"]: field for field in model["fields"]} for model in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            changes.add(f"{key}.{name} is no longer there.", breaks=True)
        elif name not in old:
            changes.add(f"{key}.{name} is new{', and required' * new[name]['required']}.", breaks=new[name]["required"])
        else:
            _compare_field(f"{key}.{name}", old[name], new[name], changes)
    if before.get("pk_field") != after["pk_field"]:
        changes.add(f"{key} has another primary key: {after['pk_field']}.", breaks=True)
    if before.get("is_readonly") != after["is_readonly"]:
        changes.add(
            f"{key} is {'read-only' if after['is_readonly'] else 'no longer read-only'}.", breaks=after["is_readonly"]
        )
    _compare_actions(key, before, after, changes)
    for name in _LISTS:
        if before.get(name) != after[name]:
            changes.add(f"{key}: {name} is {after[name]}, before {before.get(name)}.", breaks=False)


def _compare_actions(key: str, before: Model, after: Model, changes: Changes) -> None:
    old, new = ({action["name"]: action for action in model.get("actions", ())} for model in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            changes.add(f"{key}: the action {name} is no longer there.", breaks=True)
        elif name not in old:
            changes.add(f"{key}: the action {name} is new.", breaks=False)
        elif old[name].get("input") != new[name].get("input"):
            changes.add(f"{key}: the action {name} takes another input.", breaks=True)


def _compare_field(place: str, before: Model, after: Model, changes: Changes) -> None:
    for name in _OF_FIELDS:
        if before.get(name) != after.get(name):
            changes.add(f"{place}: {name} is {after.get(name)}, before {before.get(name)}.", breaks=True)
    for name, breaks in (("required", after["required"]), ("null", after["null"]), ("editable", not after["editable"])):
        if before.get(name) != after[name]:
            changes.add(f"{place} is {'' if after[name] else 'not '}{name}.", breaks=breaks)
    old, new = before.get("max_length"), after.get("max_length")
    if old != new:
        changes.add(
            f"{place}: max_length is {new}, before {old}.", breaks=new is not None and (old is None or new < old)
        )
    _compare_choices(place, before.get("choices"), after.get("choices"), changes)


def _compare_choices(place: str, before: Any, after: Any, changes: Changes) -> None:
    if (before is None) != (after is None):
        changes.add(f"{place} has {'choices now' if after else 'no choices any more'}.", breaks=after is not None)
    elif before is not None:
        old, new = [value for value, _ in before], [value for value, _ in after]
        for value in old:
            if value not in new:
                changes.add(f"{place}: the choice {value!r} is no longer there.", breaks=True)
        for value in new:
            if value not in old:
                changes.add(f"{place}: the choice {value!r} is new.", breaks=False)
