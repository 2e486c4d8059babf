"""Checks of the attributes that name paths to query: search_fields, list_filter, ordering, autocomplete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage

from conjure.checks.messages import report_error, report_warning
from conjure.checks.paths import FollowedPath, follow_path
from conjure.checks.suggestions import suggest
from conjure.options import SEARCH_PREFIXES, AdminConfig, offers_lookup
from conjure.specs.build import get_specs

_SEARCHES = {"": "icontains", **SEARCH_PREFIXES}


def check_search_fields(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every search field is a path to a field with a value to search in."""
    yield from _check_search(config, "search_fields", config.search_fields or (), "conjure.E202")


def check_autocomplete_search_fields(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every autocomplete field is a path to a field with a value to search in."""
    names = config.autocomplete_search_fields or ()
    yield from _check_search(config, "autocomplete_search_fields", names, "conjure.E207")


def check_list_filter(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every filter is a path to a field, without a lookup behind it."""
    for text in config.list_filter or ():
        path = follow_path(config.model, text)
        if path.unknown is None and path.lookups:
            hint = f"Name the field alone: {text.removesuffix('__' + '__'.join(path.lookups))!r}."
            message = f"list_filter names {text!r}, which ends in a lookup."
            yield report_error(config, message, hint, "conjure.E203")
        else:
            yield from _check_path(config, "list_filter", text, path, "conjure.E203")


def check_ordering(config: AdminConfig) -> Iterator[CheckMessage]:
    """Every name to order by is a path, with or without a minus; "?" stands alone. Expressions are not checked."""
    ordering = config.ordering or ()
    if "?" in ordering and len(ordering) > 1:
        hint = "A random order has no second criterion: leave the others out."
        yield report_error(config, 'ordering has "?" beside other fields.', hint, "conjure.E204")
    for entry in ordering:
        if isinstance(entry, str) and entry != "?":
            text = entry.removeprefix("-")
            sign = entry[: len(entry) - len(text)]
            yield from _check_path(config, "ordering", text, follow_path(config.model, text), "conjure.E204", sign)


def _check_search(config: AdminConfig, attribute: str, names: Sequence[str], number: str) -> Iterator[CheckMessage]:
    for entry in names:
        prefix = entry[:1] if entry[:1] in _SEARCHES else ""
        text = entry.removeprefix(prefix)
        path = follow_path(config.model, text)
        if path.unknown is None and path.field.is_relation and not path.lookups:
            target = path.field.related_model
            names_there = [] if target is None else [f.name for f in target._meta.concrete_fields if not f.is_relation]
            hint = (
                f"Name a field of the related model, such as {f'{entry}__{names_there[-1]}'!r}."
                if names_there
                else None
            )
            message = f"{attribute} names {entry!r}, which is a relation and has no text to search."
            yield report_error(config, message, hint, number)
        elif path.unknown is None and not path.lookups and not offers_lookup(path.field, _SEARCHES[prefix]):
            hint = "A search passes it over: take it out, or register the lookup for the field."
            message = f"{attribute} names {entry!r}, which has no lookup {_SEARCHES[prefix]!r} to search with."
            yield report_error(config, message, hint, number)
        else:
            yield from _check_path(config, attribute, text, path, number, prefix)


def _check_path(
    config: AdminConfig, attribute: str, text: str, path: FollowedPath, number: str, prefix: str = ""
) -> Iterator[CheckMessage]:
    shown = f"{attribute} names {prefix + text!r}, "
    if path.unknown is not None:
        hint = suggest(path.unknown, path.known, prefix + path.before, path.after)
        yield report_error(config, f"{shown}but there is no {path.unknown!r}{_where(path)}.", hint, number)
    elif path.field.is_relation and path.field.related_model is None:
        hint = "A generic foreign key cannot be queried: name its content type or object id."
        yield report_error(config, f"{shown}which no query can use.", hint, number)
    elif any(_is_excluded(model, field) for model, field in path.hops):
        hint = "An excluded field is as if it did not exist, so this does nothing."
        yield report_warning(config, f"{shown}which is excluded or leads over an excluded field.", hint, "conjure.W201")


def _where(path: FollowedPath) -> str:
    return f" behind {path.before.removesuffix('__')!r}" if path.before else ""


def _is_excluded(model: Any, field: Any) -> bool:
    spec = get_specs().for_model(model)
    return spec is not None and field.name in spec.excluded
