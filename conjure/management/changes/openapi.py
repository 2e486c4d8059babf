"""Changes between two OpenAPI documents of conjure's.

What clients send may only be taken more freely, what they get may only be promised more exactly: anything else breaks
those that were generated from the older document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conjure.management.changes.found import Changes, NotComparableError

_METHODS = ("get", "post", "put", "patch", "delete")
# Bounds of what is sent, and whether a larger number takes more.
_BOUNDS = {
    "maxLength": True,
    "maximum": True,
    "maxItems": True,
    "minLength": False,
    "minimum": False,
    "minItems": False,
}
_EXACT = ("format", "pattern", "const", "contentMediaType", "oneOf", "anyOf", "additionalProperties")
_ABSENT = object()


def compare_openapi(before: Any, after: Mapping[str, Any]) -> Changes:
    """What differs. Raise NotComparableError where the older value is not such a document."""
    if not isinstance(before, dict) or not isinstance(before.get("paths"), dict):
        raise NotComparableError("it is not an OpenAPI document")
    return _Comparison(before, after).compare()


class _Comparison:
    """Both documents, the places that were compared, and what was found."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.before = before
        self.after = after
        self.changes = Changes()
        self.seen: set[tuple[str, str, bool]] = set()

    def compare(self) -> Changes:
        old, new = dict(_operations(self.before)), dict(_operations(self.after))
        for place in [*old, *(place for place in new if place not in old)]:
            if place not in new:
                self.changes.add(f"{place} is no longer there.", breaks=True)
            elif place not in old:
                self.changes.add(f"{place} is new.", breaks=False)
            else:
                self._compare_operation(place, old[place], new[place])
        if not self.changes and self.before != self.after:
            self.changes.add("Only texts, names or the order of things differ.", breaks=False)
        return self.changes

    def _compare_operation(self, place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        old, new = self._parameters(self.before, before), self._parameters(self.after, after)
        for key in [*old, *(key for key in new if key not in old)]:
            named = f"{place}: the parameter {key[1]}"
            if key not in new:
                self.changes.add(f"{named} is no longer there.", breaks=True)
            elif key not in old:
                required = new[key].get("required", False)
                self.changes.add(f"{named} is new{', and required' * required}.", breaks=required)
            else:
                self._compare_schema(named, old[key].get("schema"), new[key].get("schema"), is_sent=True)
        bodies = (before.get("requestBody", {}), after.get("requestBody", {}))
        self._compare_content(f"{place}: the body", *bodies, is_sent=True)
        if bodies[1].get("required") and not bodies[0].get("required"):
            self.changes.add(f"{place} needs a body.", breaks=True)
        answers = (before.get("responses", {}), after.get("responses", {}))
        for status in answers[0]:
            named = f"{place}: the answer {status}"
            if status not in answers[1]:
                self.changes.add(f"{named} is no longer there.", breaks=status.startswith("2"))
            else:
                pair = (_resolve(self.before, answers[0][status]), _resolve(self.after, answers[1][status]))
                self._compare_content(named, *pair, is_sent=False)
        for status in answers[1].keys() - answers[0].keys():
            self.changes.add(f"{place}: the answer {status} is new.", breaks=False)

    @staticmethod
    def _parameters(document: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
        resolved = (_resolve(document, parameter) for parameter in operation.get("parameters", ()))
        return {(parameter["in"], parameter["name"]): parameter for parameter in resolved}

    def _compare_content(
        self, place: str, before: Mapping[str, Any], after: Mapping[str, Any], *, is_sent: bool
    ) -> None:
        old, new = before.get("content", {}), after.get("content", {})
        for kind in old:
            if kind not in new:
                self.changes.add(f"{place} is no longer {kind}.", breaks=True)
            else:
                self._compare_schema(place, old[kind].get("schema"), new[kind].get("schema"), is_sent=is_sent)

    def _compare_schema(self, place: str, before: Any, after: Any, *, is_sent: bool) -> None:
        """Compare what is sent, or answered, at one place. Components are told of once, by their names."""
        names = tuple((schema or {}).get("$ref", "").rpartition("/")[2] for schema in (before, after))
        if all(names):
            key = (*names, is_sent)
            if key in self.seen:
                return
            self.seen.add(key)
            place = names[1]
        old, new = _resolve(self.before, before or {}), _resolve(self.after, after or {})
        self._compare_types(place, old, new, is_sent=is_sent)
        self._compare_properties(place, old, new, is_sent=is_sent)
        if "items" in old and "items" in new:
            self._compare_schema(f"{place}[]", old["items"], new["items"], is_sent=is_sent)
        for name, more_is_freer in _BOUNDS.items():
            was, now = old.get(name), new.get(name)
            if was != now:
                tighter = now is not None and (was is None or (now < was) is more_is_freer)
                self.changes.add(f"{place}: {name} is {now}, before {was}.", breaks=is_sent and tighter)
        for name in _EXACT:
            was, now = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if was != now:
                self.changes.add(f"{place}: {name} has changed.", breaks=not (is_sent and now is _ABSENT))

    def _compare_types(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_sent: bool) -> None:
        for what, read in (("type", _types), ("value", _values)):
            was, now = read(old), read(new)
            if was == now:
                continue
            told = " or ".join(sorted(map(str, now))) if now is not None else "anything"
            breaks = _exceeds(was, now) if is_sent else _exceeds(now, was)
            self.changes.add(f"{place}: its {what} is {told} now.", breaks=breaks)

    def _compare_properties(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_sent: bool) -> None:
        was, now = old.get("properties", {}), new.get("properties", {})
        before, after = set(old.get("required", ())), set(new.get("required", ()))
        for name in [*was, *(name for name in now if name not in was)]:
            if name not in now:
                self.changes.add(f"{place}.{name} is no longer there.", breaks=True)
                continue
            is_required, was_required = name in after, name in before
            if name not in was:
                told = ", and required" * (is_required and is_sent)
                self.changes.add(f"{place}.{name} is new{told}.", breaks=is_required and is_sent)
                continue
            if is_required != was_required:
                told = "required now" if is_required else "no longer required"
                self.changes.add(f"{place}.{name} is {told}.", breaks=is_required is is_sent)
            self._compare_schema(f"{place}.{name}", was[name], now[name], is_sent=is_sent)


def _exceeds(one: set[str] | None, other: set[str] | None) -> bool:
    """Whether one of two sets, where None is that of everything, has members that the other has not."""
    return other is not None and (one is None or bool(one - other))


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                shared = item.get("parameters", [])
                yield (
                    f"{method.upper()} {path}",
                    {**item[method], "parameters": [*shared, *item[method].get("parameters", [])]},
                )


def _resolve(document: Mapping[str, Any], value: Any) -> Any:
    """The value, or the component that it refers to. What refers to nothing is empty."""
    while isinstance(value, dict) and "$ref" in value:
        kind, name = value["$ref"].split("/")[-2:]
        value = document.get("components", {}).get(kind, {}).get(name, {})
    return value


def _types(schema: Mapping[str, Any]) -> set[str] | None:
    types = schema.get("type")
    if types is None:
        return None
    found = {types} if isinstance(types, str) else set(types)
    return found | {"integer"} if "number" in found else found


def _values(schema: Mapping[str, Any]) -> set[str] | None:
    return {repr(value) for value in schema["enum"]} if "enum" in schema else None
